"""Stories: written, reviewed, read, withdrawn; their later chapters and translations."""
