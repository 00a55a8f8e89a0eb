"""What a learned network makes of a film: where it is, who is there, what they do and how they look."""
