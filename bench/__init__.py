"""Measures the site: `make bench`. README.md says what each line means."""
