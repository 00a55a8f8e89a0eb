"""What the writer noted before anything was filmed, told as it was filmed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import get_args

from dreamgen.core.story import Note, Story
from dreamgen.core.vocabulary import Pose

_POSES = frozenset(get_args(Pose))


def as_filmed(story: Story, notes: Iterable[Note]) -> Iterator[Note]:
    """The notes of a staged story; who has no place in a shot is not what is shown there instead of the plot's words.

    Args:
        story: with the layouts of all shots.
        notes: of its writer, who says `fox run, hen` for a fox that runs and a hen that is there.
    """
    cast = {character.id for character in story.cast}
    unseen = {shot.id: cast - {placement.who for placement in shot.layout.placements} for shot in story.shots}
    for note in notes:
        missing = unseen.get(note.where, set[str]())
        pieces = note.shown_as.split(", ")
        kept = [piece for piece in pieces if not _is_of(missing, piece)]
        yield note if kept == pieces else note.model_copy(update={"shown_as": ", ".join(kept)})


def _is_of(missing: Container[str], piece: str) -> bool:
    """Whether `fox run`, or `fox`, is about one of them; the words of a caption may begin like that too."""
    who, _, does = piece.partition(" ")
    return who in missing and (not does or does in _POSES)
