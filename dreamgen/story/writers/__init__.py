"""Backends that turn a plot into a story."""
