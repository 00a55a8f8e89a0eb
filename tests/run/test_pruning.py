from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.receipts import Reject
from dreamgen.metrics.shortcuts.audit import Leak
from dreamgen.run import pruning
from dreamgen.run.auditing import audited, named
from dreamgen.run.journal import lines
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.pruned import PRUNED, without_pruned

Contents = Callable[[Path], dict[str, bytes]]


def rows_of(run: Path) -> set[str]:
    """Ids of the pairs in the dataset."""
    lines = (run / "dataset" / "huggingface" / "train" / "metadata.jsonl").read_text("utf-8").split("\n")
    return {json.loads(line)["id"] for line in lines if line}


@pytest.mark.slow
def test_pruned_pairs_leave_the_dataset_and_stay_out_and_the_books_add_up(
    finished: Path, plot: Path, tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    before = open_run(folder)
    (leaky,) = [pair for pair in named(before.story.folder.name, before.story.pairs) if pair.options][:1]
    told = Leak(
        pair=leaky.id, clip=leaky.clip, task=leaky.task, question=leaky.turns[0].text, answer="A", bias=0.9, chance=0.25
    )
    monkeypatch.setattr(pruning, "prune", lambda *_: (told,))
    done = pruning.prune_run(before)
    after = open_run(folder)
    left = {pair.id for pair in after.story.pairs}
    gone = {pair.id for pair in before.story.pairs} - left
    assert {line.what for line in done.dropped} == gone
    assert [line.reason for line in done.dropped if leaky.id.endswith(line.what)] == ["text_answers_it"]
    assert {line.what for line in after.story.rejects} >= gone
    assert after.receipt is not None
    (tally,) = (one for one in after.receipt.tallies if one.what == "pairs")
    assert tally.kept == len(left) and tally.made == tally.kept + sum(count for _, count in tally.dropped)
    assert dict(tally.dropped)["text_answers_it"] == 1
    assert rows_of(finished) - rows_of(folder) == {leaky.id, *(f"{after.story.folder.name}-{name}" for name in gone)}
    assert audited(after) is not None

    pruned = contents(folder)
    dream(plot, after.recipe, folder)
    assert contents(folder) == pruned


def test_only_what_was_pruned_is_left_out(tmp_path: Path) -> None:
    from tests.metrics.shortcuts.planted import dataset

    pairs = dataset("none", 1, clips=2)
    line = Reject(what=pairs[1].id, kind="pair", stage="screen", reason="text_answers_it")
    other = Reject(what="gone-already", kind="pair", stage="screen", reason="text_answers_it")
    (tmp_path / PRUNED).write_text(lines((line, other)), "utf-8")
    left, gone = without_pruned(tmp_path, pairs)
    assert left == (pairs[0], *pairs[2:])
    assert gone == (line,)


def test_a_run_that_is_not_finished_is_not_pruned(finished: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    (folder / "receipt.json").unlink()
    with pytest.raises(Exception, match="is not finished"):
        pruning.prune_run(open_run(folder))
