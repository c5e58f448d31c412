"""Get help: numbers to call, text or chat, when they answer, and who verified them."""
