"""Stories of a bulk run as a shard finds them, with a clip of two seconds each, and nothing else of a film."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled, key_of, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.shards import merge
from dreamgen.core.calibration import Outcomes, Rate
from dreamgen.core.claims import Presence
from dreamgen.core.media import Clip, Masklet, Span
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.receipts import Made, Receipt, Reject, Tally
from dreamgen.core.trusted import Residual, Trusted
from dreamgen.engines.files import refer
from dreamgen.engines.video import write_video
from dreamgen.run.books import RunReceipt
from dreamgen.run.filming import plan as planned
from dreamgen.run.journal import ClaimLine, lines
from dreamgen.run.store import Entry

CLIP = "scene-01"
SEEN = Presence(entity="mara", what="woman", category="person", start=0.0, end=2.0)
"""What every pair rests on."""


def pair_of(number: int) -> InstructionPair:
    """A choice, or every other time an open question, that needs a mask."""
    choice = number % 2 == 0
    return InstructionPair(
        id=f"p{number}", clip=CLIP, task="counting", form="choice" if choice else "open",
        turns=(Turn(role="human", text="How many apples?"), Turn(role="assistant", text=str(number))),
        options=(str(number), "none") if choice else (), answer_index=0 if choice else None,
        masklets=() if choice else ("mara",), claims=(SEEN.id,), program=Program(name="count_of"), weight=0.9,
    )  # fmt: skip


def make_story(plan: Plan, places: Places, name: str, pairs: int = 3) -> None:
    """Writes what a walk through an item leaves, as far as a shard reads it."""
    item = next(item for item in plan.items if item.id == name)
    run, story = places.item(name), planned(item.recipe(plan.recipe), item.source, places.item(name))
    folder = run / "stories" / story.id
    (folder / "clips").mkdir(parents=True)
    clip = _film(folder, shade=8 + int(name.rpartition("-")[2]))
    reject = Reject(what="c9", kind="claim", stage="verify", reason="wrong_colour", clip=CLIP)
    tallies = (
        Tally(what="claims", made=3, kept=2, dropped=(("wrong_colour", 1),)),
        Tally(what="pairs", made=pairs, kept=pairs),
    )
    made = Made(stage="clip", item=CLIP, key="k", backend="storyboard", outputs=(clip.video,))
    (folder / ".store" / "clip").mkdir(parents=True)
    entry = Entry(made=made, value=clip.model_dump(mode="json"))
    receipt = Receipt(story=story.id, version="1", inputs=(), made=(made,), tallies=tallies)
    texts = {
        f".store/clip/{CLIP}.json": entry.model_dump_json(),
        "story.json": story.model_dump_json(),
        "pairs.jsonl": lines(map(pair_of, range(pairs))),
        "claims.jsonl": lines([ClaimLine(clip=CLIP, claim=SEEN)]),
        "rejects.jsonl": lines([reject]),
        "calibration.json": _trusted(pairs).model_dump_json(),
        "receipt.json": receipt.model_dump_json(),
    }
    for path, text in texts.items():
        (folder / path).write_text(text, "utf-8")
    (run / "recipe.toml").write_text(item.recipe(plan.recipe).toml(), "utf-8")
    whole = RunReceipt(version="1", stories=(story.id,), made=(), tallies=tallies)
    (run / "receipt.json").write_text(whole.model_dump_json(), "utf-8")


def make_stories(plan: Plan, folder: Path, aside: Sequence[str] = ()) -> dict[str, Settled]:
    """A bulk run's folder with all stories of a plan but those that were put aside; says how each of them ended."""
    places, marks = Places(folder), {}
    for item in plan.items:
        if item.id not in aside:
            make_story(plan, places, item.id)
        marks[item.id] = settle(plan, places, item.id, item.id in aside)
    places.plan.write_text(lines(plan.items), "utf-8")
    (folder / "recipe.toml").write_text(plan.recipe.toml(), "utf-8")
    return marks


def settle(plan: Plan, places: Places, name: str, aside: bool = False) -> Settled:
    """Writes the mark of an item."""
    item = next(item for item in plan.items if item.id == name)
    mark = Settled(
        item=name,
        key=key_of(item, plan),
        ended="put_aside" if aside else "done",
        why="refused" if aside else "",
        reason="no plot in /home/ada" if aside else "",
    )
    write_mark(places, mark)
    return mark


def joined(plan: Plan, folder: Path, marks: dict[str, Settled], workers: int = 1) -> dict[str, str]:
    """Makes the dataset; says what is damaged."""
    claims = Claims(Places(folder), plan.key, 60.0)
    try:
        return dict(merge(plan, Places(folder), marks, claims, workers))
    finally:
        claims.leave()


def clip_of(folder: Path, name: str) -> Path:
    """The video of a story."""
    (found,) = Places(folder).item(name).rglob("*.mp4")
    return found


def _film(folder: Path, shade: int) -> Clip:
    path = folder / "clips" / f"{CLIP}.mp4"
    write_video((np.full((64, 96, 3), shade + 2 * n, np.uint8) for n in range(24)), path, 12, (96, 64))
    masks = folder / "clips" / f"{CLIP}.masklets.jsonl.gz"
    masks.write_bytes(
        gzip.compress(Masklet(entity="mara", size=(96, 64), frames=()).model_dump_json().encode(), mtime=0)
    )
    return Clip(
        id=CLIP, video=refer(path, folder), fps=12, size=(96, 64), frames=24, masklets=refer(masks, folder),
        spans=(Span(shot="shot-01", first=0, stop=24),),
    )  # fmt: skip


def _trusted(pairs: int) -> Trusted:
    rate = Rate(value=0.02, low=0.0, high=0.1, n=pairs)
    whole = Residual(kind="all", said=Outcomes(supported=2, refuted=1), basis="reference", error=rate)
    return Trusted(vote=(), residuals=(whole,), pairs=rate)
