from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dreamgen.core.claims import Claim, Place, Time, WeatherIs
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.run.blind import ask

FOOTAGE = Footage(clip="scene-01", video=Path("scene-01.mp4"), portraits={})
CLAIMS = (
    Time(start=0, end=4, time="night"),
    WeatherIs(start=0, end=4, weather="rain"),
    Place(start=0, end=4, place="forest"),
)


class Listener:
    """Believes everything, and remembers the order in which it was asked."""

    def __init__(self) -> None:
        self.asked: list[Claim] = []

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        for claim in claims:
            self.asked.append(claim)
            yield Verdict(about=claim.id, outcome="supported", confidence=1.0, by="listener")


class Mute:
    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        return iter(())


def test_every_claim_is_answered_in_order_and_has_a_twin() -> None:
    judged = ask(Listener(), FOOTAGE, CLAIMS, CLAIMS, seed=1, kept=Path())
    assert [verdict.about for verdict in judged.verdicts] == [claim.id for claim in CLAIMS]
    assert [line.twin.kind for line in judged.twins] == ["time_of_day", "weather", "place"]
    assert not {line.twin.id for line in judged.twins} & {claim.id for claim in CLAIMS}


def test_twins_come_in_an_order_that_only_the_seed_decides() -> None:
    def order(seed: int, claims: Sequence[Claim]) -> list[str]:
        listener = Listener()
        ask(listener, FOOTAGE, claims, CLAIMS, seed, Path())
        return [claim.id for claim in listener.asked]

    assert order(1, CLAIMS) == order(1, CLAIMS[::-1])
    orders = [order(seed, CLAIMS) for seed in range(20)]
    true = {claim.id for claim in CLAIMS}
    # a verifier that bet on the place in the queue would be right half the time
    first_is_true = sum(asked[0] in true for asked in orders)
    assert 4 <= first_is_true <= 16
    assert len({tuple(asked) for asked in orders}) > 15


def test_a_verifier_that_leaves_a_claim_out_is_caught() -> None:
    with pytest.raises(RuntimeError, match="Mute gave no verdict on"):
        ask(Mute(), FOOTAGE, CLAIMS, CLAIMS, seed=1, kept=Path())
