"""Backends that turn a clip into a vector."""
