"""Claims become questions with answers; nothing here has read a story."""
