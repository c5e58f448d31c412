"""Screening, reports, cases, decisions with their guideline, letters, sanctions, and the log."""
