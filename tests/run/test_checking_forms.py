"""Every pair of a run is in each of its forms, or there is a reason why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.export.rules.known import TASKS, rules_of
from dreamgen.run import checking_forms, registry, rereading
from dreamgen.run.auditing import named
from dreamgen.run.checking_forms import UNMARKED, FormCheck, Wanted, check_form, check_forms
from dreamgen.run.exporting import DREAMFRAME, export_again, export_each
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import Choice, Recipe
from tests.decided import pair_of, write_run


def checked(run: Path, form: str) -> FormCheck:
    (found,) = check_forms(open_run(run), [form])
    return found


def rewrite(run: Path, change: Callable[[list[Any]], object]) -> None:
    path = run / "dataset/llava/train.json"
    rows = json.loads(path.read_text("utf-8"))
    change(rows)
    path.write_text(json.dumps(rows), "utf-8")


@pytest.mark.parametrize("form", [*registry.BACKENDS["export"], DREAMFRAME])
def test_every_form_has_rules(form: str) -> None:
    assert rules_of(form) is not None


def test_what_is_no_form_has_none() -> None:
    assert rules_of("package.module:Exporter") is None
    assert rules_of("files") is None and rules_of("../llava") is None


def test_a_form_has_every_pair_that_it_can_hold(one_shot: Path) -> None:
    found = checked(one_shot, "llava")
    marked = sum(pair.form.startswith("region_") for pair in open_run(one_shot).pairs)
    assert found.defects == () and found.rows == found.pairs == len(open_run(one_shot).pairs) - marked > 0
    assert dict(found.left_out) == ({UNMARKED: marked} if marked else {})
    assert found.delivered is None and found.loader == ""


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda rows: rows.pop(), "1 pair missing"),
        (lambda rows: rows.append(rows[0]), "1 pair twice in it"),
        (lambda rows: rows[0].update(id="nobody"), "1 row of no pair that was kept, such as nobody"),
        (lambda rows: rows[1].update(video="clips/none.mp4"), "train.json:2: names clips/none.mp4, which is not there"),
    ],
)
def test_a_lost_a_doubled_and_a_strange_row_are_told(
    one_shot_copy: Path, change: Callable[[list[Any]], object], what: str
) -> None:
    rewrite(one_shot_copy, change)
    assert any(what in told for told in checked(one_shot_copy, "llava").defects)


def test_pairs_that_no_loader_would_take_are_left_out_with_their_reason(one_shot_copy: Path) -> None:
    lost: list[dict[str, Any]] = []
    rewrite(one_shot_copy, lambda rows: lost.append(rows.pop()))
    line = {"what": lost[0]["id"], "kind": "pair", "stage": "export", "reason": "unreadable"}
    (one_shot_copy / "dataset/llava/refused.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    (one_shot_copy / "dataset/llava/provenance.jsonl").unlink()
    found = checked(one_shot_copy, "llava")
    assert found.defects == () and ("refused, unreadable", 1) in found.left_out


def test_of_all_pairs_some_are_in_memory_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_run(tmp_path / "run", tuple(pair_of(f"{clip}-where", clip=clip) for clip in "abcdef"))
    held: list[int] = []

    def noting(story: str, pairs: Sequence[InstructionPair]) -> tuple[InstructionPair, ...]:
        held.append(len(pairs))
        return named(story, pairs)

    monkeypatch.setattr(rereading, "TOGETHER", 2)
    monkeypatch.setattr(checking_forms, "named", noting)
    (found,) = check_forms(open_run(run), ["llava"])
    assert found.pairs == 6 and held == [2, 2, 2]


def test_a_form_of_clips_is_counted_by_clips(one_shot_copy: Path, one_shot_recipe: Recipe) -> None:
    pairs = open_run(one_shot_copy).pairs
    task = next(pair.task for pair in pairs if not pair.form.startswith("region_"))
    only = Choice(backend="hicom", options=(("tasks", [task]),))
    recipe = one_shot_recipe.model_copy(update={"export": (only,)})
    (one_shot_copy / "recipe.toml").write_text(recipe.toml(), "utf-8")
    export_again(open_run(one_shot_copy), ["hicom"])
    found = checked(one_shot_copy, "hicom")
    held = [pair for pair in pairs if pair.task == task]
    assert found.defects == () and (found.pairs, found.rows) == (len(held), len({pair.clip for pair in held}))
    assert sum(count for _, count in found.left_out) == len(pairs) - len(held)
    assert TASKS in dict(found.left_out)
    (one_shot_copy / "dataset/hicom/train.json").write_text("[]", "utf-8")
    assert any("0 rows for" in told for told in checked(one_shot_copy, "hicom").defects)


def test_a_story_is_no_dataset(one_shot_copy: Path) -> None:
    export_again(open_run(one_shot_copy), [DREAMFRAME])
    found = checked(one_shot_copy, DREAMFRAME)
    assert (found.defects, found.pairs, found.left_out, found.rows) == ((), 0, (), 1)
    assert (one_shot_copy / "dataset/dreamframe/prompt_bench/story_0.json").is_file()


def test_a_form_of_a_plugin_has_no_rules(tmp_path: Path) -> None:
    found = check_form("my.package:Mine", tmp_path, Wanted(frozenset({"p"})))
    assert not found.checked and found.notes == ("nobody here knows the rules of my.package:Mine",)


@pytest.mark.parametrize(
    ("loader", "defect", "note"),
    [
        (lambda folder: Loaded("lib 1.0", 1, True), "lib 1.0: 1 of {rows} rows arrived", ""),
        (lambda folder: int("x"), "its own loader fails: invalid literal", ""),
        (lambda folder: __import__("no_such_trainer"), "", "its own loader is not installed: No module named"),
    ],
)
def test_a_loader_that_drops_rows_or_fails_is_told(
    one_shot: Path, monkeypatch: pytest.MonkeyPatch, loader: Any, defect: str, note: str
) -> None:
    monkeypatch.setattr(checking_forms, "loader_of", lambda form: loader)
    found = checked(one_shot, "llava")
    told = defect.format(rows=found.rows)
    assert [told in one for one in found.defects] == ([True] if defect else [])
    assert [note in one for one in found.notes] == ([True] if note else [])


def test_what_can_not_be_written_does_not_stop_the_others(one_shot_copy: Path) -> None:
    made = dict(export_each(open_run(one_shot_copy), ["nothing", "llamavid"]))
    assert "unknown export backend 'nothing'" in str(made["nothing"])
    assert made["llamavid"] == one_shot_copy / "dataset/llamavid"


@pytest.mark.parametrize("form", [*registry.BACKENDS["export"], DREAMFRAME])
def test_the_documents_name_every_form(form: str) -> None:
    assert f"\n| `{form}` | " in (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
