from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.calibration import Rate
from dreamgen.core.dataset import About
from dreamgen.core.lineage import Cost, ModelUsed, StageUsed
from dreamgen.core.receipts import Tally, Usage
from dreamgen.core.trusted import Recall, Trusted
from dreamgen.export.card import Told, card_of
from dreamgen.export.counts import Counts

DRAWN = Counts(
    pairs=12, clips=3, seconds=6.0, tasks=(("counting", 12),), forms=(("choice", 12),), weights=((0.9, 12),),
    origins=("dreamed",), dreamed=3,
)  # fmt: skip
SDXL = ModelUsed(
    name="stabilityai/stable-diffusion-xl-base-1.0", roles=("drew the pictures",), licence="CreativeML Open RAIL++-M",
    terms="Its use restrictions bind whoever uses the model",
)  # fmt: skip


def told(counts: Counts = DRAWN, about: dict[str, Any] | None = None, **more: Any) -> str:
    more = {"name": "Two coats", "config": "pairs-1", "splits": (("train", 12),), **more}
    return card_of(Told(counts=counts, about=About(version="0.1.0", **(about or {})), **more))


def test_a_dataset_without_models_says_that_it_needs_no_licence_of_anybody() -> None:
    text = told()
    assert "No model of anybody else had a part in it" in text
    assert "it is **unknown**, and must be told before it is published" in text
    assert "The dataset's own licence is cc-by-4.0." in told(license="cc-by-4.0")


def test_every_model_has_a_row_with_its_licence_and_what_that_asks() -> None:
    writer = ModelUsed(name="served_by|us", roles=("wrote the stories", "drafted questions"))
    text = told(about={"models": (SDXL, writer), "stages": (StageUsed(stage="render", backends=("diffusion",)),)})
    assert (
        "| stabilityai/stable-diffusion-xl-base-1.0 | drew the pictures | CreativeML Open RAIL++-M | "
        "Its use restrictions bind whoever uses the model |"
    ) in text
    assert "| served\\_by\\|us | wrote the stories; drafted questions | **unknown** | unknown |" in text
    assert "| render | diffusion |" in text


def test_what_was_dropped_is_told_by_its_reasons_and_adds_up() -> None:
    tallies = (
        Tally(what="claims", made=10, kept=7, dropped=(("not_visible", 1), ("wrong_colour", 2))),
        Tally(what="pairs", made=20, kept=15, dropped=(("repeated_text", 5),)),
    )
    text = told(about={"tallies": tallies})
    assert "| claims | 10 | 7 | 3 | 1 not\\_visible, 2 wrong\\_colour |" in text
    assert "| pairs | 20 | 15 | 5 | 5 repeated\\_text |" in text
    assert "3 of the pairs that were kept are not in this form" in text, "15 were kept, and 12 are here"


def test_splits_are_counted_and_what_is_held_out_is_for_evaluation() -> None:
    text = told(splits=(("train", 10), ("test", 2)))
    assert "| train | 10 |" in text and "| test | 2 |" in text
    assert "- Evaluation and validation on what is held out: test (2 pairs)." in text


def test_what_it_cost_is_told_where_it_is_known() -> None:
    assert "`dreamgen card RUN` tells" in " ".join(told().split())
    usage = (Usage(model="m", purpose="story/outline", calls=3, failed=1, tokens_in=1000, tokens_out=200),)
    cost = Cost(usage=usage, seconds=(("clip", 5400.0), ("verify-pixels", 30.0)), gpu_hours=1.25)
    text = " ".join(told(about={"cost": cost}).split())
    assert "| m | story/outline | 3 | 1 | 1000 | 200 |" in text and "1000 tokens in and 200 out" in text
    assert "took 1.5 hours of work in all, most of it for clip (1.5 hours), verify-pixels (30 seconds)." in text
    assert "GPUs were held for 1.25 hours, used or not." in text
    bare = told(about={"cost": Cost()})
    assert "No language or vision model was asked." in bare and "was not metered" in bare


def test_clips_that_were_made_here_are_told_apart_by_who_drew_them() -> None:
    text = told(DRAWN.model_copy(update={"generated": 2}), about={"signed": "3 clips are signed"})
    assert "| drawn by rule | 1 | http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia |" in text
    assert "| drawn by a model | 2 | http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia |" in text
    assert "3 clips are signed" in text and "not signed (C2PA)" not in text
    assert "The clips are not signed (C2PA)." in told()
    assert "biases of the pictures that it was trained on" in text


def test_a_dataset_of_footage_has_no_synthetic_clip_and_warns_of_real_persons() -> None:
    text = told(DRAWN.model_copy(update={"origins": ("found",), "dreamed": 0}), about={"licences": ("", "MIT")})
    assert "## Synthetic content" not in text and "- synthetic" not in text
    assert "- MIT: 1 video" in text and "- not told: 1 video" in text
    assert "may show real persons" in text


def test_limits_tell_how_many_pairs_are_wrong_and_whether_text_gives_answers_away() -> None:
    rate = Rate(value=0.012, low=0.001, high=0.034, n=50)
    text = told(about={"trusted": Trusted(vote=(), pairs=rate), "shortcuts": ("It guesses 30 % right.",)})
    assert "- About 1.2 % of the pairs are estimated to be wrong (95 % interval 0.1 % to 3.4 %)." in text
    assert "- Guessing without the video: It guesses 30 % right." in text
    assert "- How many of the pairs are wrong was not estimated." in told()
    assert "was not audited." in told()


def test_the_card_says_how_many_planted_wrong_pairs_the_filter_dropped() -> None:
    recall = Recall(kind="all", films=48, share=Rate(value=0.937, low=0.921, high=0.95, n=23456))
    text = told(about={"trusted": Trusted(vote=(), pairs=Rate(value=0.01, low=0.0, high=0.1, n=9), recalls=(recall,))})
    assert "Of 23456 wrong pairs that were planted among right ones in 48 other films" in text
    assert "the filter dropped 93.7 % (92.1 % to 95.0 %)" in text
    assert "planted" not in told(about={"trusted": Trusted(vote=(), pairs=recall.share)})


def test_no_heading_sticks_to_the_paragraph_above_it() -> None:
    tallies = (Tally(what="pairs", made=20, kept=15, dropped=(("repeated_text", 5),)),)
    lines = told(about={"tallies": tallies, "models": (SDXL,), "cost": Cost()}).splitlines()
    headings = [number for number, line in enumerate(lines) if line.startswith("#")]
    assert len(headings) > 10
    assert all(lines[number - 1] == "" and lines[number + 1] == "" for number in headings)


def test_the_hub_reads_the_front_matter() -> None:
    hub = pytest.importorskip("huggingface_hub")
    text = told(name='A "dataset": of # coats', license="cc-by-4.0", splits=(("train", 10), ("test", 2)))
    data = hub.DatasetCard(text).data
    assert isinstance(data, hub.DatasetCardData)
    assert (data.pretty_name, data.license, data.language) == ('A "dataset": of # coats', "cc-by-4.0", ["en"])
    assert data.size_categories == ["n<1K"] and data.annotations_creators == ["machine-generated"]
    assert data.task_categories == ["video-text-to-text", "visual-question-answering"]
    assert data.tags == ["synthetic", "video", "dreamgen"] and data.source_datasets == ["original"]
    files = [{"split": "train", "path": "train/**"}, {"split": "test", "path": "test/**"}]
    assert data.configs == [{"config_name": "pairs-1", "drop_labels": True, "data_files": files}]
