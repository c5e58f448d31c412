"""The demo: invented people with their stories and discussions, the one-tap sign-in as each, and large sites to measure."""
