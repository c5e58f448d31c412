"""Invented people and what they write, to look at and to measure; removed by one command."""
