from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dreamgen.core.calibration import Rate
from dreamgen.core.trusted import Recall, Trusted
from dreamgen.review.report import write_report
from dreamgen.run.opened import open_run

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Checks that tags nest, and collects what the page refers to and says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.references += [value for name, value in attrs if name in ("src", "href") and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def text(finished: Path) -> str:
    return (finished / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_the_page_is_whole_and_needs_no_network(finished: Path, text: str) -> None:
    page = Page(text)
    assert page.open == []
    assert not re.search(r"https?://|@import|url\((?!data:image/jpeg;base64,)", text)
    assert all((finished / reference).is_file() for reference in page.references)


@pytest.mark.slow
def test_the_page_shows_every_shot_pair_and_reject(finished: Path, text: str) -> None:
    story = open_run(finished).story
    words = " ".join(Page(text).words)
    assert text.count("data:image/jpeg;base64,") == len(story.story.shots)
    for pair in story.pairs:
        assert pair.id in words
        assert " ".join(pair.turns[0].text.split()) in words
    for reason in {reject.reason for reject in story.rejects}:
        assert reason.replace("_", " ") in words
    for row in story.calibration:
        assert row.kind.replace("_", " ") in words
    assert "sensitivity" in words
    assert "receipt.json" in words


@pytest.mark.slow
def test_the_page_says_how_many_planted_wrong_pairs_the_filter_dropped(copied: Path, text: str) -> None:
    path = open_run(copied).story.folder / "calibration.json"
    trusted = Trusted.model_validate_json(path.read_text("utf-8"))
    kinds = ("place", "all")
    recalls = [Recall(kind=kind, films=9, share=Rate(value=0.71, low=0.6, high=0.8, n=90)) for kind in kinds]
    path.write_text(trusted.model_copy(update={"recalls": tuple(recalls)}).model_dump_json(), "utf-8")
    words = " ".join(Page(write_report(open_run(copied)).read_text("utf-8")).words)
    assert "Of 90 wrong pairs that were planted among right ones in 9 other films" in words
    assert words.count("71 %") >= 3, "in the sentence, of places and of all"
    assert "planted wrong pairs" not in " ".join(Page(text).words)


@pytest.mark.slow
def test_words_of_the_plot_are_never_markup(finished: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    path = open_run(run).story.folder / "story.json"
    path.write_text(path.read_text("utf-8").replace('"title": "', '"title": "<script>alert(1)</script>'), "utf-8")
    page = write_report(open_run(run)).read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.slow
def test_of_much_that_the_machine_could_not_do_some_is_told_and_the_rest_counted(
    finished: Path, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    receipt = json.loads((run / "receipt.json").read_text("utf-8"))
    receipt["strained"] = [f"clip {number}: HDR" for number in range(9)]
    (run / "receipt.json").write_text(json.dumps(receipt), "utf-8")
    words = " ".join(Page(write_report(open_run(run)).read_text("utf-8")).words)
    assert "clip 0: HDR; clip 1: HDR; clip 2: HDR; and 6 more in receipt.json" in words
