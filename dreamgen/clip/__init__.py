"""Keyframes become clips, and clips a film."""
