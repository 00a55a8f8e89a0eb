"""Backends that say what a clip shows."""
