"""Plants wrong pairs in films that nobody measured on and counts how many the filter finds, beside what is calibrated.

    python benchmarks/planted.py --first 9900 --stories 64 --films outputs/planted

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
from dreamgen.core.claims import CLAIM_KINDS
from dreamgen.core.clustered import difference
from dreamgen.run.planting import Wrong, counted
from dreamgen.run.profiling import Film, filmed, hearings_of, planted_in
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import Reference, find_reference
from dreamgen.run.trust import Trust
from dreamgen.style.book import style_names
from dreamgen.verify.profiles import Filtering, Planted, recalls

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
    both = recalls(here), recalls(profile)
    kinds = [kind for kind in both[0] if kind in both[1]]
    z = NormalDist().inv_cdf(1 - ALPHA / max(1, len(kinds)) / 2)
    wide = recalls(here, z), recalls(profile, z)
    known = {row.kind: row for row in rates}
    rows = []
    for kind in kinds:
        own, joint = (difference(found[kind], before[kind]) for found, before in (both, wide))
        some = [one for one in wrong if kind in (*one.kinds, "all")]
        rows.append(Row(kind, both[0][kind], both[1][kind], own, joint, foretold(some, known)))
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


def outside(interval: tuple[float, float]) -> bool:
    """Whether an interval of a difference does not hold none."""
    return not interval[0] <= 0 <= interval[1]


def _filtering(parser: argparse.ArgumentParser, reference: Reference, trust: Trust, seeds: Sequence[int]) -> Filtering:
    """What was calibrated on other films."""
    profile = reference.profile
    if profile is None or profile.filtering is None or not reference.recalls(trust):
        parser.error(f"no profile says how many wrong pairs are found: {reference.words}")
    if set(seeds) & set(range(profile.first, profile.first + profile.stories)):
        parser.error(f"{reference.words} are not other films; choose another --first")
    return profile.filtering


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
    seeds = range(options.first, options.first + max(1, options.stories))
    folder = options.films or Path(tempfile.mkdtemp())
    recipe = read_recipe(changes=options.changes)
    recipe = recipe.model_copy(update={"trust": recipe.trust.model_copy(update={"profile": options.profile})})
    films: list[Film] = []
    for seed in seeds:
        look = style_names()[seed % len(style_names())]
        films.append(filmed(recipe.model_copy(update={"seed": seed, "look": look}), folder / str(seed)))
        reference = find_reference(recipe, films[-1].clips)
        filtering = _filtering(parser, reference, recipe.trust, seeds)
        print(f"story {seed} is judged; {reference.words}", flush=True)
    hearings = hearings_of(recipe, reference)
    each = planted_in(films, hearings, recipe.trust.votes)
    wrong = [one for film in each for one in film]
    rates = reference.vote(hearings, recipe.trust.votes)
    rows = compare(counted(each), filtering.rows, wrong, rates)
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
    missing = [kind for kind in CLAIM_KINDS if kind not in {row.kind for row in rows}]
    print(f"no pair that the programs ask in scenes rests on a false twin of: {', '.join(missing)}")
    one, any_row = sum(outside(row.own) for row in rows), sum(outside(row.joint) for row in rows)
    print(
        f"{one} of {len(rows)} rows lie outside of their own interval, where {ALPHA * len(rows):.1f} would by chance; "
        f"{any_row} outside of that of all rows"
    )


if __name__ == "__main__":
    main()
