"""Backends that look at a video."""
