"""What a served vision-language model does not take, learnt from what it refuses and remembered."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import Field, TypeAdapter, ValidationError

from dreamgen.core.base import Record
from dreamgen.engines.chat.faults import Fault
from dreamgen.engines.chat.structured import unwanted
from dreamgen.engines.files import whole

TOPS: Final = (20, 5, 0)
"""How many likely tokens are asked for in each place: the most that OpenAI and vLLM give, fewer, none."""
MANNERS: Final = "manners.json"
"""The file where it is remembered, for a rerun to ask as the run before it came to ask."""

_ABOUT_TOPS: Final = re.compile(r"log_?probs?|\btop_logprobs\b")
_ABOUT_FILMS: Final = re.compile(r"video")


class Manners(Record):
    """How a model wants to be asked."""

    tops: int = Field(default=TOPS[0], ge=0)
    """Likely tokens that are asked for in each place; 0 asks for no probabilities."""
    without: tuple[str, ...] = ()
    """What it does not take, sorted: temperature, max_tokens."""
    films: bool = True
    """Whether it takes films, where one is to be sent; else it gets pictures."""
    thinks: bool = False
    """Whether it thinks before it speaks, so that a choice takes more than a few tokens."""


class Etiquette:
    """The manners of an opened model. For several threads.

    What is learnt before anything has been answered is remembered and holds for all questions, which is why the first
    one is put alone; what is learnt later holds for that question.

    Args:
        folder: where it is remembered.
        name: of whoever answers.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path, self._name = folder / MANNERS, name
        self._lock = Lock()
        self._met = False
        self._now = _read(self._path).get(name) or Manners()

    @property
    def met(self) -> bool:
        """Whether the model has answered anything, now or in an earlier run."""
        return self._met

    def now(self) -> Manners:
        """How a question is asked first."""
        return self._now

    def learn(self, used: Manners, fault: Fault) -> Manners | None:
        """How to ask at once again after a refusal; None where no other way would help.

        Args:
            used: how it was asked.
            fault: what came of it.
        """
        said = fault.said.lower()
        better = None
        # some refuse likely tokens as if the key were wrong, or break down over them
        if used.tops and _ABOUT_TOPS.search(said):
            better = used.model_copy(update={"tops": TOPS[TOPS.index(used.tops) + 1]})
        elif used.films and fault.sort == "request" and _ABOUT_FILMS.search(said):
            better = used.model_copy(update={"films": False})
        elif fault.sort == "request" and (name := unwanted(said, used.without)):
            better = used.model_copy(update={"without": tuple(sorted((*used.without, name)))})
        return better and self._learnt(better)

    def thought(self, used: Manners) -> Manners:
        """How to ask again after an answer that ended before anything was said."""
        return self._learnt(used.model_copy(update={"thinks": True}))

    def meet(self) -> None:
        """Takes notice of the first answer, from the model or from memory."""
        self._met = True

    def _learnt(self, better: Manners) -> Manners:
        with self._lock:
            if not self._met:
                self._now = better
                known = {**_read(self._path), self._name: better}
                with whole(self._path) as unfinished:
                    unfinished.write_bytes(_FILE.dump_json(known, indent=1) + b"\n")
        return better


_FILE: Final = TypeAdapter(dict[str, Manners])


def _read(path: Path) -> dict[str, Manners]:
    try:
        return _FILE.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}
