"""Salvage: a shot whose picture is wrong is drawn again, within a budget, before its claims and pairs are dropped.

Only pictures that a model draws are sent back: what is drawn by rule comes out the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip, Style
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Shot, Story
from dreamgen.run.blind import Judged
from dreamgen.run.books import read_receipt
from dreamgen.run.filming import Desk
from dreamgen.run.standing import EDITED

RETAKES: Final = "retakes.json"
"""In the story's folder: which takes are in the film, and what was wrong with the others."""


class Scored(Record):
    """One take of one shot."""

    shot: str
    """The id of the shot."""
    take: int = Field(ge=0)
    """Which; the first one is 0."""
    refuted: int = Field(ge=0)
    """Claims about its pictures that the pixels refute."""


class Takes(Record):
    """All that was drawn again so far."""

    key: str = ""
    """The fingerprint of what shapes the pictures and who looks at them."""
    taken: tuple[tuple[str, int], ...] = ()
    """Shot and the take that is in the film, of those that were sent back."""
    scores: tuple[Scored, ...] = ()
    """Every take that was looked at and had to go, or could have had to."""
    settled: bool = False
    """Whether the best takes are chosen."""

    @property
    def spent(self) -> int:
        """How many shots were drawn again, each as often as it was."""
        return sum(one.take for one in _latest(self.scores).values())


class Retaking:
    """The shots of one story, sent back as long as the budget allows.

    Args:
        desk: the story's folder and the recipe, whose `trust.redraws` is the budget.
        story: as planned.
        style: settled.
    """

    def __init__(self, desk: Desk, story: Story, style: Style) -> None:
        self._desk, self._story, self._budget = desk, story, desk.recipe.trust.redraws
        recipe = desk.recipe
        backends = [recipe.build(stage) for stage in ("render", "clip")]
        steps = [desk.step(stage, one) for stage, one in zip(("render", "clip"), backends, strict=True)]
        steps += [desk.step(f"verify-{name}", one, "verify") for name, one in recipe.build_all("verify")]
        key = fingerprint([story, style, steps, recipe.trust])
        found = read_receipt(desk.store.folder / RETAKES, Takes) if self._budget else None
        self._takes = found if found is not None and found.key == key else Takes(key=key)

    @property
    def story(self) -> Story:
        """The story, with the takes that are to be drawn."""
        taken = dict(self._takes.taken)
        return retaken(self._story, taken) if taken else self._story

    def again(self, clips: Sequence[Clip], claims: Mapping[str, Sequence[Claim]], judged: Mapping[str, Judged]) -> bool:
        """Whether something has to be drawn again; `story` then says what.

        What is decided is on the disk before anything is drawn, so that a killed run goes on from there.
        """
        takes = self._takes
        if not self._budget or takes.settled or not any(_drawn_by_model(clip) for clip in clips):
            return False
        wrong = _wrong(clips, claims, judged)
        taken = dict(takes.taken)
        scores = {(one.shot, one.take): one for one in takes.scores}
        for shot in {*wrong, *taken}:
            at = taken.get(shot, 0)
            scores[shot, at] = Scored(shot=shot, take=at, refuted=wrong[shot])
        known = Takes(key=takes.key, scores=_in_order(scores, self._story))
        room = self._budget - known.spent
        # the worst first; of equals, the first in the story
        order = {shot.id: number for number, shot in enumerate(self._story.shots)}
        bad = sorted((shot for shot in wrong if wrong[shot]), key=lambda shot: (-wrong[shot], order[shot]))[
            : max(0, room)
        ]
        if bad:
            last = _latest(known.scores)
            following = taken | {shot: last[shot].take + 1 for shot in bad}
            self._keep(known, following, settled=False)
            return True
        best = {one.shot: one.take for one in _best(known.scores).values() if one.take}
        self._keep(known, best, settled=True)
        return best != {shot: take for shot, take in taken.items() if take}

    def rejects(self) -> Iterator[Reject]:
        """A line for every take that is not in the film."""
        taken = dict(self._takes.taken)
        for one in self._takes.scores:
            if one.take != taken.get(one.shot, 0):
                yield Reject(
                    what=one.shot, kind="keyframe", stage="verify", reason="refuted_by_pixels",
                    detail=f"take {one.take + 1}: the pixels refute {one.refuted} of the claims about it",
                )  # fmt: skip

    def _keep(self, known: Takes, taken: Mapping[str, int], *, settled: bool) -> None:
        order = sorted(taken.items())
        self._takes = known.model_copy(update={"taken": tuple(order), "settled": settled})
        self._desk.store.write(RETAKES, self._takes.model_dump_json(indent=1) + "\n")


def retaken(story: Story, taken: Mapping[str, int]) -> Story:
    """The story with these takes of its shots."""

    def again(shot: Shot) -> Shot:
        return shot.model_copy(update={"take": taken.get(shot.id, 0)})

    acts = tuple(
        act.model_copy(
            update={
                "scenes": tuple(
                    scene.model_copy(update={"shots": tuple(map(again, scene.shots))}) for scene in act.scenes
                )
            }
        )
        for act in story.acts
    )
    return story.model_copy(update={"acts": acts})


def _drawn_by_model(clip: Clip) -> bool:
    return clip.pictures == "generated" and not clip.twin_of


def _wrong(clips: Sequence[Clip], claims: Mapping[str, Sequence[Claim]], judged: Mapping[str, Judged]) -> Counter[str]:
    """Shot to the number of claims about its pictures that the pixels refute; the film repeats its scenes'."""
    wrong: Counter[str] = Counter()
    scenes = clips[:-1] if len(clips) > 1 else clips
    for clip in filter(_drawn_by_model, scenes):
        refuted = {verdict.about for verdict in judged[clip.id].verdicts if verdict.outcome == "refuted"}
        for claim in claims[clip.id]:
            if claim.id in refuted and claim.kind not in EDITED:
                wrong.update(_shots(clip, claim))
    return wrong


def _shots(clip: Clip, claim: Claim) -> Iterator[str]:
    """The shots that a claim speaks about."""
    first, stop = claim.start * clip.fps, max(claim.end * clip.fps, claim.start * clip.fps + 1)
    return (span.shot for span in clip.spans if span.first < stop - 0.5 and first + 0.5 < span.stop)


def _latest(scores: Sequence[Scored]) -> dict[str, Scored]:
    """The last take of each shot."""
    return {one.shot: one for one in sorted(scores, key=lambda one: one.take)}


def _best(scores: Sequence[Scored]) -> dict[str, Scored]:
    """The take of each shot of which least is refuted; of equals the first."""
    return {one.shot: one for one in sorted(scores, key=lambda one: (-one.refuted, -one.take))}


def _in_order(scores: Mapping[tuple[str, int], Scored], story: Story) -> tuple[Scored, ...]:
    place = {shot.id: number for number, shot in enumerate(story.shots)}
    return tuple(sorted(scores.values(), key=lambda one: (place[one.shot], one.take)))
