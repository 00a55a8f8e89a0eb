"""Backends that set keyframes in motion."""
