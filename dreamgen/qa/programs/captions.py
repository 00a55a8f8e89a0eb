"""Descriptions of a shot, of a scene and of the whole film, and which description fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Narration, Place
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, shot_moment, whole
from dreamgen.language.wording import capital, listed, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.describing import Telling, describe
from dreamgen.qa.twists import square

_MOST_SHOTS = 24
"""Beyond so many shots a description goes from place to place."""


MOSTLY = 0.6
"""Share of the film that must be told for the telling to be its story, or its description shot by shot."""


def caption(world: World, start: str, end: str) -> str | None:
    """The description of one stretch."""
    told = describe(world, float(start), float(end))
    return told.text if told else None


def scene_caption(world: World) -> str | None:
    """The description of the whole clip, by its stretches; people are introduced once."""
    return " ".join(one.text for one in told_shot_by_shot(world)) or None


def synopsis(world: World) -> str | None:
    """What the story tells, in the plot's own words; None where it tells of too little of the film."""
    told = narrations(world)
    length = sum(claim.end - claim.start for claim in told)
    if length < MOSTLY * (world.seconds - world.opening):
        return None
    return _woven(list(dict.fromkeys(claim.text.strip() for claim in told)))


PROGRAMS: Final[Mapping[str, Compute]] = {"caption": caption, "scene_caption": scene_caption, "synopsis": synopsis}


def ask(asking: Asking) -> Iterator[Draft]:
    """Captions of shots and of the scene."""
    world = asking.world
    for index in range(len(world.shots)):
        moment = shot_moment(world, index)
        if moment is not None:
            yield from _stretch(asking, moment)
    if len(world.shots) < 2:
        yield from _stretch(asking, whole(world))
    else:
        yield from _scene(asking)


def ask_film(asking: Asking) -> Iterator[Draft]:
    """The whole film: what is seen in it, and the story that it tells."""
    world = asking.world
    yield from _scene(asking)
    told = narrations(world)
    if len(told) < 2:
        return
    named = [
        (described.name, described)
        for who in world.entities.values()
        if (described := mention(world, who.id)) is not None
        if described.name and any(described.name in claim.text for claim in told)
    ]
    cast = listed([f"{name} is {described.text}" for name, described in named]) if named else ""
    fact = Fact(
        task="synopsis",
        wording="synopsis_named" if cast else "synopsis",
        program="synopsis",
        arguments=(),
        moment=whole(world),
        claims=tuple(dict.fromkeys((*world.ids_of(told), *(i for _, one in named for i in one.claims)))),
        slots={"cast": cast},
        forms=("open",),
    )
    yield from asking.drafts(fact, synopsis)


def narrations(world: World) -> list[Narration]:
    """What is told of parts of the film, in order; what is told of all of it only where nothing else is."""
    told = [claim for claim in world.all(Narration) if claim.text.strip()]
    return [claim for claim in told if claim.end - claim.start < 0.9 * world.seconds] or told


def _woven(pieces: list[str]) -> str:
    """Clauses of the plot as a running text; a clause after one without a full stop goes on in its sentence."""
    text = capital(pieces[0])
    for piece in pieces[1:]:
        if text.endswith((".", "!", "?", '"', "”")):
            text = f"{text} {capital(piece)}"
        else:
            first = piece.split()[0]
            goes_on = first.lower() in words()["joints"]["words"] or first.endswith("ing")
            text = f"{text}, {piece[:1].lower()}{piece[1:]}" if goes_on else f"{text}, {piece}"
    return text if text.endswith((".", "!", "?", '"', "”")) else f"{text}."


def _stretch(asking: Asking, moment: Moment) -> Iterator[Draft]:
    told = describe(asking.world, *moment.span)
    if told is None:
        return
    bounds = (("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))

    def weigh(phrase: str) -> float:
        return asking.habits.weight("caption_matching", phrase)

    for task, wording, near, form in (
        ("shot_caption", "caption", [], "open"),
        (
            "caption_matching",
            "caption_matching",
            square(told.text, asking.lot("twists", moment.words), weigh),
            "choice",
        ),
    ):
        fact = Fact(
            task=task,
            wording=wording,
            program="caption",
            arguments=bounds,
            moment=moment,
            claims=told.claims,
            slots={},
            near=near,
            forms=(form,),  # type: ignore[arg-type]
        )
        yield from asking.drafts(fact, caption)


def by_shots(world: World) -> bool:
    """Whether a description goes from shot to shot; else from place to place, and keeps no order within one."""
    return 1 <= len(world.shots) <= _MOST_SHOTS


def stretches(world: World) -> list[tuple[float, float]]:
    """The shots, or the clip where cuts are in doubt; in a film of many shots, its places."""
    if by_shots(world):
        return list(world.shots)
    joined: list[tuple[str, float, float]] = []
    for claim in world.all(Place):
        if joined and joined[-1][0] == claim.place:
            joined[-1] = (claim.place, joined[-1][1], max(claim.end, joined[-1][2]))
        else:
            joined.append((claim.place, claim.start, claim.end))
    return [(start, end) for _, start, end in joined] or [(0.0, world.seconds)]


def told_shot_by_shot(world: World) -> list[Telling]:
    """The description of every stretch of the clip, each after the one before it."""
    if "told" not in world.memo:
        world.memo["told"] = _tell(world)
    told: list[Telling] = world.memo["told"]
    return told


def _tell(world: World) -> list[Telling]:
    told: list[Telling] = []
    for start, end in stretches(world):
        one = describe(world, start, end, after=told[-1] if told else None)
        told += [one] if one is not None else []
    return told


def _scene(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    claims = tuple(dict.fromkeys(name for one in told_shot_by_shot(world) for name in one.claims))
    length = sum(end - start for start, end in stretches(world) if describe(world, start, end) is not None)
    if not claims or length < MOSTLY * (world.seconds - world.opening):
        return
    fact = Fact(
        task="scene_caption",
        wording="scene_caption" if by_shots(world) else "place_caption",
        program="scene_caption",
        arguments=(),
        moment=whole(world),
        claims=claims,
        slots={},
        forms=("open",),
    )
    yield from asking.drafts(fact, scene_caption)
