"""Diffusion models: what to load, what to draw, and whoever draws it."""
