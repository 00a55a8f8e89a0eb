"""Teaching a model a style from pictures, as a word or as a LoRA."""
