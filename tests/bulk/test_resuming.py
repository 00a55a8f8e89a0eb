from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dreamgen.bulk import resuming
from dreamgen.bulk.glancing import Held
from dreamgen.bulk.marks import Settled, key_of, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.resuming import ended_items, standing
from tests.bulk.conftest import PlanOf


def test_what_stands_is_looked_at_by_many_at_once(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = threading.Barrier(2, timeout=10.0)

    def far_away(place: Path, files: tuple[Held, ...]) -> str:
        if place.name in ("story-0", "story-3"):
            met.wait()  # one look does not wait for the other
        return "film.mp4 is gone" if place.name == "story-2" else ""

    monkeypatch.setattr(resuming, "_AT_ONCE", 2)
    monkeypatch.setattr(resuming, "amiss", far_away)
    plan, places, film = plan_of(5), Places(tmp_path), Held("film.mp4", 7)
    for item in plan.items:
        if item.id != "story-1":
            write_mark(places, Settled(item=item.id, key=key_of(item, plan), ended="done", files=(film,)))
    found = list(standing(places, plan))
    assert [(mark.item, mark.files, why) for mark, why in found] == [
        ("story-0", (), ""), ("story-2", (), "film.mp4 is gone"), ("story-3", (), ""), ("story-4", (), ""),
    ]  # fmt: skip


def test_who_estimates_reads_no_more_of_a_mark_than_its_key(plan_of: PlanOf, tmp_path: Path) -> None:
    plan, places = plan_of(4), Places(tmp_path)
    for item in plan.items[:3]:
        write_mark(places, Settled(item=item.id, key=key_of(item, plan), ended="put_aside", reason="x" * 5000))
    places.settled("story-2").write_text('{"key": "of another recipe"}')
    assert ended_items(places, plan) == {"story-0", "story-1"}
