"""A language model in this process, from a local folder, that can't but answer in the shape that was asked for."""

from dreamgen.engines.chat.local.chat import load_local

__all__ = ["load_local"]
