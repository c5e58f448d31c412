"""One index over everything that can be read; it is handed the criterion of what a reader may see."""
