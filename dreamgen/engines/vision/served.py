"""Vision-language models behind a server or at a provider: many questions in flight about one clip."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from random import Random
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from dreamgen.core.base import derived_random, fingerprint
from dreamgen.engines.chat.answers import Answers
from dreamgen.engines.chat.budget import Budget
from dreamgen.engines.chat.faults import Fault
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.engines.chat.opening import client_of
from dreamgen.engines.chat.pace import Pace
from dreamgen.engines.chat.places import Hosted, Server, key_name
from dreamgen.engines.chat.trying import accounted, until_answered
from dreamgen.engines.vision.choosing import Look, seen_of
from dreamgen.engines.vision.complaints import complaint, turns_pictures_away
from dreamgen.engines.vision.manners import Etiquette, Manners
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import place_of
from dreamgen.engines.vision.remembering import VISION, answer_name, whose
from dreamgen.engines.vision.seeing import Frames, Query, Seen, Sees
from dreamgen.engines.vision.wiring import BRIEF, Part, Wire, length, look_of, post, shown_parts
from dreamgen.engines.vision.words import as_chat, in_its_words
from dreamgen.errors import UsageError

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

Parts = Callable[[bool], tuple[Part, ...]]
"""Gives the frames as parts of a message, one film or pictures, made when the first question needs them."""

_UNMET: Final = 3
"""Tries to reach a server that has answered nothing yet."""


def open_served(model: VisionModel, kept: Path) -> Sees:
    """A vision-language model at another address, with its memory. Nothing is called before it has to answer.

    Args:
        model: which one, and how it is asked.
        kept: the folder of the run for what models answer. One process at a time may use it.

    Raises:
        UsageError: when no model is named, or it is none that is served.
    """
    place = place_of(model)
    if not isinstance(place, Server | Hosted):
        raise UsageError(f"vision.model = {model.model!r} is nowhere served", "Name its server with vision.base_url.")
    folder = kept / VISION
    with _OPENING:
        sees = _OPEN.get((model, folder))
        # one for all who ask: they share the limits, the pace and the numbers of calls; unless the run was thrown away
        if sees is None or not folder.is_dir():
            sees = _OPEN[model, folder] = _Served(model, place, folder)
        return sees


_OPENING: Final = Lock()


class _Served:
    """See `open_served`.

    Args:
        model: who is asked, and how patiently.
        place: where it is.
        folder: with the answers, the ledger and the manners.
    """

    def __init__(self, model: VisionModel, place: Server | Hosted, folder: Path) -> None:
        chat = as_chat(model, BRIEF)
        self._model, self._place, self._key = model, place, key_name(chat, place)
        self._who = whose(model)
        self._answers = Answers(folder, Look)
        self._budget = Budget(chat, Ledger(folder))
        self._manners = Etiquette(folder, fingerprint(self._who))
        self._pace = Pace(chat)
        self._opening = Lock()
        self._opened: Wire | None = None
        self._reached = False
        self._same: dict[str, Lock] = {}

    def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        """See `Sees.ask`.

        The first that is not remembered is waited for before the others begin: it shows how the model wants to be
        asked, and then a server that keeps what it has read has the frames by it.
        """
        parts = lru_cache(2)(lambda film: shown_parts(frames, film=film))
        work = partial(self._seen, frames, parts)
        new = (at for at, query in enumerate(queries) if self._remembered(self._name(frames, query)) is None)
        alone = next(new, len(queries) - 1) + 1
        yield from in_order(work, tuple(queries[:alone]), 1)
        yield from in_order(work, tuple(queries[alone:]), self._model.concurrency)

    def _name(self, frames: Frames | None, query: Query) -> str:
        return answer_name(self._who, self._model, frames, query)

    def _remembered(self, name: str) -> Look | None:
        """What it has answered; an answer that was cut off counts only as long as no more tokens are allowed."""
        look = self._answers.get(name)
        return None if look is not None and look.unsaid and look.most < self._model.max_output_tokens else look

    def _seen(self, frames: Frames | None, parts: Parts, query: Query, stop: Event) -> Seen:
        name = self._name(frames, query)
        # the same question twice at a time is one call
        with self._same.setdefault(name, Lock()), in_its_words():
            look = self._remembered(name) or self._asked(name, frames, parts, query, stop)
        self._manners.meet()
        return seen_of(query, look)

    def _asked(self, name: str, frames: Frames | None, parts: Parts, query: Query, stop: Event) -> Look:
        manners = self._manners.now()

        def attempt() -> Look | Fault:
            nonlocal manners
            look = self._try(name, frames, parts, query, manners, stop)
            if isinstance(look, Look) and self._too_brief(query, look):
                manners = self._manners.thought(manners)
                look = self._try(name, frames, parts, query, manners, stop)
            return look

        def learns(fault: Fault) -> bool:
            nonlocal manners
            other = self._manners.learn(manners, fault)
            manners = other or manners
            return other is not None

        def patience(fault: Fault) -> int:
            if frames is not None and turns_pictures_away(fault):
                return 1
            # a server that never was there is most likely named wrongly
            unmet = fault.sort == "down" and not self._reached
            return min(self._model.tries, _UNMET) if unmet else self._model.tries

        def lot(tries: int) -> Random:
            return derived_random(0, "backoff", name, tries)

        got, tries = until_answered(attempt, learns, patience, lot, self._pace, stop)
        if isinstance(got, Look):
            return got
        if got.sort == "blocked":
            # whoever turns a picture away for what it shows will do so again: that is its answer
            refused = Look(text=got.said, finish="refused")
            self._answers.put(name, refused)
            return refused
        if got.sort == "key":
            # whoever mends it need not begin a new process
            self._opened = None
        raise complaint(got, self._model, self._key, tries, shown=frames is not None)

    def _too_brief(self, query: Query, look: Look) -> bool:
        """Whether a choice was cut off before it was said, and there may be more tokens."""
        return bool(query.choices) and look.unsaid and look.most < self._model.max_output_tokens

    def _try(
        self, name: str, frames: Frames | None, parts: Parts, query: Query, manners: Manners, stop: Event
    ) -> Look | Fault:
        wire = self._wire()
        brief = query.choices and not manners.thinks
        most = BRIEF if brief else max(BRIEF, self._model.max_output_tokens)
        # it may say that it can't be held to the budget, before a call is counted
        wire.client(most, frozenset(manners.without))
        longest, guess = length(frames, query)
        shown = parts(self._model.parts == "video" and manners.films)
        number = self._budget.reserve(query.purpose, query.where, longest, most, stop)
        began = time.monotonic()

        def call() -> Look:
            return look_of(post(wire, shown, query, manners, most), time.monotonic() - began, guess, most)

        look = accounted(call, lambda error: None, self._budget, number, self._key)
        if isinstance(look, Look):
            self._reached = True
            self._answers.put(name, look)
            self._budget.answered(number, look)
        return look

    def _wire(self) -> Wire:
        """The opened model."""
        with self._opening:
            if self._opened is None:
                self._opened = _wire(self._model, self._place)
            return self._opened


_OPEN: Final[dict[tuple[VisionModel, Path], _Served]] = {}
"""What has been opened in this process."""


def _wire(model: VisionModel, place: Server | Hosted) -> Wire:
    """Opens the model. Raises what `client_of` raises."""
    from langchain_openai.chat_models.base import BaseChatOpenAI

    @cache
    def client(most: int, without: frozenset[str]) -> BaseChatModel:
        return client_of(as_chat(model, most), place, without)

    return Wire(client, native=isinstance(client(BRIEF, frozenset()), BaseChatOpenAI))
