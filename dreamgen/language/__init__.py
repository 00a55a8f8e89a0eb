"""How a film is spoken of: who is who by looks alone, when something is, and the words for both."""
