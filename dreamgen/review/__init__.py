"""Looking at a run and deciding about it."""
