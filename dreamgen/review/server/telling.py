"""A run as the page is told of it: lists, and single pairs with all that stands behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dreamgen.core.pairs import LETTERS
from dreamgen.errors import DreamgenError
from dreamgen.review.server.bench import Bench, Item, View, known_links, progress, source_of
from dreamgen.run.decisions import REASONS, Decision
from dreamgen.run.mending import mended

ROWS: Final = 200
"""Rows of a list that are sent at once."""


def about_run(bench: Bench, view: View, _: Mapping[str, str]) -> dict[str, Any]:
    """What the page is told at first."""
    items = view.items.values()
    return {
        "folder": bench.folder.resolve().name,
        "title": ", ".join(part.title for part in view.run.parts),
        "reviewer": bench.reviewer,
        "reasons": REASONS,
        "tasks": sorted({item.pair.task for item in items}),
        "forms": sorted({item.pair.form for item in items}),
        "clips": list(dict.fromkeys(_clip(item) for item in items)),
        "progress": progress(view, bench.percent),
        "notes": view.notes(),
    }


def rows(bench: Bench, view: View, asked: Mapping[str, str]) -> dict[str, Any]:
    """A stretch of the list, from the place `from` on, with the place at which the next one begins.

    Places are those in the whole list, so that nothing is left out when a decision changes what passes the filter.

    Args:
        bench: the run.
        view: the same, as it is now.
        asked: the filter: task, form, clip, outcome, state, least and most (weights), text, everything, order.

    Raises:
        ValueError: for a number that is none.
    """
    items = list(view.items.values())
    if asked.get("order") == "weight":
        items.sort(key=lambda item: item.pair.weight)
    start, count = int(asked.get("from", 0)), 0
    found: list[dict[str, Any]] = []
    following: int | None = None
    for place, item in enumerate(items):
        if not _wanted(bench, view, item, asked):
            continue
        count += 1
        if place < start:
            continue
        if len(found) == ROWS:
            following = place if following is None else following
            continue
        found.append(_row(view, item))
    return {"rows": found, "next": following, "count": count, "progress": progress(view, bench.percent)}


def _wanted(bench: Bench, view: View, item: Item, asked: Mapping[str, str]) -> bool:
    """Whether a pair passes the filter."""
    pair = item.pair
    if bench.percent and not item.sampled and asked.get("everything") != "yes":
        return False
    same = {"task": pair.task, "form": pair.form, "clip": _clip(item), "outcome": item.outcome}
    if any(asked.get(what) not in (None, "", value) for what, value in same.items()):
        return False
    if asked.get("state") not in (None, "", view.state(item)):
        return False
    if not float(asked.get("least") or 0) <= pair.weight <= float(asked.get("most") or 1):
        return False
    words = asked.get("text", "").casefold()
    return not words or any(words in text.casefold() for text in _texts(item))


def _texts(item: Item) -> Iterator[str]:
    yield item.name
    yield from (turn.text for turn in item.pair.turns)
    yield from item.pair.options


def _clip(item: Item) -> str:
    return f"{item.part.name}-{item.pair.clip}" if item.part.name else item.pair.clip


def _row(view: View, item: Item) -> dict[str, Any]:
    pair = item.pair
    return {
        "id": item.name, "task": pair.task, "form": pair.form, "clip": pair.clip, "weight": pair.weight,
        "state": view.state(item), "outcome": item.outcome, "sampled": item.sampled, "question": pair.turns[0].text,
    }  # fmt: skip


def detail(view: View, item: Item) -> dict[str, Any]:
    """All of one pair."""
    pair, clip = item.pair, item.clip
    decision = view.standing.get(item.name)
    return {
        **_row(view, item),
        "turns": [turn.model_dump() for turn in pair.turns],
        "options": pair.options,
        "letters": LETTERS[: len(pair.options)],
        "answer_index": pair.answer_index,
        "span": pair.span or (0.0, clip.seconds),
        "video": f"/media/{view.number(item)}?{clip.video.sha256[:12]}",
        "file": f"{item.part.place}/{clip.video.path}", "fps": clip.fps, "seconds": clip.seconds, "size": clip.size,
        "rationale": pair.rationale,
        "answerable": pair.answerable,
        "program": pair.program.name,
        "marks": pair.masklets,
        "source": source_of(item),
        "claims": [
            {
                "words": link.words, "start": link.claim.start, "end": link.claim.end,
                **(link.verdict.model_dump(exclude={"about"}) if link.verdict else {"outcome": "unchecked"}),
            }
            for link in known_links(item.part, pair)
        ],
        "version": view.decisions.versions().get(item.name, 0),
        "decision": _decided(item, decision) if decision else None,
    }  # fmt: skip


def _decided(item: Item, decision: Decision) -> dict[str, Any]:
    told: dict[str, Any] = decision.model_dump(include={"verdict", "reason", "note", "reviewer", "time"})
    if decision.verdict == "fix":
        try:
            fixed = mended(item.pair, decision, item.clip.fps)
        except DreamgenError:  # of an older version of the pair
            return told
        told |= {"turns": [turn.model_dump() for turn in fixed.turns], "options": fixed.options}
        told |= {"answer_index": fixed.answer_index}
    return told
