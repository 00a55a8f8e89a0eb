from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.calibration import Calibration, Outcomes, Rate
from dreamgen.core.found import Excerpt, Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.trusted import Residual, Trusted, Voice
from dreamgen.export.huggingface import HuggingfaceExporter
from tests.datasets import dataset


def loaded(folder: Path, cache: Path) -> Any:
    datasets = pytest.importorskip("datasets")
    rows = datasets.load_dataset("videofolder", data_dir=str(folder), split="train", cache_dir=str(cache))
    # the paths are enough: decoding needs torchcodec
    return rows.cast_column("video", datasets.Video(decode=False))


def test_the_real_library_loads_every_row(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path, tmp_path: Path
) -> None:
    rows = loaded(HuggingfaceExporter().export(dataset(pairs, [clip], media), into), tmp_path / "cache")
    assert rows.num_rows == len(pairs)
    assert rows[0]["options"] == ["Blue", "Red", "Grey", "Green"] and rows[0]["answer_letter"] == "B"
    assert Path(rows[0]["video"]["path"]).name == "scene-01.mp4"
    assert [turn["role"] for turn in rows[3]["conversations"]] == ["human", "assistant"] * 2


def test_the_folder_loads_by_its_card_as_the_hub_would_load_it(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    folder = HuggingfaceExporter().export(dataset(pairs, [clip], media), into)
    rows = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert rows.num_rows == len(pairs) and "label" not in rows.column_names


def test_a_second_dataset_in_a_folder_of_the_same_name_does_not_load_as_the_first(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    for run, count in (("one", 4), ("two", 2)):
        (folder := tmp_path / run / "huggingface").mkdir(parents=True)
        HuggingfaceExporter().export(dataset(pairs[:count], [clip], media), folder)
        rows = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
        assert rows.num_rows == count


def test_the_card_counts_what_is_there(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> None:
    HuggingfaceExporter(name="Two coats").export(dataset(pairs, [clip], media), into)
    text = (into / "README.md").read_text("utf-8")
    assert "4 question-answer pairs about 1 clip (2 seconds of video)" in text
    assert "| attribute | 4 |" in text and "| dialogue | 1 |" in text
    assert 'pretty_name: "Two coats"' in text and "- synthetic" in text


def test_the_card_says_nothing_of_a_verifier_that_nobody_measured(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    HuggingfaceExporter().export(dataset(pairs, [clip], media), into)
    assert "No calibration was handed to the exporter." in (into / "README.md").read_text("utf-8")


def test_the_card_shows_the_calibration_that_it_is_given(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    cuts = Calibration(
        kind="cut", true=Outcomes(supported=49, refuted=1, unsure=10), false=Outcomes(refuted=30, unsure=10)
    )
    thoughts = Calibration(kind="speech", true=Outcomes(unsure=7), false=Outcomes(unsure=7))
    share = Rate(value=0.012, low=0.001, high=0.034, n=50)
    left = Residual(kind="cut", said=cuts.true, basis="reference", error=share)
    liar = Voice(name="liar", rows=(), findings=("says yes to 100% of false claims",), believed=False)
    whole = left.model_copy(update={"kind": "all"})
    trusted = Trusted(vote=(cuts, thoughts), voices=(liar,), residuals=(left, whole), pairs=share)
    HuggingfaceExporter().export(dataset(pairs, [clip], media, trusted=trusted), into)
    text = (into / "README.md").read_text("utf-8")
    assert text.startswith("---\n")
    assert "**About 1.2 % of these pairs are estimated to be wrong** (95 % interval 0.1 % to 3.4 %)" in text
    assert "Of 49 claims that were seen to hold 1.2 %" in text
    assert "measured on other films, whose truth is known" in text
    assert "**The verifier liar says yes to 100% of false claims.** It was not heard." in text
    assert "| cut | 0.80 | 50 of 60 | 0.98 | 30 of 40 | 1.00 | 1.2 % |" in text
    assert "| speech | 0.00 | 0 of 7 | – | 0 of 7 | – | – |" in text
    supposed = trusted.model_copy(update={"residuals": (whole.model_copy(update={"basis": "run"}),)})
    (other := into.parent / "other").mkdir()
    HuggingfaceExporter().export(dataset(pairs, [clip], media, trusted=supposed), other)
    assert "**At most about 1.2 % of these pairs" in (other / "README.md").read_text("utf-8")


def test_the_card_tells_of_pictures_that_a_model_drew(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    HuggingfaceExporter().export(dataset(pairs, [clip.model_copy(update={"pictures": "generated"})], media), into)
    assert "(1 of 1 clips)" in (into / "README.md").read_text("utf-8")


def test_the_card_says_who_wrote_the_stories_and_whom_the_cast_resembles(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    people = ("Gerard Butler", "*Natalie* <b>Portman\n# Me")
    HuggingfaceExporter().export(dataset(pairs, [clip], media, writer="openai:gpt-5-mini", likenesses=people), into)
    text = (into / "README.md").read_text("utf-8")
    assert "A language model, openai:gpt-5-mini, wrote the stories." in text
    assert "are unverified, and are not among the pairs" in " ".join(text.split())
    assert "**Contains likenesses of real persons: Gerard Butler, \\*Natalie\\* \\<b\\>Portman \\# Me.**" in text


def test_the_card_says_where_stories_come_from_that_were_brought_in(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    HuggingfaceExporter().export(dataset(pairs, [clip], media, source="DreamFrame's story file"), into)
    text = (into / "README.md").read_text("utf-8")
    assert "written elsewhere and brought in: DreamFrame's story file." in text
    assert "language model" not in text


def test_the_card_of_a_plot_that_rules_planned_names_no_model(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    HuggingfaceExporter().export(dataset(pairs, [clip], media), into)
    text = (into / "README.md").read_text("utf-8")
    assert "language model" not in text
    assert "likeness" not in text


def test_the_card_of_footage_says_what_it_is_and_under_which_licences(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    found = clip.model_copy(update={"origin": "found", "excerpt": Excerpt(source="a", start=0, end=2)})
    sources = tuple(
        Source(id=name, name=f"{name}.mp4", sha256="0", seconds=2, size=(96, 64), fps=12, licence=licence)
        for name, licence in (("a", ""), ("b", "MIT"))
    )
    share = Rate(value=0.0001, low=0.0, high=0.034, n=4)
    trusted = Trusted(vote=(), pairs=share, provided="they err here as there")
    HuggingfaceExporter().export(dataset(pairs, [found], media, sources=sources, trusted=trusted), into)
    text = " ".join((into / "README.md").read_text("utf-8").split())
    assert 'pretty_name: "Annotated videos"' in text and "The videos are footage that dreamgen did not make" in text
    assert "- not told: 1 video" in text
    assert "MIT" not in text, "no clip of it is here"
    assert "**About <0.1 % of these pairs are estimated to be wrong, if they err here as there**" in text
    assert "interval 0.0 % to 3.4 %" in text
    for wrong in ("- synthetic", "- original", "drawings", "No calibration", "of a story"):
        assert wrong not in text
