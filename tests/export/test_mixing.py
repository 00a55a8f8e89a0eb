from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from dreamgen.errors import UsageError
from dreamgen.export.mixing import Part, load_mix, mix_text, read_mix, sampled

ROWS = list(range(10))


@pytest.mark.parametrize(
    ("strategy", "taken"),
    [
        ("all", ROWS),
        ("first:3", [0, 1, 2]),
        ("first:25%", [0, 1, 2]),  # rounded up
        ("end:3", [7, 8, 9]),
        ("end:11%", [8, 9]),
        ("first:99", ROWS),
        ("end:200%", ROWS),
    ],
)
def test_H8_a_strategy_takes_what_the_loader_would(strategy: str, taken: list[int]) -> None:
    assert sampled(ROWS, strategy) == taken


@pytest.mark.parametrize(("strategy", "count"), [("random:4", 4), ("random:35%", 4), ("random:100%", 10)])
def test_H8_random_takes_so_many_different_ones_by_seed(strategy: str, count: int) -> None:
    taken = sampled(ROWS, strategy, seed=1)
    assert len(set(taken)) == count == len(taken)
    assert taken == sampled(ROWS, strategy, seed=1) != sampled(ROWS, strategy, seed=2)


def test_nothing_gives_nothing() -> None:
    assert all(sampled([], strategy) == [] for strategy in ("all", "first:2", "end:50%", "random:3"))


@pytest.mark.parametrize("strategy", ["", "first", "first:", "first:0", "end:-1", "random:1.5", "last:3", "first:3:4"])
def test_other_strategies_are_refused_with_the_choices(strategy: str) -> None:
    with pytest.raises(UsageError, match="sampling strategy") as told:
        sampled(ROWS, strategy)
    assert "random:N%" in told.value.hint


def test_H8_a_mix_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    parts = (
        Part(json_path="a b.json", data_root="clips: one", sampling_strategy="end:2"),
        Part(json_path="sub/c.jsonl", sampling_strategy="random:50%"),
    )
    (tmp_path / "mix.yaml").write_text(mix_text(parts), "utf-8")
    assert read_mix(tmp_path / "mix.yaml") == parts


def test_a_mix_reads_as_yaml_says() -> None:
    parts = (Part(json_path="a: b.json", data_root="#c"), Part(json_path="true.json", sampling_strategy="first:10%"))
    assert yaml.safe_load(mix_text(parts)) == {
        "datasets": [
            {"json_path": "a: b.json", "data_root": "#c", "sampling_strategy": "all"},
            {"json_path": "true.json", "sampling_strategy": "first:10%"},
        ]
    }


def test_all_parts_of_a_mix_are_loaded_with_their_videos_below_their_folders(tmp_path: Path) -> None:
    rows = [{"id": str(number), "video": f"{number}.mp4"} for number in range(4)]
    (tmp_path / "a.json").write_text(json.dumps(rows), "utf-8")
    (tmp_path / "b.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    (tmp_path / "mix.yaml").write_text(
        "# ours\ndatasets:\n  - json_path: 'a.json'\n    data_root: /data/\n    sampling_strategy: first:1\n"
        "  - json_path: b.jsonl\n    sampling_strategy: end:50%\n",
        "utf-8",
    )
    assert [row["video"] for row in load_mix(tmp_path / "mix.yaml")] == ["/data/0.mp4", "2.mp4", "3.mp4"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("datasets:\n  - json_path: a.json\n    sampling_strategy: most\n", "sampling_strategy"),
        ("datasets:\n  json_path: a.json\n", "datasets"),
        ("datasets:\n  - json_path: a.json\n    what is this\n", "line 4"),
        ("", "valid"),
        ("datasets:\n  - data_root: x\n", "json_path"),
    ],
)
def test_what_is_no_mix_is_refused_with_its_place(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "mix.yaml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=wrong):
        read_mix(tmp_path / "mix.yaml")
