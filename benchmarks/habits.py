"""Learns what is right oftener than chance across stories, for `dreamgen/qa/data/habits.json`.

    python benchmarks/habits.py RUN... --seeds 2 --into dreamgen/qa/data/habits.json     # needs scikit-learn's scipy

RUN are folders of runs that got as far as claims (`dreamgen story PLOT --out RUN --stop-after claims`). Every question
that their claims answer is drafted, before any is chosen. First it is counted how often each answer is right, which
decides what the wrong ones are; then a linear learner is fitted to the text of the drafts, one a kind of question.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.language.world import World
from dreamgen.qa.asking import WORDING, Asking
from dreamgen.qa.choosing import Answered, answered, habit_of, options_of, proposed_by
from dreamgen.qa.habits import Habits, marks_asked, marks_of
from dreamgen.qa.programs import PROGRAMS, ask
from dreamgen.qa.synthesizers.programs import FILM
from dreamgen.qa.twists import phrases_in
from dreamgen.run import standing
from dreamgen.run.opened import open_run

PENALTY = 1.5
"""Of the squared weights: a mark that was seen seldom says little."""
STORIES = 2
"""Plots in which a mark must be met; a word of one plot alone is no habit."""
LEAST = 0.05
"""Smaller weights are left out."""


@dataclass(frozen=True)
class Known:
    """One clip of which the claims are known."""

    story: str
    clip: Clip
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Case:
    """A draft as the learner sees it: the marks of each option, the right one first, or those of a question."""

    story: str
    marks: tuple[tuple[str, ...], ...]
    yes: bool = True


def clips_of(folder: Path) -> Iterator[Known]:
    """The clips of a run with the claims that stand."""
    for story in open_run(folder).stories:
        for name, clip in story.clips.items():
            claims = [claim for (of, _), claim in story.claims.items() if of == name]
            verdicts = [verdict for (of, _), verdict in story.verdicts.items() if of == name]
            yield Known(story.folder.name, clip, tuple(standing.split(clip, claims, verdicts)[0]))


def drafts_of(known: Known, seed: int, habits: Habits) -> tuple[Asking, list[Answered]]:
    """Every question that a clip's claims answer."""
    claims = sorted(known.claims, key=lambda claim: (claim.start, claim.end, claim.kind, claim.id))
    asking = Asking(World.of(known.clip, claims), seed, habits)
    return asking, answered(asking, list(ask(asking, known.clip.id == FILM)))


def counted(clips: Iterable[Known], seeds: int) -> dict[str, dict[str, int]]:
    """Wording to answer to how often it is right; each fact once."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    for known in clips:
        for seed in range(seeds):
            asking, ready = drafts_of(known, seed, Habits())
            facts = {one.draft.key: one for one in ready if one.draft.form in ("choice", "yes_no")}
            for one in facts.values():
                program = one.draft.program
                inputs = {name: text for name, text in program.arguments if name not in WORDING}
                value = PROGRAMS[program.name](asking.world, **inputs)
                told = phrases_in(value or "") if one.draft.task == "caption_matching" else [value or ""]
                right[one.draft.wording].update(text.casefold() for text in told if text not in ("", "yes", "no"))
    return {wording: _of_several(found) for wording, found in sorted(right.items())}


def _of_several(found: Counter[str]) -> dict[str, int]:
    return dict(sorted((value, count) for value, count in found.items() if count > 1 and len(value) < 60))


def cases(clips: Iterable[Known], seeds: int, habits: Habits) -> tuple[dict[str, list[Case]], dict[str, list[Case]]]:
    """Kind of question to its drafts: choices, and questions with yes or no."""
    choices: dict[str, list[Case]] = defaultdict(list)
    checks: dict[str, list[Case]] = defaultdict(list)
    for known in clips:
        for seed in range(seeds):
            for one in drafts_of(known, seed, habits)[1]:
                kind, draft = habit_of(one.draft), one.draft
                if draft.form == "choice" and draft.answerable:
                    choices[kind].append(Case(known.story, tuple(marks_of(options_of(one)))))
                elif draft.form == "yes_no":
                    marks = marks_asked(draft.plain or draft.question, proposed_by(draft))
                    checks[kind].append(Case(known.story, (marks,), one.answer == "Yes."))
    return choices, checks


def fitted(some: Sequence[Case]) -> dict[str, float]:
    """The weights of the marks: a conditional logit over the options, or a logistic regression."""
    stories: dict[str, set[str]] = defaultdict(set)
    for case in some:
        for mark in {mark for marks in case.marks for mark in marks}:
            stories[mark].add(case.story)
    names = sorted(mark for mark, where in stories.items() if len(where) >= STORIES)
    if not names:
        return {}
    place = {name: number for number, name in enumerate(names)}
    width = max(len(case.marks) for case in some)
    table = np.zeros((len(some), width, len(names)))
    there = np.zeros((len(some), width), dtype=bool)
    for row, case in enumerate(some):
        there[row, : len(case.marks)] = True
        for column, marks in enumerate(case.marks):
            table[row, column, [place[mark] for mark in marks if mark in place]] = 1.0
    signs = np.asarray([1.0 if case.yes else -1.0 for case in some])
    if width == 1:  # yes against no: no has no marks
        table = np.concatenate([table * signs[:, None, None], np.zeros_like(table)], axis=1)
        there = np.ones((len(some), 2), dtype=bool)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = np.where(there, table @ weights, -np.inf)
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        slope = np.einsum("rcm,rc->m", table, shares) - table[:, 0].sum(axis=0)
        cost = -float(np.log(shares[:, 0] + 1e-12).sum()) + PENALTY * float(weights @ weights)
        return cost, slope + 2.0 * PENALTY * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return {name: round(float(w), 2) for name, w in zip(names, best.x, strict=True) if abs(w) >= LEAST}


def learnt(clips: Sequence[Known], seeds: int) -> Habits:
    """Counts and weights of all clips."""
    habits = Habits(right=counted(clips, seeds))
    choices, checks = cases(clips, seeds, habits)
    return Habits(
        right=habits.right,
        choice={kind: weights for kind, some in sorted(choices.items()) if (weights := fitted(some))},
        yes_no={kind: weights for kind, some in sorted(checks.items()) if (weights := fitted(some))},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of runs with claims")
    parser.add_argument("--seeds", type=int, default=2, help="how often each clip is asked")
    parser.add_argument("--into", type=Path, required=True)
    chosen = parser.parse_args()
    clips = [known for folder in chosen.runs for known in clips_of(folder)]
    found = learnt(clips, chosen.seeds)
    chosen.into.write_text(json.dumps(found.model_dump(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{len(clips)} clips of {len({known.story for known in clips})} stories")
    for name in ("right", "choice", "yes_no"):
        table = getattr(found, name)
        print(f"{name}: {len(table)} kinds of question, {sum(map(len, table.values()))} numbers")


if __name__ == "__main__":
    main()
