"""The same question about a clip that differs in one thing, where its answer is another one.

Liu et al. 2024, "TempCompass", section 3.1: conflicting videos, so that neither the words nor one frame will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from dreamgen.core.base import fingerprint
from dreamgen.core.claims import Attribute, Claim, Cut
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.language.world import World
from dreamgen.qa.frames import Frames
from dreamgen.qa.programs import rerun

_CLOCK: Final = re.compile(r"\d:\d\d")
_NEAR: Final = 0.02
"""Seconds; times in claims are rounded."""
_REFERENCES: Final = ("first", "second", "of", "effect")
_FORMS: Final = ("open", "choice", "yes_no")


def asked_again(pairs: Sequence[InstructionPair], here: World, there: World) -> Iterator[InstructionPair]:
    """Of each pair about one clip, the pair that asks the same of its twin, where that has another answer.

    Args:
        pairs: about the clip.
        here: what stands of the clip.
        there: what stands of its twin.
    """
    frames, others = Frames(here, here.clip), Frames(there, here.clip)
    for pair in pairs:
        again = _again(pair, here, there) if pair.form in _FORMS else None
        # what the question takes for granted must be so in the twin, too: in the first shot, the woman is waving
        if again is not None and others.allows(again, frames.of(pair)):
            yield again


def _again(pair: InstructionPair, here: World, there: World) -> InstructionPair | None:
    if here.shots != there.shots and _CLOCK.search(pair.turns[0].text):
        return None
    program = _program(pair, here, there)
    if program is None or not set(pair.claims) <= here.by_id.keys():
        return None
    meant = {value for _, value in pair.program.arguments}
    claims = [
        _same(here.by_id[name], here, there)
        if name in meant and pair.task != "attribute"
        else _counterpart(here.by_id[name], here, there)
        for name in pair.claims
    ]
    if not all(claims):
        return None
    answer = rerun(program, there)
    before = pair.options[pair.answer_index] if pair.answer_index is not None else pair.turns[-1].text
    if answer is None or answer == before or (pair.options and answer not in pair.options):
        return None
    return pair.model_copy(
        update={
            "id": f"{there.clip}-{pair.task.replace('_', '-')}-{fingerprint([pair.id, there.clip])[:6]}",
            "clip": there.clip,
            "turns": (pair.turns[0], Turn(role="assistant", text=answer)),
            "answer_index": pair.options.index(answer) if pair.options else None,
            "span": _span(pair.span, here, there),
            "claims": tuple(dict.fromkeys(claim.id for claim in claims if claim)),
            "program": program,
            "rationale": "",
            "twin": pair.id,
        }
    )


def _program(pair: InstructionPair, here: World, there: World) -> Program | None:
    """The pair's program with arguments that mean in the twin what they mean in the clip."""
    given = dict(pair.program.arguments)
    span = _span((float(given["start"]), float(given["end"])), here, there) if {"start", "end"} <= set(given) else None
    if span is None and "start" in given:
        return None
    times = {"start": f"{span[0]:.3f}", "end": f"{span[1]:.3f}"} if span else {}
    arguments = []
    for name, value in pair.program.arguments:
        if value in here.by_id:
            claim = here.by_id[value]
            same = _same(claim, here, there)
            if same is None and isinstance(claim, Attribute) and pair.task == "attribute":
                same = _counterpart(claim, here, there)
            if same is None:
                return None
            arguments.append((name, same.id))
        else:
            arguments.append((name, times.get(name, value)))
    return Program(name=pair.program.name, arguments=tuple(arguments))


def _span(span: tuple[float, float] | None, here: World, there: World) -> tuple[float, float] | None:
    """The same shot, or the whole of it, in the twin; None where it has no such moment."""
    if span is None or here.shots == there.shots:
        return span
    for mine, theirs in zip((*here.shots, (0.0, here.seconds)), (*there.shots, (0.0, there.seconds)), strict=False):
        if abs(mine[0] - span[0]) < _NEAR and abs(mine[1] - span[1]) < _NEAR:
            return theirs
    return None


def _same(claim: Claim, here: World, there: World) -> Claim | None:
    """The claim of the twin that says exactly the same, whenever it holds; None where there is none, or several."""
    found = [other for other in there.all(type(claim)) if _said(other, there) == _said(claim, here)]
    return found[0] if len(found) == 1 else None


def _counterpart(claim: Claim, here: World, there: World) -> Claim | None:
    """What is said of the same in the same moment, or else what says the same at another time."""
    if isinstance(claim, Cut):
        mine, theirs = here.all(Cut), there.all(Cut)
        return theirs[mine.index(claim)] if len(mine) == len(theirs) else None
    span = _span((claim.start, claim.end), here, there)
    middle = sum(span) / 2 if span else -1.0
    alike = [
        other
        for other in there.all(type(claim))
        if _about(other) == _about(claim) and other.start <= middle <= other.end
    ]
    said = [other for other in alike if _said(other, there) == _said(claim, here)]
    if len(said) == 1 or len(alike) == 1:
        return (said or alike)[0]
    return None if alike else _same(claim, here, there)


def _about(claim: Claim) -> object:
    return claim.about, getattr(claim, "slot", ""), getattr(claim, "what", "")


def _said(claim: Claim, world: World) -> dict[str, Any]:
    """What a claim says, without its time; a claim that it names stands there with what it says."""
    content: dict[str, Any] = claim.model_dump(mode="json", exclude={"id", "start", "end"})
    for field in _REFERENCES:
        if content.get(field) in world.by_id:
            content[field] = _said(world.by_id[content[field]], world)
    return content
