"""How right what is measured is: `python benchmarks/classic.py`.

The `classic` annotator and the `measures` verifier are put before videos of which everything measurable is known
(benchmarks/footage.py), and before films of finished story runs (--run), of which cuts and camera moves are. Printed
are, kind by kind: how many of the annotator's claims are right, how many of those that the verifier supports, how much
of the truth was claimed, and what the verifier says of true claims and of false twins. With --write the last is kept
as a profile, which runs of found footage are held against.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import footage

from dreamgen.annotate.annotators.classic import claims_of, measured
from dreamgen.annotate.measuring.timing import timing_claims
from dreamgen.core.claims import CLAIM_KINDS, CameraMove, Claim, Cut, Duration, Order, Shots
from dreamgen.core.media import Clip, Footage
from dreamgen.core.twins import false_twins
from dreamgen.run.judging_again import claims_of as claims_of_run
from dreamgen.run.marks import mark_of
from dreamgen.run.opened import open_run
from dreamgen.run.reference import FOOTAGE
from dreamgen.verify.profiles import Profile, Who, rows_of, write
from dreamgen.verify.verifiers.measures import MeasuresVerifier

Said = tuple[str, bool, tuple[str, ...]]


class Line(NamedTuple):
    """One claim of the annotator."""

    kind: str
    right: bool | None
    """None where the truth does not say."""
    outcome: str
    """What the verifier says of it."""


class Result(NamedTuple):
    """What was found in one video."""

    lines: tuple[Line, ...]
    known: tuple[tuple[str, bool], ...]
    """Kind of each true claim, and whether the annotator claimed it over half of its time."""
    said: tuple[Said, ...]
    """What the verifier says of true claims and of twins."""
    wrong: tuple[str, ...]
    """Claims that stand and are wrong, for whoever looks closer."""


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=24, help="how many synthetic videos")
    parser.add_argument("--first", type=int, default=100, help="the seed of the first")
    parser.add_argument("--run", type=Path, nargs="*", default=(), help="finished story runs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="keeps what the verifier said as a profile")
    chosen = parser.parse_args()
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(chosen.workers, mp_context=get_context("spawn")) as pool,
    ):
        seeds = range(chosen.first, chosen.first + chosen.videos)
        results = list(pool.map(partial(_synthetic, Path(folder)), seeds))
    if results:
        print(f"{chosen.videos} synthetic videos, seeds {seeds[0]}-{seeds[-1]}, {time.perf_counter() - begun:.0f} s")
        _show(results)
    for run in chosen.run:
        print(f"\n{run.name}")
        _show([_drawn(run, clip) for clip in open_run(run).story.clips.values()])
    if chosen.write:
        profile = _profile(results, chosen.first)
        chosen.write.write_text(profile.model_dump_json() + "\n", "utf-8")
        print(f"wrote {chosen.write}")


def _synthetic(folder: Path, seed: int) -> Result:
    plan, path = footage.planned(seed), folder / f"{seed}.mp4"
    footage.write(plan, seed, path)
    known = footage.truth(plan)
    cuts = [claim.start for claim in known if isinstance(claim, Cut)]
    states = [claim for claim in known if isinstance(claim, CameraMove) or claim.kind in ("light", "loudness")]
    timed = [claim for claim in timing_claims(states, cuts, sum(plan.frames) / plan.fps) if _holds(claim, states, plan)]
    claimed = list(claims_of(measured(path)))

    def right(claim: Claim) -> bool | None:
        if isinstance(claim, Duration | Order):
            return footage.right_time(claim, claimed, plan)
        return footage.right(claim, known, plan)

    result = _judged(path, [*known, *timed], claimed, [right(claim) for claim in claimed])
    path.unlink()
    return result._replace(wrong=tuple(f"video {seed}: {text}" for text in result.wrong))


def _holds(claim: Claim, states: Sequence[Claim], plan: footage.Plan) -> bool:
    return isinstance(claim, Duration | Order) and footage.right_time(claim, states, plan) is True


def _drawn(run: Path, clip: Clip) -> Result:
    """A film's clip: its cuts and its camera are known."""
    opened = open_run(run)
    known = [claim for claim in claims_of_run(opened)[clip.id] if isinstance(claim, Cut | CameraMove)]
    cuts = [claim.start for claim in known if isinstance(claim, Cut)]
    claimed = [
        claim
        for claim in claims_of(measured(opened.story.folder / clip.video.path))
        if isinstance(claim, Cut | CameraMove | Shots)
    ]
    moves = [claim for claim in known if isinstance(claim, CameraMove)]

    def right(claim: Claim) -> bool | None:
        if isinstance(claim, Cut):
            return any(abs(cut - claim.start) <= 1.5 / clip.fps for cut in cuts)
        if isinstance(claim, Shots):
            return claim.number == len(clip.spans)
        touched = [one for one in moves if min(one.end, claim.end) - max(one.start, claim.start) > 0.25]
        return all(one.move == claim.move for one in touched) if touched else None  # type: ignore[union-attr]

    return _judged(opened.story.folder / clip.video.path, known, claimed, [right(claim) for claim in claimed])


