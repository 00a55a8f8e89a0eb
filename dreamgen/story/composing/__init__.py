"""A model's draft becomes a story: who and what can be drawn for it, shot by shot, with a note for all that can't."""
