"""Dense captions with times, in full and in few words, and the whole clip in a sentence.

After ShareGemini's captions (2024): a clip told from start to end, and one register never the only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from dreamgen.core.claims import Action, Claim, Interaction, Speech
from dreamgen.core.pairs import Segment
from dreamgen.language.mentions import introduce, mention
from dreamgen.language.moments import whole
from dreamgen.language.statements import doing, grounds
from dreamgen.language.wording import capital, clock, listed, sentence, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.describing import Telling, describe, setting
from dreamgen.qa.programs.captions import MOSTLY, by_shots, stretches
from dreamgen.qa.subjects import Stretch, glimpses_of, looks_of

Told = tuple[float, float, str, tuple[str, ...]]
"""Start and end in seconds, the text, and the ids of the claims in it."""

_FEW: Final = 2
"""Subjects that a short caption speaks of."""
_MOST_DEEDS: Final = 4
"""Deeds of one subject that a sentence holds."""


def dense_caption(world: World, register: str) -> str | None:
    """The clip shot by shot with times: `From 0:00 to 0:04, in a forest, a woman walks.`.

    Args:
        world: the clip's standing claims.
        register: detailed, with everybody's looks; or short.
    """
    told = _told(world, register)
    lines = [f"From {clock(_second(a))} to {clock(_second(b))}, {_inside(text)}" for a, b, text, _ in told]
    return " ".join(lines) or None


def summary(world: World) -> str | None:
    """What the one who does most does, in order and in a sentence, and who else can be seen."""
    told = _summed(world)
    return told[0] if told else None


PROGRAMS: Final[Mapping[str, Compute]] = {"dense_caption": dense_caption, "summary": summary}


def ask(asking: Asking) -> Iterator[Draft]:
    """The clip told with times, and told in short."""
    world = asking.world
    for register in ("detailed", "short"):
        told = _told(world, register)
        if len(told) < 2:
            continue
        fact = Fact(
            task="dense_caption",
            wording=f"dense_{register}",
            program="dense_caption",
            arguments=(("register", register),),
            moment=whole(world),
            claims=tuple(dict.fromkeys(name for *_, claims in told for name in claims)),
            slots={},
            segments=tuple(Segment(start=start, end=end, text=text) for start, end, text, _ in told),
            forms=("caption",),
        )
        yield from asking.drafts(fact, dense_caption)
    summed = _summed(world)
    if summed is not None:
        fact = Fact(
            task="summary",
            wording="summary",
            program="summary",
            arguments=(),
            moment=whole(world),
            claims=summed[1],
            slots={},
            forms=("caption",),
        )
        yield from asking.drafts(fact, summary)


def _told(world: World, register: str) -> list[Told]:
    """Every stretch that something is known of; empty where that is too little, or times would not tell them apart."""
    key = ("dense", register)
    if key not in world.memo:
        world.memo[key] = _tell(world, register)
    told: list[Told] = world.memo[key]
    return told


def _tell(world: World, register: str) -> list[Told]:
    spans = [(max(start, world.opening), end) for start, end in stretches(world) if end > world.opening]
    times = [_second(time) for span in spans for time in span]
    if register == "short" and not by_shots(world):
        return []  # one deed does not go on for as long as a place is shown
    if any(one > other for one, other in pairwise(times)) or any(_second(a) == _second(b) for a, b in spans):
        return []
    tell = _in_full if register == "detailed" else _in_short
    told = tell(world, spans)
    length = sum(end - start for start, end, *_ in told)
    return told if length >= MOSTLY * (world.seconds - world.opening) else []


def _second(time: float) -> int:
    """The nearest whole second; halves all go up, so that what ends at one and what begins there keep their lengths."""
    return int(time + 0.5)


def _inside(text: str) -> str:
    """A description after the words for its time."""
    text = text.removeprefix("Then ")
    return f"{text[:1].lower()}{text[1:]}" if text[:2] in {"In", "At", "On", "By", "A ", "An", "Th", "Wh"} else text


def _in_full(world: World, spans: list[tuple[float, float]]) -> list[Told]:
    told: list[Told] = []
    before: Telling | None = None
    for start, end in spans:
        one = describe(world, start, end, after=before)
        if one is None:
            continue
        met = before.met if before else frozenset()
        extra = [line for who in sorted(one.met - met) if (line := _looks(world, who)) is not None]
        text = " ".join([one.text, *(line for line, _ in extra)])
        told.append(
            (start, end, text, tuple(dict.fromkeys((*one.claims, *(name for _, some in extra for name in some)))))
        )
        before = one
    return told


def _looks(world: World, who: str) -> tuple[str, tuple[str, ...]] | None:
    named = mention(world, who)
    text, looks = looks_of(world, who)
    # an animal's coat is told where it is introduced
    if named is None or not text or world.entities[who].category != "person":
        return None
    return f"{capital(named.text)} {text}.", (*named.claims, *world.ids_of(looks))


def _in_short(world: World, spans: list[tuple[float, float]]) -> list[Told]:
    told: list[Told] = []
    met: set[str] = set()
    last = ""
    before: list[tuple[str, str]] = []
    for start, end in spans:
        used: list[Claim] = []
        where = setting(world, (start, end), used)
        deeds = _few(world, (start, end), met, used)
        around = f" {where}" if where and where != last else ""
        last = where or last
        done = [deed for _, deed in deeds]
        if told and deeds and done == before and not around and told[-1][1] == start:
            first, _, text, claims = told.pop()  # it just goes on
            told.append((first, end, text, tuple(dict.fromkeys((*claims, *world.ids_of(used))))))
        elif deeds:
            told.append(
                (start, end, sentence(f"{listed([told_as for told_as, _ in deeds])}{around}"), world.ids_of(used))
            )
        before = done
    return told


def _few(
    world: World, span: tuple[float, float], met: set[str], used: list[Claim]
) -> list[tuple[str, tuple[str, str]]]:
    """`a woman walks`, and who does what, for the first ones who do something."""
    clauses: list[tuple[str, tuple[str, str]]] = []
    for claim in _acts(world, span):
        done = [c for c in used if isinstance(c, Action | Interaction | Speech)]
        hugs = not isinstance(claim, Speech) and claim.action == "hug"
        hugged = hugs and any(
            isinstance(c, Interaction) and c.other == claim.entity and c.action == "hug" for c in done
        )
        if len(clauses) == _FEW or hugged or claim.entity in {c.entity for c in done}:
            continue
        named = mention(world, claim.entity, span=span) if claim.entity in met else introduce(world, claim.entity, span)
        text = _deed(world, claim, span, met, used) if named is not None else None
        if named is not None and text is not None:
            used.extend((claim, *(world.by_id[name] for name in named.claims)))
            met.add(claim.entity)
            clauses.append((f"{named.text} {text}", (claim.entity, f"{claim.kind} {getattr(claim, 'action', '')}")))
    return clauses


def _acts(world: World, span: tuple[float, float]) -> list[Action | Interaction | Speech]:
    """What is done, deeds to others first and standing last."""
    done: tuple[Action | Interaction | Speech, ...] = (
        *world.during(Interaction, *span),
        *world.during(Speech, *span),
        *world.during(Action, *span),
    )
    return sorted(done, key=lambda c: (isinstance(c, Action) and c.action == "stand", c.start))


def _deed(
    world: World, claim: Action | Interaction | Speech, span: tuple[float, float], met: set[str], used: list[Claim]
) -> str | None:
    if isinstance(claim, Speech):
        return "speaks"
    if isinstance(claim, Action):
        used.extend(world.by_id[name] for name in grounds(world, claim))
        return doing(world, claim, 1)
    known = claim.other in met
    other = mention(world, claim.other, span=span) if known else introduce(world, claim.other, span)
    if other is None:
        return None
    met.add(claim.other)
    used.extend(world.by_id[name] for name in other.claims)
    return f"{words()['deeds'][claim.action][1]} {other.text}"


def _summed(world: World) -> tuple[str, tuple[str, ...]] | None:
    lives = {who.id: [one for one in glimpses_of(world, who.id) if one.text] for who in world.entities.values()}
    # standing about is told only of those who do nothing else
    lives = {who: [one for one in life if one.text != "stands"] or life for who, life in lives.items()}
    people = {who.id for who in world.entities.values() if who.category == "person"}
    busy = sorted(lives, key=lambda who: (-len(lives[who]), who not in people, -_length(lives[who]), who))
    if not busy or not lives[busy[0]]:
        return None
    main = introduce(world, busy[0])
    if main is None:
        return None
    used = list(main.claims)
    parts = _course(world, _spread(lives[busy[0]]), used)
    others = [who for who in busy[1:] if world.entities[who].category != "prop"]
    rest: list[str] = []
    for who in others:
        met, known = introduce(world, who), mention(world, who)
        if met is None:
            continue
        used += met.claims
        met_there = _first_met(parts, known.text, met.text) if known is not None else parts
        if met_there == parts:
            rest.append(met.text)
        parts = met_there
    too = f" {capital(listed(rest))} can be seen too." if rest else ""
    return f"{sentence(f'{main.text} {parts}')}{too}", tuple(dict.fromkeys(used))


def _first_met(text: str, known: str, met: str) -> str:
    """A text in which somebody is introduced where they are first spoken of."""
    return re.sub(rf"\b{re.escape(known)}\b(?!['’])", lambda _: met, text, count=1)


def _length(life: list[Stretch]) -> float:
    return sum(one.end - one.start for one in life)


def _spread(life: list[Stretch]) -> list[Stretch]:
    """At most so many stretches as a sentence holds, the first and the last among them."""
    if len(life) <= _MOST_DEEDS:
        return life
    return [life[round(n * (len(life) - 1) / (_MOST_DEEDS - 1))] for n in range(_MOST_DEEDS)]


def _course(world: World, life: list[Stretch], used: list[str]) -> str:
    told: list[str] = []
    last = before = ""
    for one in life:
        place: list[Claim] = []
        where = setting(world, one.span, place)
        # words that are spoken would end the sentence
        text = one.text.split(" and says: ")[0].rstrip(",")
        text = "speaks" if text.startswith("says: ") else text
        around = f"{',' if ', looking' in text else ''} {where}" if where and where != last else ""
        if text == before and not around:
            continue  # it was just told
        before = text
        told.append(f"{text}{around}")
        used += [*one.claims, *world.ids_of(place)]
        last = where or last
    return ", then ".join(dict.fromkeys(told))
