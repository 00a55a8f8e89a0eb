"""Plants wrong pairs among right ones and counts how many the filter finds, beside what calibration foretold.

    python benchmarks/planted.py --stories 8 --profile profiles/pixels.json

Of every film some true claims are replaced by false twins, of all kinds at once, and then of each kind alone that few
questions rest on; the programs ask about what is then told, and verdicts, the rule for claims and the weighing of
pairs do what they do in a run. A wrong pair is one that rests on a false twin; it is found when it is dropped.

What calibration foretells follows from sensitivity and specificity on other films, which are shares of the claims that
the verifiers could decide, as a run uses them: a pair falls when any of its decided claims does. The shares are drawn
many times from what was counted on those films (Jeffreys). What fools a verifier in a film fools it all through, so
that the films here are drawn anew each time as well (a bootstrap by clusters). Found and foretold agree when the middle
95 of 100 of their differences hold none, or one of half a pair, since pairs are counted and shares are not.

A row of a kind counts the wrong pairs that rest on a lie of that kind which the verifiers could decide, and `all` those
of any kind. A claim that they can't decide is never refuted, and of wrong pairs that rest on no other lie these shares
say nothing: they are found where a true claim falls that they rest on too, and what hides the lie often hides that as
well. They have a row of their own, `undecided`, and there is one of all `together`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from random import Random
from typing import NamedTuple

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.core.calibration import Calibration
from dreamgen.core.claims import CLAIM_KINDS, Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.twins import false_twins
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.run.blind import ask
from dreamgen.run.controls import false_over
from dreamgen.run.judging_again import claims_of
from dreamgen.run.opened import Run, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.reference import find_reference
from dreamgen.run.standing import named_by, split, weigh
from dreamgen.run.verifying import who_is_who
from dreamgen.story.lottery import random_story
from dreamgen.style.book import style_names
from dreamgen.verify.hearing import Hearing
from dreamgen.verify.voting import vote

RARE = ("absence", "duration", "order", "relation")
"""Kinds that few questions rest on: they also lie alone."""
LIES = 0.25
"""Share of the claims with twins that are replaced in one round."""
OFTEN = 0.75
"""The same of the kind whose turn it is, so that a film tells as many lies of rare kinds as it can."""
MANY = 600.0
"""Pairs that a minute of film gives."""
ALL = 6000.0
"""The same where one kind alone lies: as good as all that can be asked, since of some kinds little is."""
DRAWS = 400
"""How often the pairs' fate is drawn."""


Rests = tuple[tuple[str, bool], ...]
"""Kinds of the decided claims that a pair rests on, and whether they are true."""


class Lie(NamedTuple):
    """A false twin in the place of a true claim."""

    told: Claim
    instead: Claim


class Wrong(NamedTuple):
    """A pair that rests on at least one lie."""

    kinds: frozenset[str]
    """Kinds of the lies."""
    rests: tuple[tuple[str, str, bool, bool], ...]
    """Clip and claim together, kind, whether it is true, and whether the verifiers could decide it."""
    found: bool
    """Whether the filter dropped it."""
    film: str = ""
    """What it shows together with others: verifiers err alike on them."""

    @property
    def told(self) -> frozenset[str]:
        """Kinds of its lies that the verifiers could decide."""
        return frozenset(kind for _, kind, true, decided in self.rests if decided and not true)


class Recall(NamedTuple):
    """Of some wrong pairs."""

    which: str
    """The kind of lie; `all`; `undecided` for those that rest on no lie which could be decided; `together`."""
    every: int
    """All that rest on such a lie."""
    wrong: int
    """Those of them that are counted here: of a kind and of `all` those that rest on one that could be decided."""
    found: int
    """How many of these the filter dropped."""
    foretold: float
    low: float
    """Of what was found more than foretold, the end of the interval."""
    high: float

    @property
    def agrees(self) -> bool:
        """Whether there may be no difference between what was counted and what was foretold."""
        return self.low * self.wrong <= 0.5 and self.high * self.wrong >= -0.5


