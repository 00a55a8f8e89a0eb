"""A chat model that writes fine-grained questions by script."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.model import ChatModel
from dreamgen.qa.synthesizers.fgqa import FgqaSynthesizer
from tests.scripted import Asked, Behave, ScriptedServer

Draft = dict[str, Any]
Write = Callable[[Asked], Any]


def written(
    reply: Write | None, clip: Clip, world: Sequence[Claim], kept: Path, behaviours: Sequence[Behave] = (),
    **options: Any,
) -> tuple[list[InstructionPair], list[Reject], list[Asked]]:  # fmt: skip
    """Pairs, rejects and what was asked; two questions in one sheet and nothing else, unless options say so."""
    with ScriptedServer(behaviours, reply=reply) as server:
        chat = ChatModel(model="scripted", base_url=server.url, method="json_schema", tries=2, asks=2)
        plain = {"pairs": 2, "sheet": 4, "follow_ups": 0, "negatives": 0, "rounds": 1, "confirm": False}
        found = list(FgqaSynthesizer(chat=chat, **{**plain, **options}).synthesize(clip, world, 7, kept))
    pairs = [one for one in found if isinstance(one, InstructionPair)]
    return pairs, [one for one in found if isinstance(one, Reject)], server.asked


def step(asked: Asked) -> str:
    """Which step a request belongs to."""
    for tag, name in (("answers", "confirm"), ("questions", "negatives"), ("earlier", "follow-ups")):
        if f"<{tag}>" in asked.user:
            return name
    return "questions" if "<facts>\n" in asked.user and "Which is it?" not in asked.user else "domain"


def number_of(asked: Asked, text: str) -> str:
    """The number of the first fact that says something."""
    told: list[tuple[str, str]] = re.findall(r"^(F\d+): (.+)$", asked.user, re.MULTILINE)
    return next(number for number, fact in told if text in fact)


def draft(asked: Asked, fact: str, kind: str, question: str, answer: str, **more: str) -> Draft:
    """A question as a model writes it; it rests on the first fact that says `fact`."""
    return {"facts": [number_of(asked, fact)], "type": kind, "question": question, "answer": answer, **more}


def coat(asked: Asked, **more: str) -> Draft:
    """A question without a fault."""
    asks = "What colour is the coat that the woman has on?"
    return draft(asked, "wears a red coat", "Object Attributes", asks, "The woman wears a red coat.", **more)


def wave(asked: Asked, **more: str) -> Draft:
    """Another one."""
    asks = "What is the boy doing in the first seconds?"
    return draft(asked, "The boy is waving.", "Action Recognition", asks, "The boy is waving.", **more)


def hat(asked: Asked, **more: str) -> Draft:
    """One that goes deeper."""
    asks = "What colour is the straw hat of the woman in the red coat?"
    return draft(asked, "straw hat", "Object Attributes", asks, "She wears a beige straw hat.", **more)
