"""Things that are pointed out in a clip, followed through it, and what their masks say of them."""
