"""Backends that draw keyframes."""
