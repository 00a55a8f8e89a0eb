from pathlib import Path

import pytest

from dreamgen.core.media import Asset, Brush, LearnedWord, Style, StyleLora
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.training.course import Course, Method
from dreamgen.engines.diffusion.training.inversion import Inversion
from dreamgen.style.book import read_style
from dreamgen.style.packing import write_pack
from dreamgen.style.stylists.lora import LoraStylist


def course(method: Method) -> Course:
    return Course("ink", (), (), (), Checkpoint(), method)


@pytest.fixture
def base(tmp_path: Path) -> Style:
    """A style that has everything."""
    files = {name: Asset(where=str(tmp_path / name)) for name in ("a.safetensors", "b.pt", "c.png")}
    for name in files:
        (tmp_path / name).write_bytes(b"")
    return Style(
        name="base", words='a "soft" wash', negative="photo", palette=("#ffffff",), painter="noir",
        brush=Brush(outline=0.5), loras=(StyleLora(file=files["a.safetensors"], weight=0.3),),
        learned=LearnedWord(word="old", file=files["b.pt"]), references=(files["c.png"],),
        scheduler="euler", guidance=0.0,
    )  # fmt: skip


def test_a_pack_has_all_of_the_style_that_it_builds_on(base: Style, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ink.safetensors").write_bytes(b"")

    write_pack(tmp_path / "out" / "ink.toml", course(LoraStylist(weight=0.7)), "ink.safetensors", base)

    style = read_style(str(tmp_path / "out" / "ink.toml"))
    kept = {"negative", "palette", "painter", "brush", "scheduler", "guidance"}
    assert style.model_dump(include=kept) == base.model_dump(include=kept)
    assert [(Path(lora.file.where).name, lora.weight) for lora in style.loras if isinstance(lora.file, Asset)] == [
        ("a.safetensors", 0.3), ("ink.safetensors", 0.7)
    ]  # fmt: skip
    assert style.learned is not None and style.learned.word == "old"
    assert style.words == 'in old style, in ink style, a "soft" wash'
    assert len(style.references) == 1


def test_a_learned_word_takes_its_place(base: Style, tmp_path: Path) -> None:
    (tmp_path / "ink.safetensors").write_bytes(b"")

    write_pack(tmp_path / "ink.toml", course(Inversion()), "ink.safetensors", base)

    style = read_style(str(tmp_path / "ink.toml"))
    assert style.learned is not None and style.learned.word == "ink"
    assert len(style.loras) == 1
