from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dreamgen.core.media import Footage
from dreamgen.core.pairs import Answer, Question, View
from dreamgen.engines.vision.model import VisionModel
from dreamgen.review.shortcuts import shortcut_view
from dreamgen.run import auditing
from dreamgen.run.auditing import SHORTCUTS, audit_run, audited
from dreamgen.run.opened import open_run


class Certain:
    """Says yes, and takes the first option, whatever it is shown; with the video it declines."""

    def answer(
        self, footage: Footage, questions: Sequence[Question], view: View, seed: int, kept: Path
    ) -> Iterator[Answer]:
        assert footage.video.is_file() and not any(name in footage.video.as_posix() for name in ("scene-", "film"))
        for question in questions:
            chances = (1.0, *(0.0 for _ in question.options[1:] or "n")) if view == "none" else ()
            yield Answer(about=question.about, chances=chances)


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.mark.slow
def test_a_run_knows_its_audit_until_its_pairs_change(copied: Path) -> None:
    pytest.importorskip("sklearn")
    found = audit_run(open_run(copied))
    assert audited(open_run(copied)) == found
    view = shortcut_view(open_run(copied))
    assert view is not None and view.sentences
    path = open_run(copied).story.folder / "pairs.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    assert audited(open_run(copied)) is None
    changed = shortcut_view(open_run(copied))
    assert changed is not None and not changed.sentences


@pytest.mark.slow
def test_a_model_that_answers_blind_is_counted_and_its_silence_is_wrong(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr(auditing, "answerer_of", lambda vision: Certain())
    found = audit_run(open_run(copied), vision=VisionModel(model="somebody"))
    blind, video = found.whole("yes_no", "blind"), found.whole("yes_no", "video")
    yes = [pair for pair in open_run(copied).pairs if pair.form == "yes_no" and pair.turns[-1].text == "Yes."]
    assert found.model == "somebody"
    assert blind is not None and blind.right == len(yes)
    assert video is not None and video.right == 0


def test_a_damaged_audit_is_told(copied: Path) -> None:
    (copied / SHORTCUTS).write_text("{", "utf-8")
    with pytest.raises(Exception, match="is damaged"):
        audited(open_run(copied))
