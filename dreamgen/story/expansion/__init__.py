"""A brief becomes a draft of a story, level by level, by asking a chat model."""
