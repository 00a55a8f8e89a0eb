from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dreamgen.core.claims import Claim, Place, Time, WeatherIs
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.run.blind import ask

CLAIMS = (
    Time(start=0, end=4, time="night"),
    WeatherIs(start=0, end=4, weather="rain"),
    Place(start=0, end=4, place="forest"),
)


@pytest.fixture
def footage(tmp_path: Path) -> Footage:
    """A scene in a folder in which its story lies open."""
    (tmp_path / "portraits").mkdir()
    for name in ("scene-01.mp4", "portraits/mara.png", "claims.jsonl", "story.json"):
        (tmp_path / name).write_text(name, "utf-8")
    return Footage("scene-01", tmp_path / "scene-01.mp4", {"mara": tmp_path / "portraits" / "mara.png"})


class Listener:
    """Believes everything, and remembers the order in which it was asked and what it was shown."""

    def __init__(self) -> None:
        self.asked: list[Claim] = []
        self.shown: list[Footage] = []
        self.beside: list[set[str]] = []

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        self.shown.append(footage)
        self.beside.append({path.read_text("utf-8") for path in footage.video.parent.rglob("*")})
        for claim in claims:
            self.asked.append(claim)
            yield Verdict(about=claim.id, outcome="supported", confidence=1.0, by="listener")


class Mute:
    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        return iter(())


def test_every_claim_is_answered_in_order_and_has_a_twin(footage: Footage) -> None:
    judged = ask(Listener(), footage, CLAIMS, CLAIMS, seed=1, kept=Path())
    assert [verdict.about for verdict in judged.verdicts] == [claim.id for claim in CLAIMS]
    assert [line.twin.kind for line in judged.twins] == ["time_of_day", "weather", "place"]
    assert not {line.twin.id for line in judged.twins} & {claim.id for claim in CLAIMS}


def test_twins_come_in_an_order_that_only_the_seed_decides(footage: Footage) -> None:
    def order(seed: int, claims: Sequence[Claim]) -> list[str]:
        listener = Listener()
        ask(listener, footage, claims, CLAIMS, seed, Path())
        return [claim.id for claim in listener.asked]

    assert order(1, CLAIMS) == order(1, CLAIMS[::-1])
    orders = [order(seed, CLAIMS) for seed in range(20)]
    true = {claim.id for claim in CLAIMS}
    # a verifier that bet on the place in the queue would be right half the time
    first_is_true = sum(asked[0] in true for asked in orders)
    assert 4 <= first_is_true <= 16
    assert len({tuple(asked) for asked in orders}) > 15


def test_a_verifier_that_leaves_a_claim_out_is_caught(footage: Footage) -> None:
    with pytest.raises(RuntimeError, match="Mute gave no verdict on"):
        ask(Mute(), footage, CLAIMS, CLAIMS, seed=1, kept=Path())


def test_names_tell_nothing_and_nothing_lies_beside_the_video(footage: Footage) -> None:
    listener = Listener()
    ask(listener, footage, CLAIMS, CLAIMS, seed=1, kept=Path())
    (shown,), (beside,) = listener.shown, listener.beside
    assert beside == {"scene-01.mp4", "portraits/mara.png"}, "what lies there says what it is a copy of"
    names = f"{shown.clip} {shown.video} {shown.portraits['mara']}"
    assert not any(word in names for word in ("scene", "01.", "mara", str(footage.video.parent)))
    assert not shown.video.exists(), "nothing stays behind"


def test_names_are_the_same_every_time_and_differ_from_clip_to_clip(footage: Footage) -> None:
    listener = Listener()
    for clip, seed in (("scene-01", 1), ("scene-01", 1), ("scene-02", 1), ("scene-01", 2)):
        ask(listener, replace(footage, clip=clip), CLAIMS, (), seed, Path())
    names = [shown.video.name for shown in listener.shown]
    assert names[0] == names[1]
    assert len(set(names)) == 3


def test_without_a_world_nothing_false_is_mixed_in(footage: Footage) -> None:
    listener = Listener()
    judged = ask(listener, footage, CLAIMS, (), seed=1, kept=Path())
    assert judged.twins == ()
    assert {claim.id for claim in listener.asked} == {claim.id for claim in CLAIMS}
