"""Small named programs, one task a file: what can be asked, and how its answer is computed from claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from dreamgen.core.claims import Claim
from dreamgen.core.pairs import Program
from dreamgen.errors import unknown_name
from dreamgen.language.world import World
from dreamgen.qa.asking import WORDING, Asking, Compute, Draft, finished
from dreamgen.qa.programs import (
    action,
    attribute,
    captions,
    causes,
    changing,
    counterfactual,
    counting,
    dense,
    described,
    existence,
    film,
    holding,
    meanwhile,
    moving,
    objects,
    order,
    parts,
    people,
    picture,
    regions,
    repeats,
    rows,
    sequence,
    setting,
    sound,
    space,
    story,
    subjects_described,
    unanswerable,
    wearing,
)
from dreamgen.qa.programs.dialogue import programs_in

_MODULES: Final = (
    existence, attribute, counting, action, wearing, setting, space, people, causes, order, captions, film, holding,
    changing, moving, repeats, sequence, meanwhile, parts, rows, regions, objects, subjects_described, described,
    counterfactual, unanswerable, dense, story, picture, sound,
)  # fmt: skip

PROGRAMS: Final[Mapping[str, Compute]] = MappingProxyType(
    {name: program for module in _MODULES for name, program in module.PROGRAMS.items()}
)
"""Name to program."""

_OF_A_SCENE: Final = tuple(module for module in _MODULES if module is not film)
_OF_A_FILM: Final = (existence, counting, order, film, dense)


def ask(asking: Asking, whole_film: bool = False) -> Iterator[Draft]:
    """Every question that the clip's claims answer."""
    for task in _OF_A_FILM if whole_film else _OF_A_SCENE:
        yield from task.ask(asking)
    if whole_film:
        yield from captions.ask_film(asking)
        yield from changing.ask_film(asking)
        yield from meanwhile.ask_film(asking)
        yield from story.ask_film(asking)


WRITTEN: Final = "written"
"""Stands in a program's place where a language model wrote the pair: nothing computes it again."""


def rerun(program: Program, claims: Iterable[Claim] | World) -> str | None:
    """The answer, computed again; None where the claims no longer allow one, or a model wrote it.

    It is the text of the last turn, or of the right option; for a dialogue all answers, one a line.

    Args:
        program: the pair's.
        claims: the standing claims of its clip.
    """
    world = claims if isinstance(claims, World) else World.of_claims(claims)
    arguments = dict(program.arguments)
    if program.name == "dialogue":
        answers = [rerun(part, world) for part in programs_in(arguments)]
        return "\n".join(answer for answer in answers if answer) if all(answers) else None
    if program.name == WRITTEN:
        return None
    compute = PROGRAMS.get(program.name)
    if compute is None:
        raise unknown_name("program", program.name, PROGRAMS)
    inputs = {name: text for name, text in arguments.items() if name not in WORDING}
    value = compute(world, **inputs)
    return None if value is None else finished(value, arguments)
