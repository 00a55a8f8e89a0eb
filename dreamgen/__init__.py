"""Story plots become verified video-instruction data."""

__version__ = "0.1.0"
