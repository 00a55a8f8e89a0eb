"""The only rooms that import heavy libraries, and only inside functions."""
