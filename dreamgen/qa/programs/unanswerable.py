"""What the video does not tell, and nobody should answer from it.

Only where that is certain: somebody is claimed to be absent, a time is past the end, a name is nowhere to be read.
Looks that may only be too small to be seen are not asked about, since no claim says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Absence, Action, Attribute, Claim, Speech
from dreamgen.core.colours import COLOURS
from dreamgen.core.pairs import Program
from dreamgen.core.spelling import spelled
from dreamgen.language.mentions import fits, mention
from dreamgen.language.moments import Moment, named, whole
from dreamgen.language.wording import alike, clock, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact, templates
from dreamgen.qa.programs.existence import there_is

TASK: Final = "unanswerable"
TELLINGS: Final = (
    "it can't be told from the video",
    "the video does not show it",
    "there is no way to tell from this video",
)
"""The right answer, put in several ways so that none of them is the sign of it."""
_PAST_END: Final = (1.4, 2.0, 3.5)
"""Multiples of the clip's length of which there is no picture."""
_TWINS: Final[Mapping[str, frozenset[str]]] = {
    "untold_colour": frozenset({"colour_of", "tone_of"}),
    "untold_doing": frozenset({"action_of"}),
    "untold_feeling": frozenset({"feeling_of"}),
}
"""Wordings to the programs whose questions read alike and have an answer."""


def nobody_such(world: World, what: str, telling: str) -> str | None:
    """That it can't be told, where no such being is in the whole clip, nor anybody who could be called so."""
    kinds = {world.cast[who][0] for who in (*world.entities, *world.hidden)}
    near = any(alike(kind, what) or fits(kind, what) or fits(what, kind) for kind in kinds)
    category = next((sort for kind, sort in world.cast.values() if kind == what), None)
    if near or category is None or category in world.strangers:
        return None
    gone = there_is(world, what, "0", f"{world.seconds}") == "no"
    return TELLINGS[int(telling)] if gone else None


def away_then(world: World, entity: str, start: str, end: str, telling: str) -> str | None:
    """That it can't be told, where somebody who is in the clip can't be seen from `start` to `end`."""
    return TELLINGS[int(telling)] if world.unseen(entity, float(start), float(end)) else None


def past_end(world: World, at: str, telling: str) -> str | None:
    """That it can't be told, where the clip is over by then."""
    return TELLINGS[int(telling)] if float(at) > world.seconds + 1.0 else None


def name_untold(world: World, entity: str, telling: str) -> str | None:
    """That it can't be told, where somebody's name is in no caption, and no title comes before the first picture."""
    known = world.entities.get(entity)
    if known is None or known.name is None or world.opening > 0.0:
        return None
    parts = re.findall(r"\w{3,}", _in_both_spellings(known.name))
    said = _in_both_spellings(" ".join(claim.words for claim in world.all(Speech)))
    return None if any(part in said for part in parts) else TELLINGS[int(telling)]


def _in_both_spellings(text: str) -> str:
    """A caption may write a name without its accents."""
    return f"{text} {spelled(text, str.isascii).words}".casefold()


