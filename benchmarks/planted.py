"""Plants wrong pairs in films that nobody measured on and counts how many the filter finds, beside what is calibrated.

    python benchmarks/planted.py --stories 52 --films outputs/planted

`dreamgen calibrate` plants wrong pairs of every kind in its own films (dreamgen/run/planting.py) and keeps in the
profile how many of them the filter dropped. Here the same is done with films of other stories. Found and calibrated
agree when the interval of their difference holds none. The intervals know that what fools a verifier in a film fools
it all through (dreamgen/core/clustered.py). One row of twenty lies outside of its 95 % interval by chance; whether any
row disagrees is told by the wider intervals of all rows together (Bonferroni).

The last column says what sensitivity and specificity of claims foretell instead, as if claims erred on their own: a
pair falls when any of its claims is refuted that the verifiers can decide.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

from dreamgen.core.calibration import Calibration, Rate
from dreamgen.core.clustered import clustered_rate, difference
from dreamgen.run.planting import Wrong, counted
from dreamgen.run.profiling import filmed, hearings_of, planted
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import find_reference
from dreamgen.style.book import style_names
from dreamgen.verify.profiles import Planted

ALPHA = 0.05
"""How often an interval may miss."""


class Row(NamedTuple):
    """Wrong pairs that rest on a lie of one kind."""

    kind: str
    """Of the lie; `all` for any."""
    found: Rate
    """Share that the filter dropped here."""
    calibrated: Rate
    """Share that it dropped in the profile's films."""
    own: tuple[float, float]
    """How much more was found than calibrated, 95 % interval."""
    joint: tuple[float, float]
    """The same so wide that in 95 of 100 such tables no row lies outside by chance."""
    by_claims: float
    """Share that sensitivity and specificity of claims foretell."""


def compare(
    here: Sequence[Planted], profile: Sequence[Planted], wrong: Sequence[Wrong], rates: Sequence[Calibration]
) -> tuple[Row, ...]:
    """What was found beside what was calibrated, kind by kind.

    Args:
        here: counts of these films.
        profile: counts of the profile's films.
        wrong: the pairs themselves.
        rates: of the profile's claims.
    """
    before = {row.kind: row for row in profile}
    kinds = [row for row in here if row.kind in before]
    rows = []
    for row in kinds:
        both = [
            [clustered_rate(one.found, one.wrong, _z(level)) for one in (row, before[row.kind])]
            for level in (ALPHA, ALPHA / len(kinds))
        ]
        (found, calibrated), (wide, wider) = both
        if found and calibrated and wide and wider:
            some = [one for one in wrong if row.kind in (*one.kinds, "all")]
            rows.append(
                Row(
                    row.kind, found, calibrated, difference(found, calibrated), difference(wide, wider),
                    foretold(some, {one.kind: one for one in rates}),
                )
            )  # fmt: skip
    return tuple(rows)


def foretold(wrong: Sequence[Wrong], rates: Mapping[str, Calibration]) -> float:
    """Share of pairs that fall if each claim that the verifiers can decide is refuted as often as all of its kind."""
    return sum(1 - prod(1 - _refuted(rates, *one) for one in pair.decided) for pair in wrong) / len(wrong)


def _refuted(rates: Mapping[str, Calibration], kind: str, true: bool) -> float:
    """Share of decided claims that are refuted (Jeffreys)."""
    if kind not in rates:
        return 0.0
    said = rates[kind].true if true else rates[kind].false
    return (said.refuted + 0.5) / (said.decided + 1)


def _z(level: float) -> float:
    return NormalDist().inv_cdf(1 - level / 2)


def outside(interval: tuple[float, float]) -> bool:
    """Whether an interval of a difference does not hold none."""
    return not interval[0] <= 0 <= interval[1]


def main() -> None:
    """Films, asks, plants, filters, counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=8)
    parser.add_argument("--first", type=int, default=9900, help="seed of the first story; a profile's are others")
    parser.add_argument("--wanted", type=int, default=200, help="wrong pairs of every kind that should be there")
    parser.add_argument("--profile", default="", help="by dreamgen calibrate; one that fits is looked for otherwise")
    parser.add_argument("--films", type=Path, help="keeps the films here for the next time")
    parser.add_argument("--set", dest="changes", action="append", default=[], help="changes the recipe")
    options = parser.parse_args()
    folder = options.films or Path(tempfile.mkdtemp())
    recipe = read_recipe(changes=options.changes)
    recipe = recipe.model_copy(update={"trust": recipe.trust.model_copy(update={"profile": options.profile})})
    films: list[list[Wrong]] = []
    for seed in range(options.first, options.first + options.stories):
        look = style_names()[seed % len(style_names())]
        film = filmed(recipe.model_copy(update={"seed": seed, "look": look}), folder / str(seed))
        reference = find_reference(recipe, film.clips)
        if reference.profile is None or not reference.recalls(recipe.trust):
            parser.error(f"no profile says how many wrong pairs are found: {reference.words}")
        hearings = hearings_of(recipe, reference)
        films.append(planted(film, hearings, recipe.trust.votes))
        print(f"story {seed}: {len(films[-1])} wrong pairs; {reference.words}", flush=True)
    filtering = reference.profile.filtering
    wrong = [one for film in films for one in film]
    rates = reference.vote(hearings, recipe.trust.votes)
    rows = compare(counted(films), filtering.rows if filtering else (), wrong, rates)
    print("| lie | wrong pairs | found | calibrated, 95 % | more than that, 95 % | for all rows | agrees | by claims |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |")
    for row in rows:
        few = "" if row.found.n >= options.wanted else f", fewer than {options.wanted}"
        agrees = "no" if outside(row.joint) else "in all rows' interval" if outside(row.own) else "yes"
        print(
            f"| {row.kind} | {row.found.n} | {row.found.value:.3f} "
            f"| {row.calibrated.value:.3f} ({row.calibrated.low:.3f} to {row.calibrated.high:.3f}) "
            f"| {row.own[0]:+.3f} to {row.own[1]:+.3f} | {row.joint[0]:+.3f} to {row.joint[1]:+.3f} "
            f"| {agrees}{few} | {row.by_claims:.3f} |"
        )
    one, any_row = sum(outside(row.own) for row in rows), sum(outside(row.joint) for row in rows)
    print(
        f"{one} of {len(rows)} rows lie outside of their own interval, where {ALPHA * len(rows):.1f} would by chance; "
        f"{any_row} outside of that of all rows"
    )


if __name__ == "__main__":
    main()
