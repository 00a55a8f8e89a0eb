"""Every kind of damage to a run is found and told, and a rerun heals it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.brief import Brief
from dreamgen.run.checking import check_run, mend
from dreamgen.run.flaws import Checked
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe

Contents = Callable[[Path], dict[str, bytes]]


def one(run: Path, pattern: str) -> Path:
    """The first file of a pattern."""
    return sorted(run.glob(pattern))[0]


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def without_a_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def with_json(path: Path, change: Callable[[Any], None]) -> None:
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data))


def refuted(path: Path) -> None:
    """All claims, all of a sudden."""
    path.write_text(path.read_text().replace('"outcome":"supported"', '"outcome":"refuted"'))


def miscounted(receipt: Any) -> None:
    receipt["tallies"][1]["made"] += 1


def dropped_in_silence(receipt: Any) -> None:
    receipt["tallies"][1]["made"] += 1
    receipt["tallies"][1]["dropped"] = [["nobody_knows", 1]]


def forgetful(receipt: Any) -> None:
    receipt["made"].pop()


def renamed(story: Any) -> None:
    story["title"] = "Another"


def twice(rows: Any) -> None:
    rows.append(rows[0])


Damage = Callable[[Path], object]
DAMAGES: dict[str, tuple[str, Damage]] = {
    "a byte of a film": ("files", lambda run: flipped(one(run, "stories/*/film.mp4"))),
    "the end of a film": ("files", lambda run: truncated(one(run, "stories/*/clips/*.mp4"))),
    "a picture": ("files", lambda run: one(run, "stories/*/keyframes/*.png").unlink()),
    "a file of the dataset": ("files", lambda run: one(run, "dataset/llava/clips/*.mp4").unlink()),
    "half an entry": ("entries", lambda run: truncated(one(run, "stories/*/.store/claims/*.json"))),
    "a line of the pairs": ("books", lambda run: without_a_line(one(run, "stories/*/pairs.jsonl"))),
    "a line of the claims": ("records", lambda run: without_a_line(one(run, "stories/*/claims.jsonl"))),
    "a line of the verdicts": ("verdicts", lambda run: without_a_line(one(run, "stories/*/verdicts.jsonl"))),
    "half a line of the pairs": ("records", lambda run: truncated(one(run, "stories/*/pairs.jsonl"))),
    "another verdict": ("claims", lambda run: refuted(one(run, "stories/*/verdicts.jsonl"))),
    "a sum": ("books", lambda run: with_json(one(run, "stories/*/receipt.json"), miscounted)),
    "a drop without a line": ("books", lambda run: with_json(one(run, "stories/*/receipt.json"), dropped_in_silence)),
    "a forgetful receipt": ("books", lambda run: with_json(one(run, "stories/*/receipt.json"), forgetful)),
    "no receipt": ("books", lambda run: (run / "receipt.json").unlink()),
    "a row twice": ("forms", lambda run: with_json(run / "dataset/llava/train.json", twice)),
    "a row of the dataset": ("forms", lambda run: without_a_line(run / "dataset/llamafactory/train.jsonl")),
    "another story's name": ("records", lambda run: with_json(one(run, "stories/*/story.json"), renamed)),
    "a stray picture": ("strays", lambda run: (one(run, "stories/*/keyframes") / "x.png").write_bytes(b"x")),
    "a stray row": ("strays", lambda run: (run / "dataset/llava/old.json").write_bytes(b"[]")),
}  # fmt: skip


def checks(found: Checked) -> set[str]:
    return {flaw.check for flaw in found.flaws}


def test_a_run_as_it_was_made_has_no_flaw(one_shot: Path) -> None:
    found = check_run(one_shot)
    assert not found.flaws
    counts = dict(found.looked)
    assert min(counts[check] for check in ("entries", "files", "records", "books", "claims", "verdicts", "pairs")) > 0
    assert counts["forms"] == 2 * counts["pairs"]


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found(name: str, one_shot_copy: Path) -> None:
    check, damage = DAMAGES[name]
    damage(one_shot_copy)
    found = check_run(one_shot_copy)
    assert check in checks(found), found.flaws
    assert all(flaw.why for flaw in found.flaws)


def test_a_check_changes_nothing(one_shot_copy: Path, contents: Contents) -> None:
    DAMAGES["a byte of a film"][1](one_shot_copy)
    before = contents(one_shot_copy)
    check_run(one_shot_copy)
    assert contents(one_shot_copy) == before


def test_what_people_put_beside_a_run_is_no_stray(one_shot_copy: Path) -> None:
    (one_shot_copy / "notes.txt").write_text("mine")
    one(one_shot_copy, "stories/*/story.json").with_name("consistency.json").write_text("{}")
    assert not check_run(one_shot_copy).flaws


def test_a_rerun_heals_all_damage_once_it_is_taken_away(
    one_shot_copy: Path, one_shot: Path, one_shot_plot: Brief, one_shot_recipe: Recipe, contents: Contents
) -> None:
    for name in (
        "a byte of a film",
        "half an entry",
        "a line of the claims",
        "a row of the dataset",
        "a stray picture",
    ):
        DAMAGES[name][1](one_shot_copy)
    found = mend(one_shot_copy, check_run(one_shot_copy))
    assert {"files", "entries", "records", "strays"} <= checks(found)
    assert found.mended > 4
    dream(one_shot_plot, one_shot_recipe, one_shot_copy)
    assert not check_run(one_shot_copy).flaws
    wanted = contents(one_shot)
    wanted.pop("report.html")  # it told of a run that was not whole, and `dreamgen report` writes it again
    assert contents(one_shot_copy) == wanted


def test_what_is_whole_is_left_alone(one_shot_copy: Path, contents: Contents) -> None:
    before = contents(one_shot_copy)
    assert not mend(one_shot_copy, check_run(one_shot_copy)).mended
    assert contents(one_shot_copy) == before
