"""Image-to-video models."""
