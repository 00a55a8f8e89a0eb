"""Pixels become verdicts; nothing here has read a story."""
