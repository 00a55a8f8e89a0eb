"""Vision-language models: questions about frames, answered with probabilities."""
