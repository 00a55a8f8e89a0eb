"""Chat models: many questions at once, answers in the shape that was asked for, and an account of every call."""
