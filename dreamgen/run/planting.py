"""Plants wrong pairs among right ones, so that it can be counted how many of them the filter finds.

In a scene some true claims are replaced by their false twins: of all kinds at once, and then of each kind alone that
few questions rest on. What they contradict is told no more. The programs ask about what is then told, whereas in a run
they ask about what stands; verdicts, the rule for claims and the weighing of pairs do what they do there. A pair is
wrong when it rests on a twin, and found when it is dropped. The share that is found is that of the filter, and not how
many wrong pairs are left in a dataset.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.core.claims import CLAIM_KINDS, Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.twins import false_twins
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.run.blind import Judged
from dreamgen.run.controls import against
from dreamgen.run.standing import split, weigh
from dreamgen.run.voices import with_referred
from dreamgen.verify.profiles import Planted

ROUNDS: Final = 16
"""Times that a scene is told with other lies of all kinds, one of them more than the others."""
RARE: Final = ("absence", "duration", "order", "speech")
"""Kinds that few questions rest on: they also lie alone, a quarter as many times."""
LIES: Final = 0.25
"""Share of the claims with twins that are replaced in one round."""
OFTEN: Final = 0.75
"""The same of the kind whose turn it is, so that a film tells as many lies of rare kinds as it can."""
MANY: Final = 600.0
"""Pairs that a minute of film gives."""
ALL: Final = 6000.0
"""The same where one kind alone lies: as good as all that can be asked, since of some kinds little is."""


class Wrong(NamedTuple):
    """A pair that rests on at least one lie."""

    kinds: frozenset[str]
    """Kinds of the lies."""
    decided: tuple[tuple[str, bool], ...]
    """Of the claims that it rests on and that the verifiers could decide: the kind, and whether it is true."""
    found: bool
    """Whether the filter dropped it."""


def plant(clip: Clip, world: Sequence[Claim], judged: Judged, seed: int) -> tuple[Wrong, ...]:
    """The wrong pairs of a scene that is told many times with other lies; each counts once, however often it is asked.

    Args:
        clip: the scene, drawn by rule.
        world: all that is true of it.
        judged: what is made of each of these claims, and of a false twin of each that has one.
        seed: of the story.
    """
    asked = {line.twin.id for line in judged.twins}
    twins = ((claim.id, twin) for claim in world for twin in false_twins(claim, world)[:1])
    lies = {told: twin for told, twin in twins if twin.id in asked}
    turns = [kind for kind in CLAIM_KINDS if any(lie.kind == kind for lie in lies.values())]
    rounds: list[tuple[tuple[str | int, ...], Mapping[str, float], float]] = []
    for number in range(max(ROUNDS, len(turns)) if turns else 0):
        turn = turns[number % len(turns)]
        rounds.append(((number,), {kind: OFTEN if kind == turn else LIES for kind in turns}, MANY))
    rounds += [((kind, number), {kind: OFTEN}, ALL) for kind in turns if kind in RARE for number in range(ROUNDS // 4)]
    found: dict[tuple[str, tuple[str, ...]], Wrong] = {}
    for name, share, many in rounds:
        lot = derive_seed(seed, "planted", clip.id, *name)
        chosen = {
            told: lie for told, lie in lies.items() if derived_random(lot, told).random() < share.get(lie.kind, 0.0)
        }
        found.update(_round(clip, world, chosen, judged, many, lot))
    return tuple(found.values())


def _round(
    clip: Clip, world: Sequence[Claim], chosen: Mapping[str, Claim], judged: Judged, many: float, seed: int
) -> Iterator[tuple[tuple[str, tuple[str, ...]], Wrong]]:
    """The wrong pairs of a scene that is told with lies in the place of true claims, by id and claims of the pair."""
    lies = list(chosen.values())
    left = [
        claim
        for claim in world
        if claim.id not in chosen and not any(against(lie, claim) or against(claim, lie) for lie in lies)
    ]
    # what speaks of a claim that was replaced goes with it
    told, _ = split(clip, [*left, *lies], ())
    false = {claim.id for claim in lies}
    verdicts = [*judged.verdicts, *(line.verdict for line in judged.twins)]
    decided = {verdict.about for verdict in verdicts if verdict.outcome != "unsure"}
    made = ProgramsSynthesizer(pairs_per_minute=many).synthesize(clip, told, seed % 2**31, Path())
    pairs = [pair for pair in made if isinstance(pair, InstructionPair)]
    standing, _ = split(clip, told, verdicts)
    right = {(clip.id, claim.id): 1.0 for claim in standing}
    kept, _ = weigh(pairs, right, {clip.id: {claim.id for claim in standing}})
    names = {(pair.id, pair.claims) for pair in kept}
    known = {claim.id: claim for claim in told}
    for pair in pairs:
        about = with_referred([known[name] for name in pair.claims], told)
        if any(claim.id in false for claim in about):
            yield (
                (pair.id, pair.claims),
                Wrong(
                    kinds=frozenset(claim.kind for claim in about if claim.id in false),
                    decided=tuple((claim.kind, claim.id not in false) for claim in about if claim.id in decided),
                    found=(pair.id, pair.claims) not in names,
                ),
            )


def counted(films: Sequence[Iterable[Wrong]]) -> tuple[Planted, ...]:
    """How many wrong pairs of each kind of lie there were and were found, film by film, with a last row for all."""
    wrong: list[Counter[str]] = []
    found: list[Counter[str]] = []
    for film in films:
        wrong.append(Counter())
        found.append(Counter())
        for one in film:
            wrong[-1].update((*one.kinds, "all"))
            found[-1].update((*one.kinds, "all") if one.found else ())
    kinds = [kind for kind in (*CLAIM_KINDS, "all") if any(kind in film for film in wrong)]
    return tuple(
        Planted(kind=kind, wrong=tuple(film[kind] for film in wrong), found=tuple(film[kind] for film in found))
        for kind in kinds
    )
