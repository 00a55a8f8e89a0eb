"""Backends that ask questions."""
