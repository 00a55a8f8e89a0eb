"""Pairs that a language model writes: the facts it is given, the shape it fills in, and what is held against it."""
