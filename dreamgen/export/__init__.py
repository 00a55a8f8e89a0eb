"""One file for each format that a trainer loads."""
