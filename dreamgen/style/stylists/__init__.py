"""Backends that settle a style."""
