"""Perception LM's own forms: what its trainer reads, and what its published sets and SA-V look like."""
