"""A vision-language model in this process, by transformers' own classes: a clip is encoded once for all questions."""

from dreamgen.engines.vision.local.looking import LocalSees, open_local
from dreamgen.engines.vision.local.weights import check_local

__all__ = ["LocalSees", "check_local", "open_local"]
