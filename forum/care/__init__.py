"""Care in a crisis: noticing that a text may speak of self-harm, and the card its author sees."""
