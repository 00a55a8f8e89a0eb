"""Descriptions of single people, animals and things: what a model is asked for, and what is held against its answers."""
