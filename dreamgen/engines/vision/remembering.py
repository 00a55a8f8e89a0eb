"""What a vision-language model has answered, kept on the disk: it is asked the same thing of the same pictures once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from dreamgen.core.base import fingerprint
from dreamgen.engines.chat.answers import Answers, RawAnswer, weights_name
from dreamgen.engines.chat.budget import Budget
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.engines.chat.places import Hosted, Server
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import place_of
from dreamgen.engines.vision.seeing import Frames, Query, SeeFailure, Seen, Sees
from dreamgen.engines.vision.words import as_chat, in_its_words

VISION: Final = "vision"
"""The folder, in the one that models keep, with the answers and the account of vision-language models: their limits
are their own, and whoever writes stories at the same time has another ledger."""


class Recalled(RawAnswer):
    """An answer of a model in this process, with what was made of it."""

    chances: tuple[float, ...] = ()
    """See `Seen`."""
    failure: SeeFailure = ""
    """See `Seen`."""
    detail: str = ""
    """See `Seen`."""


def remembered(sees: Sees, model: VisionModel, kept: Path) -> Sees:
    """A model with a memory, and with an account of what it was asked.

    Every answer is on the disk before it is handed on. A run that was stopped asks only what is not there yet, a
    rerun asks nothing, and a damaged file counts as none.

    Args:
        sees: answers what is not remembered. It is not asked at all, and need not load anything, while all is.
        model: who that is: the name of its weights or of its server's model, and how it is asked, are part of what an
            answer is known by; a server's address and a folder's place are not.
        kept: the folder of the run for what models answer.
    """
    return _Remembering(sees, model, kept / VISION)


class _Remembering:
    """See `remembered`."""

    def __init__(self, sees: Sees, model: VisionModel, folder: Path) -> None:
        self._sees, self._model = sees, model
        # what this process computes costs nothing but time, and waiting for the disk costs more of that
        self._answers = Answers(folder, Recalled, paid=False)
        self._budget = Budget(as_chat(model, model.max_output_tokens), Ledger(folder, paid=False))

    def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        """See `Sees.ask`."""
        who = whose(self._model)
        names = [answer_name(who, self._model, frames, query) for query in queries]
        known = {name: self._answers.get(name) for name in names}
        new: dict[str, Query] = {}
        for name, query in zip(names, queries, strict=True):
            if known[name] is None:
                # the first of those who ask the same is the one that is asked
                new.setdefault(name, query)
        fresh = self._sees.ask(frames, tuple(new.values())) if new else iter(())
        for name, query in zip(names, queries, strict=True):
            raw = known[name]
            if raw is None:
                raw = known[name] = self._asked(name, query, fresh)
            yield Seen(query, raw.chances, raw.text, raw.failure, raw.detail, raw.tokens_in, raw.tokens_out)

    def _asked(self, name: str, query: Query, fresh: Iterator[Seen]) -> Recalled:
        """The next new answer, when it is safe."""
        with in_its_words():
            number = self._budget.reserve(query.purpose, query.where, 0, 0)
        began = time.monotonic()
        try:
            seen = next(fresh, None)
        except Exception as error:
            self._budget.failed(number, type(error), time.monotonic() - began, unpaid=True)
            raise
        if seen is None or seen.query != query:
            raise RuntimeError(f"{type(self._sees).__name__} gave no answer to {query.purpose} for {query.where}")
        raw = Recalled(
            text=seen.text, tokens_in=seen.tokens_in, tokens_out=seen.tokens_out, seconds=time.monotonic() - began,
            chances=seen.chances, failure=seen.failure, detail=seen.detail,
        )  # fmt: skip
        self._answers.put(name, raw)
        self._budget.answered(number, raw)
        return raw


def whose(model: VisionModel) -> tuple[str, ...]:
    """Who answers, in one way however it is written.

    Raises:
        UsageError: when no model is named, or there is none at that place.
    """
    place = place_of(model)
    if isinstance(place, Server):
        return ("served", place.name)
    if isinstance(place, Hosted):
        return ("hosted", place.provider, place.name)
    return ("here", weights_name(place.folder) if place.folder else place.name, model.dtype)


def answer_name(who: Sequence[str], model: VisionModel, frames: Frames | None, query: Query) -> str:
    """The name of one answer: 32 hex digits that follow from exactly what shapes it.

    Args:
        who: answers.
        model: how long it may speak, where it is asked for free words.
        frames: what is shown.
        query: what is asked; what it is for has no part in it.
    """
    shown = None if frames is None else [frames.name, list(frames.times)]
    length = None if query.choices else model.max_output_tokens
    how = [model.parts] if who[0] != "here" else []
    return fingerprint(["vision", list(who), shown, query.system, query.text, list(query.choices), length, *how])
