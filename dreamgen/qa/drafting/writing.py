"""What every synthesizer that asks a language model is told, and how its model is opened once for all clips."""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import Field, PrivateAttr

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import ready
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.sharing import Opened
from dreamgen.qa.drafting.facts import Facts

FILM: Final = "film"
"""The id of the clip that is the whole film; its scenes are asked instead, unless the option says otherwise."""


class Writing(Record):
    """A language model writes questions from standing claims, sheet by sheet; see `[chat]` for which one and how."""

    PROMPTS: ClassVar[tuple[str, ...]] = ()
    """Names of all prompts that may be used."""
    LEAST: ClassVar[int] = 2
    """Facts of a clip that is worth asking about."""

    chat: ChatModel
    """The model."""
    pairs: int = Field(default=6, ge=1, le=40)
    """How many questions are asked for a clip in the first place."""
    sheet: int = Field(default=3, ge=1, le=20)
    """How many are asked for at once; the sheets of a clip are in flight together."""
    rounds: int = Field(default=2, ge=1, le=5)
    """How often something is asked for in the place of what was dropped, the first time included."""
    facts: int = Field(default=80, ge=5, le=400)
    """Claims that the model is given of a clip, at most."""
    film: bool = False
    """Whether the whole film is asked about too."""
    weight: float = Field(default=0.5, gt=0.0, le=1.0)
    """Trust in a pair whose words agree with its claims and whose meaning nobody has checked: chosen, not measured."""

    _opened: Opened = PrivateAttr(default_factory=Opened)

    @property
    def together(self) -> int:
        """How many clips are at work at once where the model is served, so that its calls in flight are used."""
        return self._opened.at_once(self.chat, -(-self.pairs // self.sheet))

    def ready(self) -> None:
        """Says what is missing before anything is asked.

        Raises:
            UsageError: when no model is named, or an option or a prompt is wrong.
            MissingExtra: when the library that talks to the model is not installed.
            ModelError: when a local folder holds no model, or the key is missing.
        """
        for prompt in self.PROMPTS:
            read_prompt(prompt)
        ready(self.chat)

    def _worth(self, clip: Clip, facts: Facts) -> bool:
        """Whether a clip is asked about."""
        return len(facts.facts) >= self.LEAST and (clip.id != FILM or self.film)
