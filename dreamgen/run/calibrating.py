"""What calibration says of a run: how far each verifier is heard, and how wrong the dataset still is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dreamgen.core.calibration import Calibration, Outcomes, rate, total
from dreamgen.core.claims import Claim
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.residual import Errors, Evidence, Fact
from dreamgen.core.trusted import Control, Residual, Silent, Trusted, Voice
from dreamgen.errors import UsageError
from dreamgen.run.recipe import Recipe
from dreamgen.run.reference import Reference, find_reference
from dreamgen.verify.hearing import Hearing, bars_of, silent_of

UNKNOWN: Final = 0.5
"""The chance that a claim holds of which nothing is known. A choice, not a measurement."""

ENOUGH: Final = 30
"""Decided false claims in a run that calibrate a verifier without a profile."""

LEAST_SEEN: Final = 5
"""Claims that a verifier upheld over their own pixels and was asked again over others, from which on it counts."""

_FAR: Final = 2.576
"""Standard errors between two shares that differ by more than chance would have it in one case of a hundred."""


@dataclass(frozen=True)
class Checked:
    """What is known of a run's claims once the verifiers have spoken."""

    trusted: Trusted
    """For people and files; it says nothing of pairs yet."""
    errors: Errors
    """How wrong a claim or pair is after a verdict."""
    same: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Claims of the film, by clip and id, that have their verdict from one of a scene: they are wrong together."""

    def right(self, kind: str, verdict: Verdict | None) -> float:
        """The chance that a claim holds which stands, 0-1."""
        wrong = self.errors.chance(kind, "supported" if verdict and verdict.outcome == "supported" else "unsure")
        return UNKNOWN if wrong is None else 1 - wrong

    def with_pairs(
        self,
        pairs: Iterable[InstructionPair],
        claims: Mapping[tuple[str, str], Claim],
        verdicts: Mapping[tuple[str, str], Verdict],
    ) -> Trusted:
        """The same with an estimate of how many of these pairs are wrong.

        Args:
            pairs: the dataset; those that rest on a refuted claim, as they may where other verifiers chose them, would
                not be there and do not count.
            claims: by clip and id.
            verdicts: by clip and claim.
        """
        rests = []
        for pair in pairs:
            keys = [(pair.clip, name) for name in dict.fromkeys(pair.claims)]
            facts = [self._fact(key, claims[key], verdicts.get(key)) for key in keys]
            if all(fact.outcome != "refuted" for fact in facts):
                rests.append(facts)
        return self.trusted.model_copy(update={"pairs": self.errors.of_pairs(rests)})

    def _fact(self, key: tuple[str, str], claim: Claim, verdict: Verdict | None) -> Fact:
        return Fact(" ".join(self.same.get(key, key)), claim.kind, verdict.outcome if verdict else "unsure")


def first_hearing(recipe: Recipe, reference: Reference, number: int) -> Hearing:
    """How far a verifier is heard by what is known before the run: what it need not be asked, how sure it must be."""
    trust = recipe.trust
    bars = bars_of(reference.alone(number), trust.target_error, trust.supposed_error)
    silent = silent_of(_decided(reference.rows(number, Hearing())), trust.least_specificity)
    return Hearing(bars=bars, silent=silent, unasked=frozenset(silent))


def hear(
    recipe: Recipe, before: Hearing, rows: Sequence[Calibration], past: Sequence[Calibration], distrust: str
) -> Hearing:
    """How far a verifier is heard once the run's own false claims and controls are known as well.

    Args:
        recipe: has the bounds.
        before: by what was known before.
        rows: what it said in this run, of what it was asked.
        past: what it said of other films.
        distrust: why it is not heard at all; empty where it is.
    """
    silent = silent_of(_decided(pooled(rows, past)), recipe.trust.least_specificity)
    return Hearing(before.bars, {**silent, **before.silent}, before.unasked, distrust)


def pooled(rows: Sequence[Calibration], past: Sequence[Calibration]) -> tuple[Calibration, ...]:
    """Rows of a run in which the false claims of other films count too, kind by kind, unless they tell another story.

    Where the two shares differ by more than chance, these pictures are not like those, and the run's own count alone.
    """
    own, others = {row.kind: row for row in rows}, {row.kind: row for row in past}
    empty = Outcomes()
    found = []
    for kind in dict.fromkeys((*own, *others)):
        mine = own[kind].false if kind in own else empty
        theirs = others[kind].false if kind in others else empty
        found.append(
            Calibration(
                kind=kind, true=own[kind].true if kind in own else empty,
                false=mine if _differ(mine, theirs) else mine + theirs,
            )
        )  # fmt: skip
    return tuple(found)


def _differ(one: Outcomes, other: Outcomes) -> bool:
    """Whether two shares of refuted claims are further apart than chance would have it (two-proportion z-test)."""
    if not one.decided or not other.decided:
        return False
    together = (one.refuted + other.refuted) / (one.decided + other.decided)
    error = (together * (1 - together) * (1 / one.decided + 1 / other.decided)) ** 0.5
    return bool(abs(one.refuted / one.decided - other.refuted / other.decided) > _FAR * error)


def _decided(rows: Iterable[Calibration]) -> list[tuple[str, int, int]]:
    return [(row.kind, row.false.refuted, row.false.decided) for row in rows]


def findings(rows: Sequence[Calibration], controls: Sequence[Control]) -> tuple[str, ...]:
    """What is wrong with a verifier, in words; nothing where it does what it should.

    Args:
        rows: what it said of true and of false claims.
        controls: what it said over pixels that can't bear a claim out.
    """
    everything = next((row for row in total(rows) if row.kind == "all"), None)
    found = []
    if everything is not None:
        true, false = everything.true, everything.false
        if _mostly(false.supported, false.n):
            found.append(f"says yes to {false.supported / false.n:.0%} of false claims")
        if _mostly(true.refuted, true.n):
            found.append(f"says no to {true.refuted / true.n:.0%} of true claims")
    again, seen = sum(one.again for one in controls), sum(one.seen for one in controls)
    if seen >= LEAST_SEEN and _mostly(again, seen):
        shown = " and ".join(one.shown for one in controls if one.again)
        found.append(
            f"does not look: its answers do not depend on the pixels; of what it had upheld it upheld "
            f"{again / seen:.0%} again when it was shown {shown}"
        )
    return tuple(found)


def _mostly(hits: int, n: int) -> bool:
    share = rate(hits, n)
    return share is not None and n >= LEAST_SEEN and share.low > 0.5


def voice(
    name: str,
    hearing: Hearing,
    rows: Sequence[Calibration],
    past: Sequence[Calibration],
    controls: Sequence[Control],
    found: Sequence[str],
    reference: Reference,
) -> Voice:
    """What there is to say of one verifier."""
    return Voice(
        name=name, rows=tuple(rows), reference=tuple(past), controls=tuple(controls), findings=tuple(found),
        bars=tuple(bar for _, bar in sorted(hearing.bars.items())), believed=not hearing.distrust,
        silent=tuple(
            Silent(kind=kind, specificity=share, asked=kind not in hearing.unasked)
            for kind, share in sorted(hearing.silent.items())
        ),
        profile=reference.words,
    )  # fmt: skip


def check(
    said: Mapping[str, Outcomes],
    rows: tuple[Calibration, ...],
    lies: Mapping[str, Outcomes],
    past: Sequence[Calibration],
    seed: int,
) -> Checked:
    """How wrong the run's claims still are.

    Args:
        said: what all verifiers together said of the run's claims, by kind.
        rows: the same of claims that are supposed to be true, and of twins that are known to be false.
        lies: what they said of all twins, those among them that may be true by accident; where a model drew, that
            makes the verifier look worse than it is.
        past: what they said of films whose truth is known.
        seed: of the run.
    """
    false = {row.kind: row.false for row in pooled(rows, past)}
    own = {row.kind: row.false for row in rows}
    # where false claims fare otherwise than in those films, true ones may as well
    true = {row.kind: row.true for row in past if not _differ(own.get(row.kind, Outcomes()), row.false)}
    evidence = [Evidence(kind, some, true.get(kind), _of(kind, false, lies)) for kind, some in said.items()]
    errors = Errors(evidence, seed)
    residuals: tuple[Residual, ...] = tuple(errors.residual(kind) for kind in said)
    whole = (errors.whole(),) if residuals else ()
    return Checked(Trusted(vote=rows, residuals=(*residuals, *whole)), errors)


def _of(kind: str, false: Mapping[str, Outcomes], lies: Mapping[str, Outcomes]) -> Outcomes:
    found = false.get(kind, Outcomes())
    return found if found.n else lies.get(kind, found)


def refuse_early(recipe: Recipe) -> str:
    """Lets no unattended run begin whose own profile is of other verifiers or other films.

    Returns:
        What else there is to say of an unattended run before anything is made; empty where a profile fits.

    Raises:
        UsageError: when the run is unattended and the profile that its recipe names does not fit, or is none.
    """
    if not recipe.trust.profile and not _alone(recipe):
        return ""
    reference = find_reference(recipe, ())
    if reference.profile or not _alone(recipe):
        return ""
    if recipe.trust.profile:
        raise _unknown(recipe, reference.words)
    return (
        f"note: {reference.words}; the run is refused once it is filmed, if fewer than {ENOUGH} of its own false "
        "claims can be decided"
    )


def refuse_few(recipe: Recipe, reference: Reference, lies: int) -> None:
    """Asks no verifier of an unattended run of which nobody can then know how often it errs.

    Args:
        recipe: how the run is made.
        reference: what is known of its verifiers from other films.
        lies: false claims that there are to ask.

    Raises:
        UsageError: when the run is unattended, no profile fits, and there are too few.
    """
    if _alone(recipe) and not reference.profile and lies < ENOUGH:
        raise _unknown(recipe, f"{reference.words}, and this film has only {lies} false claims to ask about, {_NEEDED}")


def refuse_unknown(recipe: Recipe, reference: Reference, rows: Sequence[Calibration]) -> None:
    """Lets no run go on unattended with verifiers of which nobody knows how often they err.

    Raises:
        UsageError: when the run is unattended, no profile fits, and the run's own false claims are too few.
    """
    measured = sum(row.false.decided for row in rows)
    if _alone(recipe) and not reference.profile and measured < ENOUGH:
        why = f"{reference.words}, and only {measured} false claims were decided in this run, {_NEEDED}"
        raise _unknown(recipe, why)


_NEEDED: Final = f"where {ENOUGH} are needed"


def _alone(recipe: Recipe) -> bool:
    """Whether nobody looks, and nobody said that it does not matter."""
    return recipe.trust.unattended and not recipe.trust.uncalibrated


def _unknown(recipe: Recipe, why: str) -> UsageError:
    names = " and ".join(choice.backend for choice in recipe.verify)
    return UsageError(
        f"nobody knows how often {names} errs on these films: {why}",
        "Measure it: dreamgen calibrate --stories 8. Or go on all the same: --set trust.uncalibrated=true",
    )
