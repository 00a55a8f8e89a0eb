"""Story plots become verified video-instruction data.

For notebooks and scripts:

    import dreamgen
    run = dreamgen.dream("plot.txt", out="outputs/first")
    run.story.pairs[0].turns
    dreamgen.annotate_videos("videos/", out="outputs/found").pairs
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dreamgen.core.brief import Brief
    from dreamgen.core.claims import Claim
    from dreamgen.core.media import Clip, Style
    from dreamgen.core.pairs import InstructionPair, Verdict
    from dreamgen.core.story import Story
    from dreamgen.errors import DreamgenError
    from dreamgen.review.notebook import annotate_videos, dream
    from dreamgen.run.opened import Run, open_run
    from dreamgen.run.recipe import Recipe, read_recipe

__version__ = "0.1.0"

__all__ = [
    "Brief",
    "Claim",
    "Clip",
    "DreamgenError",
    "InstructionPair",
    "Recipe",
    "Run",
    "Story",
    "Style",
    "Verdict",
    "__version__",
    "annotate_videos",
    "dream",
    "open_run",
    "read_recipe",
]

_HOMES = {
    "Brief": "dreamgen.core.brief",
    "Claim": "dreamgen.core.claims",
    "Clip": "dreamgen.core.media",
    "DreamgenError": "dreamgen.errors",
    "InstructionPair": "dreamgen.core.pairs",
    "Recipe": "dreamgen.run.recipe",
    "Run": "dreamgen.run.opened",
    "Story": "dreamgen.core.story",
    "Style": "dreamgen.core.media",
    "Verdict": "dreamgen.core.pairs",
    "annotate_videos": "dreamgen.review.notebook",
    "dream": "dreamgen.review.notebook",
    "open_run": "dreamgen.run.opened",
    "read_recipe": "dreamgen.run.recipe",
}


def __getattr__(name: str) -> Any:
    # loaded when asked for, so that importing dreamgen costs nothing and needs nothing heavy
    if name not in _HOMES:
        raise AttributeError(f"module 'dreamgen' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
