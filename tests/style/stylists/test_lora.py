from pathlib import Path

import pytest

from dreamgen.core.media import Asset, MediaRef, Style, StyleLora
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.errors import MissingExtra
from dreamgen.style.stylists.lora import LoraStylist

STORY = Story(id="s", title="s", overview="", plot="", seed=1, cast=(), locations=(), acts=())
OTHER = StyleLora(file=Asset(where="owner/model/detail.safetensors"), weight=0.3)


@pytest.fixture
def stylist(model: Path, images: Path) -> LoraStylist:
    return LoraStylist(
        diffusion=Checkpoint(model=str(model)), images=str(images), work="", word="ink",
        steps=2, side=64, rank=1, evaluations=1, keep=0, checkpointing=False,
    )  # fmt: skip


def test_a_lora_is_learned_beside_those_that_the_style_brings_along(stylist: LoraStylist, tmp_path: Path) -> None:
    settled = stylist.settle(Style(name="mine", words="soft", loras=(OTHER,)), STORY, tmp_path)

    assert settled.loras[0] == OTHER
    learned = settled.loras[1]
    assert isinstance(learned.file, MediaRef) and learned.file.path == "style/ink.safetensors"
    assert learned.weight == 0.6
    assert settled.words == "in ink style, soft"
    assert stylist.settle(settled, STORY, tmp_path) == settled


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.style.learning.find_spec", lambda name: None if name == "peft" else name)

    with pytest.raises(MissingExtra, match="the stylist 'lora' needs peft"):
        LoraStylist()
