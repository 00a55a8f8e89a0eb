"""A clip, or a stretch of it, in the words of whoever looked: the sentences that stand, told again in their order.

Each sentence was judged by itself, so that a caption is right as far as it goes; one of which little is left is none.
What is said of single people, animals and things is told in `subjects_described`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from rapidfuzz import fuzz

from dreamgen.core.altered import adds, altered, exchangeable, known_of
from dreamgen.core.claims import Description
from dreamgen.language.moments import Moment, clocked, whole
from dreamgen.language.stems import every_word, stem
from dreamgen.language.wording import sentence
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.twists import square

CAPTION: Final = "described"
"""The program that tells a whole clip again."""
_FEWEST: Final = 2
"""Sentences of a caption; one alone is a remark."""
_TOLD: Final = 0.6
"""Share of the clip that a caption speaks of, at least."""
_SAME: Final = 90.0
"""Likeness (0-100, rapidfuzz's ratio) from which two sentences say the same."""
_WHOLE: Final = 0.9
"""Share of a clip from which on a stretch is all of it."""
_CHANGED: Final = 6
"""Ways in which a sentence is made wrong, of which one is taken by lot."""
_LOTS: Final = 8
"""How often wrong sentences are drawn, until none says what may be so."""


def described(world: World, by: str) -> str | None:
    """All that one describer says of the clip; None where too little of it stands."""
    told = _said(world, by)
    if len(told) < _FEWEST or _seconds(told) < _TOLD * world.seconds:
        return None
    return _text(told)


def described_span(world: World, by: str, start: str, end: str) -> str | None:
    """What one describer says of a stretch, besides what is so all through the clip."""
    told = [one for one in _said(world, by) if (_time(one.start), _time(one.end)) == (start, end)]
    return _text(told) or None


def described_in(world: World, claim: str) -> str | None:
    """One sentence."""
    found = world.by_id.get(claim)
    return sentence(found.text) if isinstance(found, Description) else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    CAPTION: described,
    "described_span": described_span,
    "described_in": described_in,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Captions of the clip and of its parts, and which sentence about it is right."""
    world = asking.world
    for by in dict.fromkeys(_by(one) for one in world.all(Description) if one.entity is None):
        told = _said(world, by)
        yield from asking.drafts(_caption(world, by, told), described)
        for start, end in dict.fromkeys((one.start, one.end) for one in told):
            yield from _stretch(asking, by, start, end)
        for one in told:
            yield from _sentence(asking, one)


def _caption(world: World, by: str, told: Sequence[Description]) -> Fact:
    return Fact(
        task="scene_caption",
        wording="described",
        program=CAPTION,
        arguments=(("by", by),),
        moment=whole(world),
        claims=world.ids_of(told),
        slots={},
        forms=("open",),
    )


def _stretch(asking: Asking, by: str, start: float, end: float) -> Iterator[Draft]:
    """A caption of one part of the clip."""
    world = asking.world
    if end - start >= _WHOLE * world.seconds:
        return
    for moment in clocked(start, end)[:1]:
        told = [one for one in _said(world, by) if (one.start, one.end) == (start, end)]
        fact = Fact(
            task="shot_caption",
            wording="described_span",
            program="described_span",
            arguments=(("by", by), ("start", _time(start)), ("end", _time(end))),
            moment=moment,
            claims=world.ids_of(told),
            slots={},
            forms=("open",),
        )
        yield from asking.drafts(fact, described_span)


def _sentence(asking: Asking, one: Description) -> Iterator[Draft]:
    """Whether a sentence is right, and which of several is."""
    world, name = asking.world, one.id
    # what other claims say is so as well, and no wrong sentence may come to say it
    known = known_of(world.claims)
    text = sentence(one.text)
    for wording, near, form in (
        ("described_check", list(islice(altered(text, known), _CHANGED)), "yes_no"),
        ("caption_matching", _twisted(asking, text, known, name), "choice"),
    ):
        fact = Fact(
            task="caption_matching",
            wording=wording,
            program="described_in",
            arguments=(("claim", name),),
            moment=_moment(world, one),
            claims=(name,),
            slots={},
            near=near,
            forms=(form,),  # type: ignore[arg-type]
        )
        yield from asking.drafts(fact, described_in)


def _twisted(asking: Asking, text: str, known: str, name: str) -> list[str]:
    """Three wrong sentences; none where each lot puts in what is so of somebody else."""

    def weigh(phrase: str) -> float:
        return asking.habits.weight("caption_matching", phrase)

    for lot in range(_LOTS):
        options = square(text, asking.lot("twists", name, lot), weigh)
        if not any(adds(text, option, known) for option in options):
            return options
    return []


def _moment(world: World, one: Description) -> Moment:
    if one.end - one.start >= _WHOLE * world.seconds:
        return whole(world)
    return next(iter(clocked(one.start, one.end)), whole(world))


def _said(world: World, by: str) -> tuple[Description, ...]:
    """The sentences of one describer about the clip as a whole, in order, none of them twice."""
    found: list[Description] = []
    for one in sorted(world.all(Description), key=lambda one: (one.nth, one.start, one.end, one.id)):
        new = not any(_alike(one.text, other.text) for other in found)
        if one.entity is None and _by(one) == by and new:
            found.append(one)
    return tuple(found)


def _alike(one: str, other: str) -> bool:
    """Whether two sentences say the same; who walks to the left and then to the right does two things."""
    if not fuzz.ratio(one, other, score_cutoff=_SAME):
        return False
    words = [{stem(word): word for word in every_word(text)} for text in (one, other)]
    return not any(exchangeable((words[0] | words[1])[word]) for word in words[0].keys() ^ words[1].keys())


def _seconds(told: Sequence[Description]) -> float:
    """How much of the clip sentences speak of, in seconds."""
    reached = length = 0.0
    for one in sorted(told, key=lambda one: one.start):
        length += max(0.0, one.end - max(one.start, reached))
        reached = max(reached, one.end)
    return length


def _text(told: Sequence[Description]) -> str:
    return " ".join(sentence(one.text) for one in told)


def _by(one: Description) -> str:
    """Who says so, in one line."""
    return "; ".join(one.by)


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
