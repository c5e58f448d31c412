"""Looking a text through before it is shown at once: watched words, links, bursts, doubles, a hurry no person has."""
