"""How an answer is made to have its shape: the ways, best first, and the memory of what a model can't do."""

from __future__ import annotations

import re
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


class Manners(Record):
    """How a model wants to be asked."""

    method: Method
    """The way in use; never auto."""
    lengths: bool
    """Whether a schema may name lengths of texts."""
    without: tuple[str, ...] = ()
    """What it does not take, sorted: seed, temperature, top_p, max_tokens, system."""


class Etiquette:
    """The manners of an opened model, learnt from what it refuses. For several threads.

    Args:
        model: who is asked.
        kept: the folder where it is remembered.
        lengths: whether lengths are tried at all.
    """

    def __init__(self, model: ChatModel, kept: Path, *, lengths: bool) -> None:
        self._auto = model.method == "auto"
        self._path = kept / MANNERS
        self._name = fingerprint([model.model, model.base_url, model.method])
        self._lock = Lock()
        self._settled = False
        self._now = _read(self._path).get(self._name) or Manners(
            method=LADDER[0] if self._auto else model.method, lengths=lengths
        )

    def now(self) -> Manners:
        """As far as is known."""
        return self._now

    def learn(self, used: Manners, fault: Fault) -> bool:
        """Whether to ask at once again, in another way.

        Args:
            used: how it was asked.
            fault: what came of it. Only what a server can't do teaches anything; a failure that passes does not.
        """
        if fault.sort != "request":
            return False
        with self._lock:
            if self._now != used:
                return True
            better = self._better(used, fault)
            if better is None:
                return False
            self._now = better
            self._keep()
            return True

    def weigh(self, used: Manners, knows: bool | None) -> None:
        """Takes notice of whether an answer's author has seen the shape; the first that tells settles it.

        A server that leaves out a schema is told it in words from then on.

        Args:
            used: how it was asked.
            knows: whether the author has; None where it can't be told.
        """
        if self._settled or knows is None or used.method not in LADDER[:2]:
            return
        with self._lock:
            if self._settled or self._now != used:
                return
            self._settled = True
            if self._auto and not knows:
                self._now = used.model_copy(update={"method": LADDER[2]})
                self._keep()

    def _better(self, used: Manners, fault: Fault) -> Manners | None:
        said = fault.said.lower()
        for name, words in _REFUSED:
            if name not in used.without and words.search(said):
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


_FILE: Final = TypeAdapter(dict[str, Manners])
_NO: Final = r"(unsupported|unknown|unrecognized|unexpected|extra|not support\w*).{0,40}\b"
_REFUSED: Final = (
    ("temperature", re.compile(r"\btemperature\b")),
    ("top_p", re.compile(r"\btop_p\b")),
    ("seed", re.compile(r"\bseed\b")),
    ("max_tokens", re.compile(_NO + "max_tokens")),
    ("max_completion_tokens", re.compile(_NO + "max_completion_tokens")),
    ("system", re.compile(r"system (role|message|prompt)s?.{0,30}not|roles must alternate|role.{0,10}system")),
)
"""What can be left out, and how a server says that it does not take it."""
_ABOUT_LENGTHS: Final = re.compile(r"min_?length|max_?length|not permitted|keyword|uniqueitems")
_ABOUT_SHAPE: Final = re.compile(
    r"response_?format|json_?schema|json_?object|structured.?output|grammar|guided|schema|\btool|\bfunction"
)


def _read(path: Path) -> dict[str, Manners]:
    try:
        return _FILE.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}
