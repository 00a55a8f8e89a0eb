from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.core.brief import Brief
from dreamgen.review.report import write_report
from dreamgen.run.carrying import sources
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Choice, Recipe, read_recipe
from dreamgen.run.watch import Watch

Contents = Callable[[Path], dict[str, bytes]]
Tiny = tuple[str, ...]


class Diary(Watch):
    def __init__(self) -> None:
        self.made_items: list[tuple[str, str]] = []

    def made(self, stage: str, item: str) -> None:
        self.made_items.append((stage, item))


def story_folder(run: Path) -> Path:
    return open_run(run).story.folder


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(
    plot: Path, finished: Path, tiny: Tiny, contents: Contents, tmp_path: Path
) -> None:
    changes = [word for change in tiny for word in ("--set", change)]
    assert CliRunner().invoke(app, ["story", str(plot), "--out", str(tmp_path), *changes]).exit_code == 0
    again = contents(tmp_path)
    assert again == contents(finished)
    assert {"report.html", f"stories/{story_folder(tmp_path).name}/contact.jpg"} <= again.keys()


@pytest.mark.slow
def test_however_many_processes_look_the_verdicts_are_the_same(
    one_shot_plot: Brief, one_shot_recipe: Recipe, one_shot: Path, tmp_path: Path
) -> None:
    found = []
    for workers in (1, 2):
        run = Path(shutil.copytree(one_shot, tmp_path / str(workers)))
        looking = Choice(backend="pixels", options=(("workers", workers),))
        dream(one_shot_plot, one_shot_recipe.model_copy(update={"verify": (looking,)}), run, "verify")
        found.append(open_run(run).story.verdicts)
    assert found[0] == found[1]
    assert any(verdict.outcome == "supported" for verdict in found[0].values())


@pytest.mark.slow
def test_a_second_run_makes_nothing_and_changes_nothing(plot: Path, tiny: Tiny, finished: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()}
    diary = Diary()
    dream(plot, read_recipe("storyboard", tiny), finished, watch=diary)
    write_report(open_run(finished))
    assert diary.made_items == []
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_change_remakes_only_what_depends_on_it(plot: Path, tiny: Tiny, copied: Path) -> None:
    diary = Diary()
    dream(plot, read_recipe("storyboard", [*tiny, "qa.pairs_per_minute=20"]), copied, "qa", diary)
    assert {stage for stage, _ in diary.made_items} == {
        "qa-programs",
        "screen-duplicates",
        "screen-priors",
        "screen-balance",
    }


@pytest.mark.slow
def test_the_books_add_up(finished: Path) -> None:
    story = open_run(finished).story
    assert story.receipt is not None
    claims, pairs = story.receipt.tallies
    for tally, kind in ((claims, "claim"), (pairs, "pair")):
        lines = [reject for reject in story.rejects if reject.kind == kind]
        assert tally.made == tally.kept + len(lines)
        assert dict(tally.dropped) == {r: sum(line.reason == r for line in lines) for r in {x.reason for x in lines}}
    assert claims.made == len(story.claims) == len(story.verdicts)
    assert pairs.kept == len(story.pairs) > 0
    text = [reject for reject in story.rejects if reject.kind == "text"]
    assert len(text) == len(story.story.notes)


@pytest.mark.slow
def test_no_pair_rests_on_a_claim_that_fell(finished: Path) -> None:
    story = open_run(finished).story
    fallen = {(reject.clip, reject.what) for reject in story.rejects if reject.kind == "claim"}
    for pair in story.pairs:
        for claim in pair.claims:
            assert (pair.clip, claim) in story.claims
            assert (pair.clip, claim) not in fallen


@pytest.mark.slow
def test_the_verifier_was_measured_on_true_claims_and_on_false_ones(finished: Path) -> None:
    story = open_run(finished).story
    *scenes, film = story.clips.values()
    claims = {
        clip.id: [claim for (where, _), claim in story.claims.items() if where == clip.id] for clip in (*scenes, film)
    }
    carried = sources(scenes, film, claims)
    asked = [claim for (clip, name), claim in story.claims.items() if clip != "film" or name not in carried]
    assert sum(row.true.n for row in story.calibration) == len(asked)
    assert any(clip == "film" and name not in carried for clip, name in story.claims), "the film adds none"
    in_scenes = sum(line.clip != "film" for line in story.twins)
    assert in_scenes < sum(row.false.n for row in story.calibration) <= len(story.twins)
    true = {(clip, claim.id) for (clip, _), claim in story.claims.items()}
    assert not {(line.clip, line.twin.id) for line in story.twins} & true


@pytest.mark.slow
def test_every_file_of_the_receipt_is_there_with_its_bytes(finished: Path) -> None:
    from dreamgen.run.disk import sha256

    run = open_run(finished)
    assert run.receipt is not None and run.story.receipt is not None
    for folder, made in ((run.folder, run.receipt.made), (run.story.folder, run.story.receipt.made)):
        refs = [ref for one in made for ref in one.outputs]
        assert refs
        assert all(sha256(folder / ref.path) == ref.sha256 for ref in refs)


@pytest.mark.slow
def test_stopping_early_leaves_no_receipt(plot: Path, tiny: Tiny, tmp_path: Path) -> None:
    dream(plot, read_recipe("storyboard", tiny), tmp_path, "plan")
    folder = story_folder(tmp_path)
    assert (folder / "style.json").is_file()
    assert not (folder / "keyframes").exists()
    assert not (folder / "receipt.json").exists()


@pytest.mark.slow
def test_another_seed_takes_the_old_receipt_away(plot: Path, tiny: Tiny, copied: Path) -> None:
    assert (copied / "receipt.json").is_file()
    dream(plot, read_recipe("storyboard", [*tiny, "seed=5"]), copied, "plan")
    folder = story_folder(copied)
    assert not (copied / "receipt.json").exists()
    assert not (folder / "receipt.json").exists()
    assert not (folder / "pairs.jsonl").exists()


@pytest.mark.slow
def test_a_form_that_the_recipe_drops_is_cleared_away(plot: Path, tiny: Tiny, copied: Path) -> None:
    assert len(list((copied / "dataset").iterdir())) > 1
    dream(plot, read_recipe("storyboard", [*tiny, 'export=["llava"]']), copied)
    assert [path.name for path in (copied / "dataset").iterdir()] == ["llava"]
    (copied / "dataset/mine").mkdir()
    assert open_run(copied).datasets == (copied / "dataset/llava",)
