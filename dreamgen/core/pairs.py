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


class Segment(Record):
    """A stretch of a clip with its own description."""

    start: float = Field(ge=0.0)
    """Seconds from the start of the clip."""
    end: float = Field(ge=0.0)
    """Seconds from the start of the clip."""
    text: str = Field(min_length=1)
    """What is to be said of it."""


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
    segments: tuple[Segment, ...] = ()
    """For dense forms: what the answer says, stretch by stretch, in order; the answer's text says the same."""
    masklets: tuple[str, ...] = ()
    """Entities whose masks belong to the example."""
    claims: tuple[str, ...] = Field(min_length=1)
    """Ids of the claims that it rests on."""
    program: Program
    """How the answer was computed."""
    weight: float = Field(default=1.0, ge=0.0, le=1.0)
    """How far to trust it: 1 when every claim was seen to hold."""
    benchmarks: tuple[str, ...] = ()
    """Dimensions of benchmarks that it trains for: MVBench/action_sequence, PLM-FGQA/Counting."""
    rationale: str = ""
    """The way from the claims to the answer, step by step; empty where none is told."""
    answerable: bool = True
    """False where the right answer is that the video does not tell."""
    twin: str = ""
    """The id of a pair that asks the same of a clip that differs in one thing, and has another answer."""
    question: str = ""
    """The id of the question that several binary pairs share: only who answers all of them has answered it. Empty where
    a pair is a question of its own."""
    domain: str = ""
    """What kind of activity the video shows: cooking, sport; empty where nobody said."""
    audited: bool = False
    """Whether a person watched the clip and found the pair right, or made it so."""

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


View = Literal["video", "none", "frame", "shuffled", "reversed"]
"""How much of a clip is shown: frames over its whole length; nothing; one frame from its middle; those frames in an
order by lot; those frames backwards."""


class Question(Record):
    """A pair without its key: all of it that whoever answers may see."""

    about: str
    """The id of the pair."""
    turn: int = Field(default=0, ge=0)
    """Which of its questions, from 0."""
    form: Form
    """How it is asked."""
    before: tuple[Turn, ...] = ()
    """What was said before, in a dialogue."""
    text: str = Field(min_length=1)
    """The question."""
    options: tuple[str, ...] = ()
    """The choices, without letters; empty unless `form` is choice."""


class Answer(Record):
    """What somebody answers who has not seen the key."""

    about: str
    """The id of the pair."""
    turn: int = Field(default=0, ge=0)
    """Which of its questions, from 0."""
    text: str = ""
    """In words; empty where nothing could be made of it."""
    chances: tuple[float, ...] = ()
    """Of a choice: the probability of each option; of yes or no: of yes, then of no. Empty for free text and where
    nothing could be made of the answer, which is nobody's vote for any option."""
    by: str = ""
    """Who answers."""
    failure: str = ""
    """Machine-readable: prose, refused, cut_off, unreadable; empty for an answer."""


def questions_of(pair: InstructionPair) -> tuple[Question, ...]:
    """Every question of a pair, each with what was said before it and without its own answer."""
    return tuple(
        Question(
            about=pair.id, turn=number, form=pair.form, before=pair.turns[: 2 * number], text=turn.text,
            options=pair.options,
        )
        for number, turn in enumerate(pair.turns[::2])
    )  # fmt: skip
