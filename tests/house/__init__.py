"""Tests that enumerate what there is, so that what is new is covered at birth."""
