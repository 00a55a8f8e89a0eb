from __future__ import annotations

from dreamgen.annotate.scaling import portions


def test_G4_core_sets_by_how_long_their_clips_are() -> None:
    seconds = [5.0, 40.0, 10.0, 0.0, 29.9, 30.0, 2.0]
    found = portions(seconds, (7, 2, 5), (10.0, 30.0))
    assert [(one.size, one.short, one.medium, one.long, one.unknown) for one in found] == [
        (2, 1, 0, 1, 0), (5, 1, 2, 1, 1), (7, 2, 2, 2, 1),
    ]  # fmt: skip
    assert all(one.short + one.medium + one.long + one.unknown == one.size for one in found)
    assert found[0].hours == round(45 / 3600, 3)


def test_a_size_larger_than_all_is_all_and_stands_once() -> None:
    assert [one.size for one in portions([1.0, 2.0], (2, 50), (10.0, 30.0))] == [2]