def planted(run: Run, recipe: Recipe, rounds: int, rare: Collection[str] = ()) -> Iterator[Wrong]:
    """The wrong pairs of a film's scenes, round after round with other lies.

    Args:
        run: with claims.
        recipe: how it was made.
        rounds: in which all kinds lie, one of them more than the others.
        rare: kinds that get a quarter as many rounds more, in which they alone lie.
    """
    told = claims_of(run)
    cast = who_is_who(told)
    for clip in run.story.clips.values():
        if clip.id == "film":
            continue
        world = told[clip.id]
        lies = [Lie(twin, claim) for claim in world for twin in false_twins(claim, world)]
        footage = clip.footage(run.story.folder, cast)
        every = (*world, *{lie.told.id: lie.told for lie in lies}.values())
        voices = [
            ask(verifier, footage, every, (), recipe.seed, run.folder / "answers").verdicts
            for _, verifier in recipe.build_all("verify")
        ]
        verdicts = [vote(some, recipe.trust.votes) for some in zip(*voices, strict=True)]
        turns = [kind for kind in CLAIM_KINDS if any(lie.told.kind == kind for lie in lies)]
        for number in range(rounds if turns else 0):
            seed = derive_seed(recipe.seed, "planted", clip.id, number)
            turn = turns[number % len(turns)]
            chosen = _chosen(lies, {kind: OFTEN if kind == turn else LIES for kind in turns}, seed)
            yield from _round(clip, world, chosen, verdicts, MANY, seed)
        for kind in sorted(set(rare) & set(turns)):
            for number in range(max(1, rounds // 4)):
                seed = derive_seed(recipe.seed, "planted", clip.id, kind, number)
                yield from _round(clip, world, _chosen(lies, {kind: OFTEN}, seed), verdicts, ALL, seed)


def _chosen(lies: Sequence[Lie], shares: Mapping[str, float], seed: int) -> dict[str, Lie]:
    """The lies of one round by the claim that each takes the place of, so large a share of each kind."""
    chosen: dict[str, Lie] = {}
    for lie in sorted(lies, key=lambda one: derive_seed(seed, one.told.id)):
        if derived_random(seed, "lie", lie.instead.id).random() < shares.get(lie.told.kind, 0.0):
            chosen.setdefault(lie.instead.id, lie)
    return chosen


def _round(
    clip: Clip,
    world: Sequence[Claim],
    chosen: Mapping[str, Lie],
    verdicts: Sequence[Verdict],
    many: float,
    seed: int,
) -> Iterator[Wrong]:
    told = [lie.told for lie in chosen.values()]
    left = [claim for claim in world if claim.id not in chosen and not false_over(told, [claim], clip.seconds)]
    mixed = _whole([*left, *told])
    false = {claim.id for claim in told}
    known = {claim.id: claim for claim in mixed}
    made = ProgramsSynthesizer(pairs_per_minute=many).synthesize(clip, mixed, seed % 2**31, Path())
    pairs = [pair for pair in made if isinstance(pair, InstructionPair)]
    standing, _ = split(clip, mixed, verdicts)
    decided = {verdict.about for verdict in verdicts if verdict.outcome != "unsure"}
    right = {(clip.id, claim.id): 1.0 for claim in standing}
    kept, _ = weigh(pairs, right, {clip.id: {claim.id for claim in standing}})
    names = {pair.id for pair in kept}
    for pair in pairs:
        about = _with_named(pair.claims, known)
        kinds = frozenset(known[claim].kind for claim in about if claim in false)
        if kinds:
            rests = tuple(
                (f"{clip.id} {claim}", known[claim].kind, claim not in false, claim in decided) for claim in about
            )
            yield Wrong(kinds, rests, pair.id not in names, clip.id)


def _whole(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Without claims that speak of one that was replaced."""
    names = {claim.id for claim in claims}
    left = [claim for claim in claims if named_by(claim) <= names]
    return tuple(left) if len(left) == len(claims) else _whole(left)


def _with_named(names: Sequence[str], known: Mapping[str, Claim]) -> tuple[str, ...]:
    """Claims, and those that they speak of, with which they fall."""
    found = dict.fromkeys(names)
    for name in names:
        found.update(dict.fromkeys(named_by(known[name])))
    return tuple(found)


def recalls(wrong: Sequence[Wrong], rows: Sequence[Calibration], seed: int) -> tuple[Recall, ...]:
    """What was found of each kind and of all, beside what the rates of `rows` foretell."""
    rates = {row.kind: row for row in rows}
    groups = [
        (kind, sum(kind in one.kinds for one in wrong), [one for one in wrong if kind in one.told])
        for kind in CLAIM_KINDS
    ]
    groups.append(("all", len(wrong), [one for one in wrong if one.told]))
    groups.append(("undecided", len(wrong), [one for one in wrong if not one.told]))
    groups.append(("together", len(wrong), list(wrong)))
    return tuple(_recall(which, every, some, rates, seed) for which, every, some in groups if some)


def _recall(which: str, every: int, wrong: Sequence[Wrong], rates: Mapping[str, Calibration], seed: int) -> Recall:
    lot = derived_random(seed, "foretold", which)
    sizes, found = Counter(one.film for one in wrong), Counter(one.film for one in wrong if one.found)
    alike: dict[str, Counter[Rests]] = {film: Counter() for film in sizes}
    for one in wrong:
        alike[one.film][tuple(sorted((kind, true) for _, kind, true, decided in one.rests if decided))] += 1
    drawn, more = [], []
    for _ in range(DRAWS):
        shares = {(name, true): _share(row, true, lot) for name, row in rates.items() for true in (True, False)}
        known = {rests for some in alike.values() for rests in some}
        chances = {rests: 1 - prod(1 - shares.get(one, 0.0) for one in rests) for rests in known}
        hits = {film: sum(n * chances[rests] for rests, n in some.items()) for film, some in alike.items()}
        drawn.append(sum(hits.values()) / len(wrong))
        some = lot.choices(sorted(sizes), k=len(sizes))
        more.append(sum(found[film] - hits[film] for film in some) / sum(sizes[film] for film in some))
    more.sort()
    cut = round(0.025 * (DRAWS - 1))
    return Recall(which, every, len(wrong), found.total(), sum(drawn) / DRAWS, more[cut], more[-1 - cut])


def _share(row: Calibration, true: bool, lot: Random) -> float:
    """A draw of the share of decided claims that are refuted."""
    said = row.true if true else row.false
    return lot.betavariate(said.refuted + 0.5, said.decided - said.refuted + 0.5)


def main() -> None:
    """Films, plants, filters, counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=8)
    parser.add_argument("--first", type=int, default=9500, help="seed of the first story; a profile's are others")
    parser.add_argument("--rounds", type=int, default=16, help="times that each film is told with other lies")
    parser.add_argument("--wanted", type=int, default=200, help="wrong pairs of every kind that could be found")
    parser.add_argument("--profile", default="", help="by dreamgen calibrate; one that fits is looked for otherwise")
    parser.add_argument("--films", type=Path, help="keeps the films here for the next time")
    parser.add_argument("--set", dest="changes", action="append", default=[], help="changes the recipe")
    options = parser.parse_args()
    films = options.films or Path(tempfile.mkdtemp())
    wrong: list[Wrong] = []
    rows: Sequence[Calibration] = ()
    for seed in range(options.first, options.first + options.stories):
        look = style_names()[seed % len(style_names())]
        recipe = read_recipe(changes=[*options.changes, f"seed={seed}", f"look={look}"])
        recipe = recipe.model_copy(update={"trust": recipe.trust.model_copy(update={"profile": options.profile})})
        dream(random_story(seed, scenes=2), recipe, films / str(seed), until="claims")
        run = open_run(films / str(seed))
        found = planted(run, recipe, options.rounds, RARE)
        for one in found:
            rests = ((f"{seed} {name}", kind, true, decided) for name, kind, true, decided in one.rests)
            wrong.append(one._replace(rests=tuple(rests), film=str(seed)))
        reference = find_reference(recipe, tuple(run.story.clips.values()))
        rows = reference.vote([Hearing()] * len(recipe.verify), recipe.trust.votes)
        print(f"story {seed}: {len(wrong)} wrong pairs so far; {reference.words}", flush=True)
    print("| lies | wrong pairs | counted here | found | recall | foretold | more than foretold, 95 % | agrees |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for row in recalls(wrong, rows, options.first):
        few = "" if row.wrong >= options.wanted else f", fewer than {options.wanted}"
        print(
            f"| {row.which} | {row.every} | {row.wrong} | {row.found} | {row.found / row.wrong:.3f} "
            f"| {row.foretold:.3f} | {row.low:+.3f} to {row.high:+.3f} | {'yes' if row.agrees else 'no'}{few} |"
        )


if __name__ == "__main__":
    main()
