"""A language model says to which domain of activities a clip belongs."""

from __future__ import annotations

from typing import Any, Final

from dreamgen.core.base import Explained, derive_seed
from dreamgen.core.narrowing import narrowed, one_of
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.qa.domains import domains
from dreamgen.qa.drafting.facts import Facts

PROMPT: Final = "qa/fgqa_domain"
NONE: Final = "none"


class DraftDomain(Explained):
    """What the model says."""

    domain: str
    """One of the list, or none."""


def domain_asked(asks: Asks, clip: str, facts: Facts, seed: int) -> str:
    """The domain of a clip by its facts; empty where the model names none, or can't be read.

    Args:
        asks: the model.
        clip: its id.
        facts: what is known of it.
        seed: of the run.
    """
    filled = read_prompt(PROMPT).fill({"facts": facts.listed, "domains": ", ".join(domains())})
    where = f"{clip}/fgqa.domain"
    request: Request[Any] = Request(
        purpose=PROMPT, where=where, system=filled.system, user=filled.user,
        shape=narrowed(DraftDomain, domain=one_of((*domains(), NONE))), seed=derive_seed(seed, "qa-fgqa", where),
    )  # fmt: skip
    (reply,) = asks.ask([request])
    return "" if reply.answer is None or reply.answer.domain == NONE else str(reply.answer.domain)