def _judged(path: Path, known: Sequence[Claim], claimed: Sequence[Claim], right: Sequence[bool | None]) -> Result:
    twins = [twin for claim in known for twin in false_twins(claim, known)]
    asked = list({claim.id: claim for claim in (*known, *twins, *claimed)}.values())
    sight = Footage(clip=path.stem, video=path, portraits={})
    verdicts = {one.about: one for one in MeasuresVerifier().verify(sight, asked, path.parent)}
    # what the annotator gets wrong is false as well, and likelier to fool whoever checks it than a twin is
    mistakes = [claim for claim, ok in zip(claimed, right, strict=True) if ok is False]
    said = [
        (claim.kind, true, (write(verdicts[claim.id].outcome, verdicts[claim.id].confidence),))
        for some, true in ((known, True), ((*twins, *mistakes), False))
        for claim in some
    ]
    lines = [Line(one.kind, ok, verdicts[one.id].outcome) for one, ok in zip(claimed, right, strict=True)]
    wrong = [
        f"{one.model_dump_json(exclude={'id'})} {verdicts[one.id].evidence}"
        for one, ok in zip(claimed, right, strict=True)
        if ok is False and verdicts[one.id].outcome == "supported"
    ]
    found = [(one.kind, any(_says(other, one) for other in claimed)) for one in known]
    return Result(tuple(lines), tuple(found), tuple(said), tuple(wrong))


def _says(claim: Claim, truth: Claim) -> bool:
    """Whether a claim says what is true, over half of the time at least."""
    same = claim.kind == truth.kind
    if not same or isinstance(claim, Cut):
        return same and abs(claim.start - truth.start) <= 0.1
    free = {"id", "start", "end", "of", "first", "second", "seconds", "direction"}
    if claim.model_dump(exclude=free) != truth.model_dump(exclude=free):
        return False
    return min(claim.end, truth.end) - max(claim.start, truth.start) >= 0.5 * (truth.end - truth.start)


def _show(results: Iterable[Result]) -> None:
    print(f"{'':12}{'annotator':>24}{'standing':>22}{'truth':>20}{'verifier: true':>22}{'twins':>20}")
    head = f"{'kind':12}{'claims right wrong':>24}{'right wrong':>22}{'claimed of':>20}"
    print(f"{head}{'yes   no unsure':>22}{'no  yes unsure':>20}")
    lines = [line for result in results for line in result.lines]
    known = Counter(one for result in results for one in result.known)
    said = Counter((kind, true, what[0][0]) for result in results for kind, true, what in result.said)
    kinds = {line.kind for line in lines} | {kind for kind, _ in known}
    for kind in (*(kind for kind in CLAIM_KINDS if kind in kinds), "all"):
        print(_row(kind, lines, known, said))
    for text in (text for result in results for text in result.wrong):
        print(f"  stands and is wrong: {text}")


def _row(
    kind: str, lines: Sequence[Line], known: Counter[tuple[str, bool]], said: Counter[tuple[str, bool, str]]
) -> str:
    mine = [line for line in lines if kind in (line.kind, "all") and line.right is not None]
    stand = [line for line in mine if line.outcome == "supported"]

    def count(true: bool, word: str) -> int:
        return sum(
            n for (one, which, what), n in said.items() if kind in (one, "all") and (which, what) == (true, word)
        )

    found, missed = (
        sum(n for (one, yes), n in known.items() if kind in (one, "all") and yes == w) for w in (True, False)
    )
    parts = [
        f"{kind:12}{len(mine):12}{sum(1 for one in mine if one.right):6}{sum(1 for one in mine if not one.right):6}",
        f"{sum(1 for line in stand if line.right):16}{sum(1 for line in stand if not line.right):6}",
        f"{found:13} /{found + missed:5}",
        f"{count(True, 's'):9}{count(True, 'r'):5}{count(True, 'u'):7} ",
        f"{count(False, 'r'):8}{count(False, 's'):5}{count(False, 'u'):7}",
    ]
    return "".join(parts)


def _profile(results: Sequence[Result], first: int) -> Profile:
    verifier = MeasuresVerifier()
    return Profile(
        verifiers=(Who(name="measures", mark=mark_of("measures", verifier)),), stories=len(results), first=first,
        size=footage.SIZES[0], fps=footage.RATES[-1], animator=FOOTAGE, rows=rows_of(_each(results)),
    )  # fmt: skip


def _each(results: Sequence[Result]) -> Iterator[Said]:
    for result in results:
        yield from result.said


if __name__ == "__main__":
    main()
