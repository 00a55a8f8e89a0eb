"""Backends that find pairs which teach a shortcut."""
