"""The page of a topic: reviewed text, references, stories, discussions and help about it."""
