"""How an answer is made to have its shape: the ways, best first, and the memory of what a model can't do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import TypeAdapter, ValidationError

from dreamgen.core.base import Record, fingerprint
from dreamgen.engines.chat.faults import Fault
from dreamgen.engines.chat.model import ChatModel, Method
from dreamgen.engines.files import whole

LADDER: Final[tuple[Method, ...]] = ("json_schema", "function_calling", "json_mode", "plain")
"""The ways to ask for a shape: decoding under the schema, a tool whose arguments are the answer, any JSON, and words
alone. auto goes down when a server says that it can't, and never up."""

MANNERS: Final = "manners.json"
"""The file in the folder that a chat model keeps: a rerun asks as the run before it came to ask."""

_HELD: Final = LADDER[:2]
"""The ways in which the schema goes beside the messages, where a server may overlook it."""


class Manners(Record):
    """How a model wants to be asked."""

    method: Method
    """The way in use; never auto."""
    lengths: bool
    """Whether a schema may name lengths of texts."""
    without: tuple[str, ...] = ()
    """What it does not take, sorted: seed, temperature, top_p, max_tokens, system."""
    told: bool = False
    """Whether the shape is told in words too, beside the schema."""


class Etiquette:
    """The manners of an opened model, learnt from what it refuses. For several threads.

    What is refused before anything has been answered is remembered and holds for all questions; what is refused later
    holds for that question alone. As the first question is put alone, how one is asked follows from the first and from
    itself: not from what else is in flight, and not from where a run was stopped.

    Args:
        model: who is asked.
        kept: the folder where it is remembered.
        lengths: whether lengths are tried at all.
    """

    def __init__(self, model: ChatModel, kept: Path, *, lengths: bool) -> None:
        self._auto = model.method == "auto"
        self._path = kept / MANNERS
        # nor is it part of an answer's name where a server is
        self._name = fingerprint([model.model, bool(model.base_url), model.method])
        self._lock = Lock()
        self._met = False
        self._now = _read(self._path).get(self._name) or Manners(
            method=LADDER[0] if self._auto else model.method, lengths=lengths
        )

    @property
    def met(self) -> bool:
        """Whether the model has answered anything, now or in an earlier run."""
        return self._met

    def now(self) -> Manners:
        """How a question is asked first."""
        return self._now

    def learn(self, used: Manners, fault: Fault) -> Manners | None:
        """How to ask at once again; None where no other way would help.

        Args:
            used: how it was asked.
            fault: what came of it. Only what a server can't do teaches anything; a failure that passes does not.
        """
        if fault.sort != "request":
            return None
        better = self._better(used, fault)
        with self._lock:
            if self._met:
                return better
            if self._now != used:
                return self._now
            if better is not None:
                self._now = better
                self._keep()
            return better

    def meet(self, knows: bool | None) -> None:
        """Takes notice of the first answer, from the model or from memory; later ones change nothing.

        Where its author can't have seen the schema, a server leaves it out without a word: then it is told in words
        as well. That is not remembered, since the same answer says it again.

        Args:
            knows: whether the author has; None where it can't be told.
        """
        with self._lock:
            if not self._met and knows is False and self._now.method in _HELD:
                self._now = self._now.model_copy(update={"told": True})
            self._met = True

    def _better(self, used: Manners, fault: Fault) -> Manners | None:
        said = fault.said.lower()
        if name := unwanted(said, used.without):
            return used.model_copy(update={"without": tuple(sorted((*used.without, name)))})
        if used.lengths and _ABOUT_LENGTHS.search(said):
            return used.model_copy(update={"lengths": False})
        if not self._auto or used.method == LADDER[-1]:
            return None
        if fault.error is not NotImplementedError and not _ABOUT_SHAPE.search(said):
            return None
        return used.model_copy(update={"method": LADDER[LADDER.index(used.method) + 1]})

    def _keep(self) -> None:
        known = {**_read(self._path), self._name: self._now}
        with whole(self._path) as unfinished:
            unfinished.write_bytes(_FILE.dump_json(known, indent=1) + b"\n")


def unwanted(said: str, without: Sequence[str]) -> str:
    """The parameter that a server says it does not take; empty when it speaks of none.

    Args:
        said: its words, in small letters.
        without: what is left out already.
    """
    for name, words in _REFUSED:
        if name not in without and words.search(said):
            return name
    limit = _LIMIT.search(said) if _NO_LIMIT.search(said) else None
    # the first that is named is the one that it refuses: others are what it wants instead
    return limit.group() if limit and limit.group() not in without else ""


_FILE: Final = TypeAdapter(dict[str, Manners])
_REFUSED: Final = (
    ("temperature", re.compile(r"\btemperature\b")),
    ("top_p", re.compile(r"\btop_p\b")),
    ("seed", re.compile(r"\bseed\b")),
    ("system", re.compile(r"system (role|message|prompt)s?.{0,30}not|roles must alternate|role.{0,10}system")),
)
"""What can be left out, and how a server says that it does not take it."""
_LIMIT: Final = re.compile(r"\bmax_(?:completion_)?tokens\b")
"""The two words for how long an answer may be."""
_NO: Final = r"(?:unsupported|unknown|unrecognized|unexpected|extra|not support\w*)"
_NO_LIMIT: Final = re.compile(rf"{_NO}.{{0,40}}{_LIMIT.pattern}|{_LIMIT.pattern}.{{0,40}}{_NO}")
"""How a server says that it takes no such word; of a number that is too large it speaks otherwise."""
_ABOUT_LENGTHS: Final = re.compile(r"min_?length|max_?length|not permitted|keyword|uniqueitems")
_ABOUT_SHAPE: Final = re.compile(
    r"response_?format|json_?schema|json_?object|structured.?output|grammar|guided|schema|\btool|\bfunction"
)


def _read(path: Path) -> dict[str, Manners]:
    try:
        return _FILE.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}
