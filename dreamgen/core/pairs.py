"""Questions with answers, and what was found out about claims and pairs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from dreamgen.core.base import Record

Form = Literal[
    "open", "choice", "yes_no", "caption", "dialogue", "region_caption", "region_localise", "region_dense"
]  # fmt: skip
LETTERS = "ABCDEFGH"


class Turn(Record):
    """One message."""

    role: Literal["human", "assistant"]
    """Who speaks."""
    text: str = Field(min_length=1)
    """Plain text, without video tags; options of a choice are not part of it."""


class Program(Record):
    """How an answer was computed, so that anybody can compute it again."""

    name: str
    """The program's name in `dreamgen.qa`."""
    arguments: tuple[tuple[str, str], ...] = ()
    """Names and values; claim ids among them."""


class InstructionPair(Record):
    """One training example: turns about a clip, the claims that they rest on, the program that computed them."""

    id: str
    """Unique in the story."""
    clip: str
    """The id of the clip."""
    task: str
    """What it teaches: attribute, counting, temporal_order."""
    form: Form
    """How it is asked."""
    turns: tuple[Turn, ...] = Field(min_length=2)
    """Human and assistant in turn, ending with the assistant."""
    options: tuple[str, ...] = ()
    """The choices, without letters; empty unless `form` is choice."""
    answer_index: int | None = None
    """Which option is right, from 0."""
    span: tuple[float, float] | None = None
    """Seconds of the clip that the answer rests on."""
    masklets: tuple[str, ...] = ()
    """Entities whose masks belong to the example."""
    claims: tuple[str, ...] = Field(min_length=1)
    """Ids of the claims that it rests on."""
    program: Program
    """How the answer was computed."""
    weight: float = Field(default=1.0, ge=0.0, le=1.0)
    """How far to trust it: 1 when every claim was seen to hold."""

    @model_validator(mode="after")
    def _well_formed(self) -> InstructionPair:
        roles = tuple(turn.role for turn in self.turns)
        if roles != ("human", "assistant") * (len(roles) // 2):
            raise ValueError(f"turns must alternate from human to assistant, not {roles}")
        if (self.form == "choice") != bool(self.options):
            raise ValueError(f"a {self.form} pair has {len(self.options)} options")
        if bool(self.options) != (self.answer_index is not None):
            raise ValueError("options and answer_index come together")
        if self.answer_index is not None and not 0 <= self.answer_index < len(self.options):
            raise ValueError(f"answer_index {self.answer_index} is not one of {len(self.options)} options")
        if len(set(self.options)) != len(self.options):
            raise ValueError(f"two options are the same: {self.options}")
        return self


class Verdict(Record):
    """What somebody who looked found out."""

    about: str
    """The id of a claim or a pair."""
    outcome: Literal["supported", "refuted", "unsure"]
    """What the pixels say of it."""
    confidence: float = Field(ge=0.0, le=1.0)
    """Of the outcome; 0 for unsure without a look."""
    by: str
    """The verifier or screener."""
    evidence: str = ""
    """What was measured: numbers with units and the frames looked at."""
    reason: str = ""
    """Machine-readable: not_visible, wrong_colour, too_small, not_measurable."""
