"""A model in this process looks at frames and answers what is asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from dreamgen.engines.chat.flight import bound, called_off
from dreamgen.engines.device import tidy
from dreamgen.engines.diffusion.memory import Portions
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.exactness import exactly
from dreamgen.engines.giving_up import given_up
from dreamgen.engines.vision.local.account import Account
from dreamgen.engines.vision.local.choosing import FLOOR, chances
from dreamgen.engines.vision.local.prompts import Asked, asked
from dreamgen.engines.vision.local.reading import Begun, Reading, begin, read
from dreamgen.engines.vision.local.showing import Shown
from dreamgen.engines.vision.local.weights import Weights, check_local, need, shared
from dreamgen.engines.vision.local.writing import Written, write
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.remembering import remembered
from dreamgen.engines.vision.seeing import Frames, Query, Seen, Sees
from dreamgen.errors import ModelError

_SHOWN: Final = 24
"""Tokens of what a model says in place of a choice, for people."""
_SPELLED: Final = 16
"""Spellings of choices that are followed at once; most choices have one of several tokens, or none."""
_DETAIL: Final = 300
"""Characters of it."""


def open_local(model: VisionModel, kept: Path) -> Sees:
    """A model in this process, with its memory. See `LocalSees`."""
    return remembered(LocalSees(model), model, kept)


@dataclass(frozen=True)
class _Row:
    """One question, ready to be read."""

    number: int
    """Among those that were asked."""
    query: Query
    """What was asked."""
    tokens: tuple[int, ...]
    """Of what follows the frames."""


class LocalSees:
    """A vision-language model in this process. See `Sees`.

    Args:
        model: where it is, and how it is asked. It is loaded when the first question comes.
        together: most questions that are answered at once; 0 for `model.batch` on a GPU, and one on a CPU: there, the
            last digits of an answer would depend on what else is asked at the time, and a run that was stopped would
            not end in the same bytes as one that was not.

    Raises:
        MissingExtra: without the libraries.
        ModelError: for a folder that holds no such model.
    """

    def __init__(self, model: VisionModel, together: int = 0) -> None:
        need()
        check_local(model)
        self._model = model
        self._together = together
        self.account = Account()
        """What it has done so far."""

    @cached_property
    def weights(self) -> Weights:
        """The model in memory.

        Raises:
            ModelError: when it can't be loaded.
        """
        return shared(self._model)

    @cached_property
    def _portions(self) -> Portions:
        return Portions(
            self._together or (self._model.batch if self.weights.place.gpu else 1),
            "one question about one clip is too much for the memory of this machine",
            "Show less: --set vision.frames=8, or --set vision.side=336, or take a smaller model.",
        )

    def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        """One answer a query, in their order. See `Sees.ask`.

        The frames are encoded once for all questions under the same instructions, and stay encoded for the next call.
        """
        answers: dict[int, Seen] = {}
        told = 0
        shown = self._shown(frames) if frames is not None and queries else None
        name = frames.name if frames is not None else ""
        for before, rows in self._groups(queries, shown):
            once = partial(self._answered, before, shown, name)
            for _, part in self._portions.make(rows, once, self._tidy):
                answers |= part
                while told in answers:
                    yield answers.pop(told)
                    told += 1

    def _shown(self, frames: Frames) -> Shown:
        if not len(frames.pixels):
            raise ModelError("a clip without a frame can't be looked at", "Ask for at least one: vision.frames=16.")
        return self.weights.family.show(frames, self.weights.about)

    def _groups(self, queries: Sequence[Query], shown: Shown | None) -> Iterator[tuple[tuple[int, ...], list[_Row]]]:
        """The questions under the same instructions: those with choices, and those in free words."""
        groups: dict[tuple[object, ...], list[tuple[Asked, _Row]]] = {}
        for number, query in enumerate(queries):
            tokens = asked(self.weights, query, shown)
            self._fits(tokens, query)
            row = _Row(number, query, tokens.after)
            groups.setdefault((tokens.before, bool(query.choices)), []).append((tokens, row))
        for rows in groups.values():
            yield rows[0][0].before, [row for _, row in rows]

    def _fits(self, tokens: Asked, query: Query) -> None:
        length = len(tokens.before) + len(tokens.after)
        room = self.weights.context - (0 if query.choices else 1)
        if self.weights.context and length > room:
            raise ModelError(
                f"a question has {length} tokens with its frames, and {self.weights.folder.name} reads"
                f" {self.weights.context}",
                "Show less: --set vision.frames=8, or --set vision.side=336, or take a model with a longer context.",
            )

    def _tidy(self) -> None:
        """Gives memory back; clips that were read are read again."""
        self.account.strained = self._portions.strained
        self.weights.read.clear()
        tidy(self.weights.place)

    def _answered(
        self, before: tuple[int, ...], shown: Shown | None, name: str, rows: Sequence[_Row]
    ) -> dict[int, Seen]:
        weights, stop = self.weights, called_off()
        with bound(), weights.busy, quiet(), exactly(weights.place), given_up(weights.network, stop.is_set):
            begun, fresh = begin(weights, before, shown, name)
            visual = shown.visual if shown is not None else 0
            if fresh:
                self.account.clips += shown is not None
                self.account.visual_encoded += visual
                self.account.prefill_tokens += len(before)
            said = self._chosen(begun, rows) if rows[0].query.choices else self._free(begun, rows)
        self.account.visual_asked += visual * len(rows)
        self.account.prefill_tokens += sum(len(row.tokens) for row in rows)
        self.account.questions += len(rows)
        seen = {}
        for row, one in zip(rows, said, strict=True):
            # what several questions share counts with the first of them
            read_for_it = len(row.tokens) + (len(before) if fresh and row is rows[0] else 0)
            seen[row.number] = replace(one, tokens_in=read_for_it)
        return seen

    def _chosen(self, begun: Begun, rows: Sequence[_Row]) -> list[Seen]:
        found, reading = chances(
            self.weights,
            begun,
            [row.tokens for row in rows],
            [row.query.choices for row in rows],
            # on a CPU these are all of one question, and so depend on no other
            max(self._portions.size, _SPELLED),
        )
        astray = [number for number, each in enumerate(found) if sum(each) < FLOOR]
        most = min(_SHOWN, self._model.max_output_tokens)
        spoken = dict(zip(astray, self._written(reading, astray, most), strict=True))
        return [
            Seen(row.query, failure="prose", detail=_told(spoken[number].text), tokens_out=spoken[number].tokens)
            if number in spoken
            else Seen(row.query, chances=each, text=row.query.choices[each.index(max(each))])
            for number, (row, each) in enumerate(zip(rows, found, strict=True))
        ]

    def _free(self, begun: Begun, rows: Sequence[_Row]) -> list[Seen]:
        reading = read(self.weights, begun, [row.tokens for row in rows])
        most = self._model.max_output_tokens
        if self.weights.context:
            most = min(most, self.weights.context - begun.length - max(len(row.tokens) for row in rows))
        written = self._written(reading, range(len(rows)), most)
        return [_said(row.query, one) for row, one in zip(rows, written, strict=True)]

    def _written(self, reading: Reading, rows: Sequence[int], most: int) -> list[Written]:
        written = write(self.weights, reading, rows, most)
        self.account.written_tokens += sum(one.tokens for one in written)
        return written


def _said(query: Query, written: Written) -> Seen:
    """What became of a question in free words."""
    if written.cut_off:
        detail = f"cut off after {written.tokens} tokens; see vision.max_output_tokens. {_told(written.text)}"
        return Seen(query, failure="cut_off", detail=detail, tokens_out=written.tokens)
    if not written.text:
        return Seen(query, failure="prose", detail=_told(""), tokens_out=written.tokens)
    return Seen(query, text=written.text, tokens_out=written.tokens)


def _told(text: str) -> str:
    """What was said in place of an answer, in one line."""
    return " ".join(text.split())[:_DETAIL] or "nothing"
