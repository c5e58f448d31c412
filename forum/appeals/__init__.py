"""Appeals: a decision is looked at again by somebody else, and what it took is given back where it was wrong."""
