"""Home, the search page, editable pages, the administrator's panel, health."""
