"""What is noted of a DreamFrame story: how it differs from DreamFrame's own rules, and what only stands in for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from dreamgen.core.story import Location, Note, Prop
from dreamgen.core.tokens import WINDOW, clip_tokens
from dreamgen.story.dreamframe import frames


def about_frame(shot: str, written: str, told: str, word: str, looks: Mapping[str, str]) -> Iterator[Note]:
    """Notes on the words of one frame.

    Args:
        shot: its id.
        written: the frame, as in the file.
        told: the same with names and without prefix, which the story keeps.
        word: the style's keyword.
        looks: of everybody whom the file names.
    """
    asked = clip_tokens(written) + 2
    if asked > WINDOW:
        yield Note(where=shot, what=f"{asked} tokens", reason="over_77_tokens", remark=True)
    if frames.body(written, word) is None:
        begins = written.removesuffix(frames.looser_body(written))
        yield Note(where=shot, what=begins or written, reason="malformed_prefix", remark=True)
    for leak in frames.leaked(written, looks):
        yield Note(where=shot, what=leak, reason="name_without_looks", remark=True)
    if frames.prefix(word) + frames.with_looks(told, looks) != written:
        yield Note(where=shot, what=written, reason=KEPT, shown_as=told, remark=True)


KEPT: Final = "kept_as_written"
"""The reason of a note that holds a frame which could not be put together again from its parts."""

EARLY: Final = "said_before_the_first_frame"
"""Of a note that holds a dialogue which comes before the frame that it was put into."""

MUTE: Final = "nobody_speaks"
"""Of a note that holds a dialogue for which a story has no speaker."""

ORIGIN: Final = "DreamFrame's story file"
"""The writer of an imported story, as far as anybody knows."""


def about_verbs(shot: str, verbs: Collection[str]) -> Iterator[Note]:
    """Notes on verbs that DreamFrame does not let its writer use."""
    for verb in sorted(verbs):
        yield Note(where=shot, what=verb, reason="verb_not_in_list", remark=True)


def about_things(props: Sequence[Prop], locations: Sequence[Location]) -> Iterator[Note]:
    """Notes on what only stands in for something."""
    things = [(prop.id, prop.stand_in_for, "thing_not_drawable", prop.kind) for prop in props]
    stages = [(place.id, place.stand_in_for, "place_not_drawable", place.set) for place in locations]
    for where, what, reason, shown in (*things, *stages):
        if what:
            yield Note(where=where, what=what, reason=reason, shown_as=shown)
