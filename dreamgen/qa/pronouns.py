"""Who is meant by he, she or it: a question that follows another about the same one needs no second description."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dreamgen.language.mentions import renderings
from dreamgen.language.wording import capital, pronoun
from dreamgen.language.world import World

_TAKES_OBJECT: Final = re.compile(
    r"(?:\b(?:to|at|of|with|beside|behind|for|about|by|from|before|after|describe|follow)|\w+ing) $", re.IGNORECASE
)
"""What stands before somebody who is not the subject: talking to him, left of him, hugging him."""
_NO_GERUND: Final = re.compile(r"\b(?:thing|something|anything|nothing|during|morning|evening) $", re.IGNORECASE)


def words_for(world: World, who: str, text: str) -> str | None:
    """The longest description of an entity that a text uses; None where it uses none."""
    known = sorted(renderings(world, who), key=len, reverse=True)
    return next((one for one in known if re.search(rf"\b{re.escape(one)}\b", text, re.IGNORECASE)), None)


def mentioned(world: World, texts: Iterable[str]) -> set[str]:
    """Everybody whom some texts may speak of, by any description that fits."""
    told = " ".join(texts)
    return {who for who in world.entities if words_for(world, who, told) is not None}


def is_clear(world: World, who: str, said: Iterable[str]) -> bool:
    """Whether after what was said a pronoun means `who`: spoken of, and nobody else with the same pronoun is."""
    known = mentioned(world, said)
    own = pronoun(world.entities[who].what)
    return who in known and not any(pronoun(world.entities[other].what) == own for other in known - {who})


def with_pronoun(world: World, who: str, question: str) -> str:
    """The question with a pronoun for `who`, in the case that its place asks for.

    `What colour is the hair of the boy?` becomes `What colour is his hair?`.
    """
    described = words_for(world, who, question)
    if described is None:
        return question
    he, him, his = (pronoun(world.entities[who].what, case) for case in range(3))
    name = re.escape(described)
    # her left is not the viewer's
    of_whom = rf"\bthe (?!left|right|side)([\w-]+(?: [\w-]+)?) of {name}\b(?!')"
    text = re.sub(of_whom, rf"{his} \1", question, flags=re.IGNORECASE)
    text = re.sub(rf"\b{name}(?:'s|(?<=s)')(?=\s)", his, text, flags=re.IGNORECASE)

    def put(found: re.Match[str]) -> str:
        before = text[: found.start()]
        takes = _TAKES_OBJECT.search(before) and not _NO_GERUND.search(before)
        return him if takes else capital(he) if not before else he

    return re.sub(rf"\b{name}\b", put, text, flags=re.IGNORECASE)
