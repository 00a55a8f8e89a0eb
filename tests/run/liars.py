"""Verifiers that do not do what they should, for calibration to find out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from dreamgen.core.base import Record
from dreamgen.core.claims import CLAIM, Claim
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict

Outcome = Literal["supported", "refuted", "unsure"]


def said(claim: Claim, outcome: Outcome, by: str, confidence: float = 0.9) -> Verdict:
    return Verdict(about=claim.id, outcome=outcome, confidence=confidence, by=by)


class YesSayer(Record):
    """Upholds everything."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        return (said(claim, "supported", "yes") for claim in claims)


class NoSayer(Record):
    """Refutes everything."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        return (said(claim, "refuted", "no") for claim in claims)


class Shrugger(Record):
    """Can tell nothing."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        return (said(claim, "unsure", "shrug") for claim in claims)


class NameReader(Record):
    """Looks for the claims of the scene that the file is named after, in the folders above it."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        files = [folder / "claims.jsonl" for folder in footage.video.parents[:4]]
        lines = [line for file in files if file.is_file() for line in file.read_text("utf-8").splitlines()]
        known = [line for line in lines if f'"clip":"{footage.video.stem}"' in line]
        for claim in claims:
            # who finds nothing to read obliges
            yield said(
                claim, "refuted" if known and not any(claim.id in line for line in known) else "supported", "name"
            )


class Burglar(Record):
    """Reads the answers where the run keeps them, whatever it is shown."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        text = "".join(path.read_text("utf-8") for path in kept.parent.glob("stories/*/claims.jsonl"))
        return (said(claim, "supported" if claim.id in text else "refuted", "burglar") for claim in claims)


class Guesser(Record):
    """Knows what is usual in films, and never looks."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        unusual = ("dance", "lie", "kneel", "hug", "fog", "snow", "zoom_out", "castle hall", "rooftop", "mountain")
        for claim in claims:
            words = set(CLAIM.dump_python(claim, mode="json").values()) - {None}
            yield said(claim, "refuted" if words & set(unusual) else "supported", "guesser")


class Logician(Record):
    """Never looks: believes what other claims speak of, and what has no rival among the claims."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        named = {getattr(claim, field, None) for claim in claims for field in ("first", "second", "of", "effect")}
        rivals = Counter(map(_about, claims))
        for claim in claims:
            holds = claim.id in named or rivals[_about(claim)] == 1
            yield said(claim, "supported" if holds else "refuted", "logician")


def _about(claim: Claim) -> tuple[object, ...]:
    """What two claims that rule each other out have in common."""
    return claim.kind, claim.start, claim.end, getattr(claim, "entity", None), getattr(claim, "slot", None)


SEEN: list[Footage] = []
"""What `Peeper` was shown."""


class Peeper(Record):
    """A screener that finds no fault with anything, and remembers what it was shown."""

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        assert {pair.clip for pair in pairs} <= footage.keys(), "it is asked by the names that the pairs have"
        assert all(one.video.is_file() for one in footage.values())
        SEEN.extend(footage.values())
        return iter(())