PROGRAMS: Final[Mapping[str, Compute]] = {
    "nobody_such": nobody_such,
    "away_then": away_then,
    "past_end": past_end,
    "name_untold": name_untold,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions of every kind that the clip leaves open."""
    yield from _of_nobody(asking)
    yield from _of_the_absent(asking)
    yield from _of_later(asking)
    yield from _of_names(asking)


def beside_others(asking: Asking, untold: Draft, draft: Draft) -> Draft | None:
    """A question that has an answer, with one of its wrong options saying that it has none.

    None for one that reads unlike `untold`, which has no answer. With three of these for each of those, the option is
    right as often as any other, and the question does not tell when.
    """
    alike_asked = draft.program.name in _TWINS.get(untold.wording, ()) and draft.task not in {TASK, "matching"}
    if draft.form != "choice" or not alike_asked or len(draft.wrong) != 3:
        return None
    lot = asking.lot("beside", draft.key)
    wrong = list(draft.wrong)
    wrong[lot.randrange(len(wrong))] = TELLINGS[lot.randrange(len(TELLINGS))]
    return replace(draft, task=TASK, wrong=tuple(wrong))


def _of_nobody(asking: Asking) -> Iterator[Draft]:
    """About somebody whom the film knows, and this clip does not show."""
    world = asking.world
    gone: dict[str, list[Absence]] = {}
    for claim in world.all(Absence):
        gone.setdefault(claim.what, []).append(claim)
    for what, claims in sorted(gone.items()):
        for sort in ("colour", "doing", "feeling", "garment", "way"):
            if claims[0].category == "animal" and sort in {"feeling", "garment"}:
                continue
            slots = {"who": f"the {what}", "thing": _coloured(claims[0]), "kind": what, "sort": claims[0].category}
            arguments = (("what", what),)
            yield from _drafted(asking, f"untold_{sort}", "nobody_such", arguments, whole(world), claims, slots)


def _of_the_absent(asking: Asking) -> Iterator[Draft]:
    """About somebody at a time when they are away."""
    world = asking.world
    for who in world.entities.values():
        described = mention(world, who.id)
        absences = [claim for claim in world.all(Absence) if claim.entity == who.id]
        if described is None or who.category == "prop":
            continue
        for moment in named(world):
            here = [c for c in absences if c.start < moment.end and c.end > moment.start]
            if not moment.words or not here:
                continue
            arguments = (("entity", who.id), ("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))
            claims = [*here, *(world.by_id[name] for name in described.claims)]
            for sort in ("doing", "way") if who.category == "animal" else ("doing", "feeling", "way"):
                yield from _drafted(
                    asking,
                    f"untold_{sort}",
                    "away_then",
                    arguments,
                    moment,
                    claims,
                    {"who": described.text, "sort": who.category},
                )


def _of_later(asking: Asking) -> Iterator[Draft]:
    """About a time after the end."""
    world = asking.world
    for who in world.entities.values():
        described = mention(world, who.id)
        if described is None or who.category == "prop":
            continue
        factor = asking.pick(_PAST_END, "past", who.id)
        at = round(world.seconds * factor) + 2
        moment = Moment(0.0, world.seconds, f"at {clock(at)}")
        claims = [world.by_id[name] for name in described.claims]
        arguments = (("at", str(at)),)
        yield from _drafted(
            asking, "untold_doing", "past_end", arguments, moment, claims, {"who": described.text, "sort": who.category}
        )


def _of_names(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    for who in world.entities.values():
        described = mention(world, who.id)
        if described is None or who.category == "prop":
            continue
        claims = [world.by_id[name] for name in described.claims]
        arguments = (("entity", who.id),)
        slots = {"who": described.text, "sort": who.category, "he": described.pronoun()}
        yield from _drafted(asking, "untold_name", "name_untold", arguments, whole(world), claims, slots)


def _coloured(claim: Absence) -> str:
    return f"the {claim.what}" if claim.category == "animal" else f"the hair of the {claim.what}"


def _drafted(
    asking: Asking,
    wording: str,
    program: str,
    arguments: tuple[tuple[str, str], ...],
    moment: Moment,
    claims: Sequence[Claim],
    slots: Mapping[str, str],
) -> Iterator[Draft]:
    where = (wording, program, str(arguments), moment.words)
    animal = slots["sort"] == "animal"
    telling = asking.pick(range(len(TELLINGS)), "telling", *where)
    fact = Fact(
        task=TASK,
        wording=wording,
        program=program,
        arguments=(*arguments, ("telling", str(telling))),
        moment=moment,
        claims=tuple(dict.fromkeys(asking.world.ids_of(claims))),
        slots=slots,
        near=_near(asking.world, wording, animal),
        far=_names(slots["he"]) if wording == "untold_name" else _far(wording, animal),
        # a choice that none with an answer reads like would give itself away
        forms=("open", "choice") if wording in _TWINS and program != "past_end" else ("open",),
        answerable=False,
    )
    for draft in asking.drafts(fact, PROGRAMS[program]):
        yield _because(asking, draft, slots) if draft.form == "open" else draft


def _because(asking: Asking, draft: Draft, slots: Mapping[str, str]) -> Draft:
    """The same with an answer that says why it can't be told."""
    reasons = templates()["untold_because"][draft.program.name]
    reason = str(asking.pick(reasons, "reason", draft.key)).format(**{**slots, "answer": "{answer}"})
    kept = tuple((name, value) for name, value in draft.program.arguments if name != "say")
    return replace(draft, program=Program(name=draft.program.name, arguments=(*kept, ("say", reason))))


def _near(world: World, wording: str, animal: bool) -> list[str]:
    """Answers that would fit what the clip does show."""
    if wording == "untold_colour" and animal:
        return sorted({c.colour for c in world.all(Attribute) if c.colour})
    if wording == "untold_doing":
        return sorted({str(words()["poses"][c.action][0]) for c in world.all(Action) if c.action not in _PARTNERED})
    return []


_PARTNERED: Final = {"hug", "hold", "look"}


def _far(wording: str, animal: bool) -> list[str]:
    table = words()
    poses = ("stand", "walk", "run", "sit", "lie") if animal else ("walk", "sit", "run", "wave", "dance", "kneel")
    return {
        "untold_colour": list(COLOURS) if animal else list(table["vocabulary"]["hair"]),
        "untold_doing": [str(table["poses"][row][0]) for row in poses],
        "untold_feeling": ["happy", "sad", "angry", "surprised"],
        "untold_garment": [f"a {colour} {top}" for colour in ("red", "green", "blue") for top in ("coat", "shirt")],
        "untold_way": ["to the left", "to the right", "first to the left, then to the right"],
    }[wording]


def _names(pronoun: str) -> list[str]:
    """Names that would suit whoever is called he, she or it."""
    return list(templates()["untold_name"]["names"][pronoun])
