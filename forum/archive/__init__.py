"""The archive: stories that come from elsewhere, imported with where they stood and published with consent."""
