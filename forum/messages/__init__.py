"""Private messages between two members who both accept them: conversations, first messages, blocks."""
