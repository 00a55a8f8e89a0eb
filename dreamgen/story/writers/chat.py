"""The `chat` writer: a language model plans a plot faithfully, or invents a story for a theme.

The model proposes, level by level; what it proposes is checked and mended, and becomes a story that can be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import Field, field_validator

from dreamgen.core.base import Record
from dreamgen.core.brief import Brief
from dreamgen.core.story import Story, Writing
from dreamgen.engines.chat.asking import Asks, Reply, Request, T
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat, ready
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.story.composing.compose import compose
from dreamgen.story.expansion.calls import Manner
from dreamgen.story.expansion.factors import read_factors
from dreamgen.story.expansion.faith import keep_faith
from dreamgen.story.expansion.levels import expand
from dreamgen.story.expansion.mending import mend, notes_of
from dreamgen.story.expansion.telling import divided

PROMPTS: Final = (
    "story/premise_theme", "story/premise_plot", "story/outline_theme", "story/outline_plot", "story/act",
    "story/scene", "story/repair",
)  # fmt: skip
"""Purposes of all prompts that a story can need."""
MOST_QUESTIONS: Final = 4
"""Of one part at one time."""


class ChatWriter(Record):
    """Plans a story by asking a language model; see `[chat]` for which one and how."""

    chat: ChatModel
    """The model."""
    expand: str = ""
    """Acts x scenes x shots, such as 11x11x11, each 60 at most. Empty is 3x3x5 for a theme; for a plot the numbers
    follow from its length: a shot for some 11 words, a scene for some 5 shots, an act for each heading or up to 3."""
    dialogues: float = Field(default=6 / 11, ge=0.0, le=1.0)
    """Share of the shots that are followed by a line; DreamFrame's 6 of 11. People of a plot say what it has them
    say, however much that is; 0 keeps everybody silent."""
    questions: tuple[int, int, int] = (1, 2, 2)
    """About the story, each act (the first before its scenes are known, the others after) and each scene; up to 4.
    At 11x11x11 these are DreamFrame's 265."""
    likeness: bool = False
    """Whether people may look like somebody who is known. The dataset card says so."""
    repairs: int = Field(default=2, ge=0, le=10)
    """How often a step that can't happen is asked for again before it is left out."""

    @field_validator("expand", mode="before")
    @classmethod
    def _written_out(cls, value: Any) -> Any:
        """A recipe's 11x11 arrives as a size, and is told as what it was."""
        return "x".join(map(str, value)) if isinstance(value, list | tuple) else value

    @field_validator("questions")
    @classmethod
    def _few(cls, value: tuple[int, int, int]) -> tuple[int, int, int]:
        if not all(0 <= number <= MOST_QUESTIONS for number in value):
            raise ValueError(f"Between 0 and {MOST_QUESTIONS} questions can be asked for")
        return value

    def ready(self) -> None:
        """Says what is missing before anything is asked.

        Raises:
            UsageError: when no model is named, `expand` is not three numbers, or a prompt is missing or wrong.
            MissingExtra: when the library that talks to the model is not installed.
            ModelError: when a local folder holds no model, or the key is missing.
        """
        read_factors(self.expand)
        for purpose in PROMPTS:
            read_prompt(purpose)
        ready(self.chat)

    def write(self, brief: Brief, seed: int, kept: Path) -> Story:
        """The story of a plot or a theme; its shots are not staged yet.

        Args:
            brief: what it is written from.
            seed: what is drawn by lot derives from it; a model that takes a seed gets one too.
            kept: where all answers and the account of all calls are kept.

        Raises:
            UsageError: for an empty brief, or `expand` that is not three numbers.
            ModelError: when the model can't be reached, or can't write the story.
            BudgetSpent: when the next call could pass a limit of `chat`; what was answered is kept.
        """
        division = divided(brief, read_factors(self.expand))
        asks = _Listed(open_chat(self.chat, kept))
        manner = Manner(dialogues=self.dialogues, questions=self.questions, likeness=self.likeness)
        told = expand(asks, brief, seed, division, manner)
        faithful, corrected = keep_faith(brief, told.draft)
        draft, mended = mend(faithful, asks, seed, self.repairs)
        mends = (*corrected, *mended)
        # a folder's own name tells which weights they are; where it lies is nobody's business
        name = Path(self.chat.model).name if Path(self.chat.model).is_dir() else self.chat.model
        writing = Writing(model=name, prompts=asks.prompts, mends=mends)
        return compose(draft, brief, seed, writing, (*told.notes, *notes_of(mends)))


@dataclass
class _Listed:
    """A model, with a list of what it was asked with."""

    asks: Asks
    purposes: set[str] = field(default_factory=set)

    def ask(self, requests: Sequence[Request[T]]) -> Iterator[Reply[T]]:
        self.purposes.update(request.purpose for request in requests)
        return self.asks.ask(requests)

    @property
    def prompts(self) -> tuple[tuple[str, str], ...]:
        """File and fingerprint of each prompt, sorted."""
        return tuple(sorted((one.file, one.fingerprint) for one in map(read_prompt, self.purposes)))
