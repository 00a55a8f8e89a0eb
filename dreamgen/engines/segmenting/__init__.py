"""Things are followed through a video: prompts in a frame become a mask in every frame."""

from dreamgen.engines.segmenting.reels import Reel, open_reel
from dreamgen.engines.segmenting.segmenter import Segmenter, open_segmenter, ready
from dreamgen.engines.segmenting.things import Follows, Glimpse, Hint

__all__ = ["Follows", "Glimpse", "Hint", "Reel", "Segmenter", "open_reel", "open_segmenter", "ready"]
