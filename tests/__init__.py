"""Tests, laid out as the rooms of forum/ are."""
