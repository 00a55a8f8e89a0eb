"""A style for a whole story."""
