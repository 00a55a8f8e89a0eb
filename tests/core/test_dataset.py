from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import Form, InstructionPair, Program, Turn
from dreamgen.core.streaming import PairStream


def pair(name: str, clip: str, form: Form = "open") -> InstructionPair:
    turns = (Turn(role="human", text="Who?"), Turn(role="assistant", text="Mara."))
    return InstructionPair(
        id=name, clip=clip, task="who", form=form, turns=turns, claims=("c1",), program=Program(name="who")
    )


CLIPS = tuple(
    Clip(id=name, video=MediaRef(path=f"{name}.mp4", sha256=name), fps=8, size=(64, 64), frames=16) for name in "xyz"
)
PAIRS = (pair("b", "y"), pair("c", "y", "region_dense"), pair("a", "x"))


@pytest.fixture(params=["held", "read"])
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """The same pairs, all in memory and read on every walk: nobody can tell."""
    pairs = PairStream.held(PAIRS) if request.param == "held" else PairStream([lambda: PAIRS[:2], lambda: PAIRS[2:]])
    groups = {"x": "story-1", "y": "story-2", "z": "story-1"}
    return Dataset(media=Path(), clips=CLIPS, pairs=pairs, groups=groups, splits={"story-2": "test"})


def test_everything_about_a_clip_is_in_the_split_of_its_story(dataset: Dataset) -> None:
    assert [dataset.split_of(clip.id) for clip in CLIPS] == ["train", "test", "train"]
    assert [pair.id for pair in dataset.within("test")] == ["b", "c"]
    assert [pair.id for pair in dataset.within("train")] == ["a"] and not [*dataset.within("validation")]


def test_clips_are_asked_about_in_their_own_order(dataset: Dataset) -> None:
    assert [*dataset.asked] == ["x", "y"] and len(dataset.asked) == 2 and "z" not in dataset.asked
    assert [pair.id for pair in dataset.asked["y"]] == ["b", "c"]
    assert [*dataset.asked.items()] == [("x", PAIRS[2:]), ("y", PAIRS[:2])]


def test_a_pair_about_no_clip_is_no_dataset(dataset: Dataset) -> None:
    short = Dataset(media=Path(), clips=CLIPS[:1], pairs=dataset.pairs)
    with pytest.raises(KeyError, match="y"):
        short.asked["x"]


def test_some_of_its_pairs_are_a_dataset_too(dataset: Dataset) -> None:
    assert tuple(dataset.only(lambda pair: pair.clip == "x").pairs) == PAIRS[2:]
    assert tuple(dataset.without({"region_dense"}).pairs) == PAIRS[::2]
    assert dataset.without({"caption"}) is dataset
