"""Members, their roles and standing, signing in and out, sessions, and what was typed when a session had ended."""
