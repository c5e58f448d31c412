"""The demo: invented people and what they write, the one-tap sign-in as each, and large sites to measure."""
