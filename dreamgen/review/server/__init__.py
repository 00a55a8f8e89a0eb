"""The page on which people look at pairs and decide about them, served on this machine alone."""
