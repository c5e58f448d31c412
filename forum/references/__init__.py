"""Annotated literature: what it says, where it was published, and which topic it belongs to."""
