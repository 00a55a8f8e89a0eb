"""Broken steps of a draft are asked for again, one by one, and left out when that does not help."""

from __future__ import annotations

from collections.abc import Iterable

from dreamgen.core.story import Mend, Note
from dreamgen.engines.chat.asking import Asks
from dreamgen.story.expansion.drafts import StoryDraft


def mend(draft: StoryDraft, asks: Asks, seed: int, tries: int) -> tuple[StoryDraft, tuple[Mend, ...]]:
    """A draft in which everything can happen, and what had to be mended for that, in the order of the story.

    Args:
        draft: what the model wrote.
        asks: the model.
        seed: of the story.
        tries: how often one step is asked for before it is left out; 0 asks for none.
    """
    return draft, ()


def notes_of(mends: Iterable[Mend]) -> tuple[Note, ...]:
    """What was left out, as notes of the story."""
    left_out = (one for one in mends if one.outcome == "dropped")
    return tuple(Note(where=one.where, what=one.detail, reason=one.rule) for one in left_out)
