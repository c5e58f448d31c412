"""Where the bench's own two pages are."""

CONSTANT, EMPTY = "/bench/constant/", "/en/bench/empty"
