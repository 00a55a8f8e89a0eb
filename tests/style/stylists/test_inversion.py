import shutil
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Asset, LearnedWord, MediaRef, Style
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.word_files import read_vectors
from dreamgen.errors import MissingExtra, UsageError
from dreamgen.style.learning import worded
from dreamgen.style.stylists.inversion import InversionStylist

STORY = Story(id="s", title="s", overview="", plot="", seed=1, cast=(), locations=(), acts=())
STYLE = Style(name="Ink Wash", words="soft washes")


@pytest.fixture
def stylist(model: Path, images: Path, tmp_path: Path) -> InversionStylist:
    return InversionStylist(
        diffusion=Checkpoint(model=str(model)), images=str(images), work=str(tmp_path / "work"),
        steps=2, side=64, accumulate=1, evaluations=1, keep=0, checkpointing=False,
    )  # fmt: skip


def test_a_word_is_learned_and_stands_among_the_style_s_words(stylist: InversionStylist, tmp_path: Path) -> None:
    settled = stylist.settle(STYLE, STORY, tmp_path / "story")

    assert settled.learned is not None and isinstance(settled.learned.file, MediaRef)
    assert settled.learned.word == "<ink-wash>"
    assert settled.words == "in <ink-wash> style, soft washes"
    assert settled.learned.file.path == "style/ink-wash.safetensors"
    assert read_vectors(tmp_path / "story" / settled.learned.file.path).first.shape == (1, 32)


def test_another_story_finds_the_style_learned(
    stylist: InversionStylist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stylist.settle(STYLE, STORY, tmp_path / "one")
    monkeypatch.setattr("dreamgen.engines.diffusion.training.study._model", None)  # nothing is loaded again

    second = stylist.settle(STYLE, STORY, tmp_path / "two")

    assert second == first
    assert (tmp_path / "two" / "style" / "ink-wash.safetensors").is_file()


def test_pictures_that_lie_elsewhere_are_the_same_pictures(
    stylist: InversionStylist, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stylist.settle(STYLE, STORY, tmp_path / "one")
    shutil.copytree(images, tmp_path / "moved")
    monkeypatch.setattr("dreamgen.engines.diffusion.training.study._model", None)

    assert stylist.model_copy(update={"images": str(tmp_path / "moved")}).settle(STYLE, STORY, tmp_path) == first


def test_a_word_that_the_style_brings_along_stays(stylist: InversionStylist, tmp_path: Path) -> None:
    style = STYLE.model_copy(update={"learned": LearnedWord(word="ink", file=Asset(where="/ink.safetensors"))})

    assert stylist.settle(style, STORY, tmp_path) == style


def test_trainings_live_in_the_user_s_cache_unless_told_otherwise(
    stylist: InversionStylist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    stylist.model_copy(update={"work": None}).settle(STYLE, STORY, tmp_path / "story")

    assert [path.name for path in (tmp_path / "cache" / "dreamgen" / "styles").rglob("training.json")]


def test_where_trainings_live_shapes_no_key() -> None:
    assert "work" not in InversionStylist(work="/somewhere").model_dump()


def test_an_empty_folder_shows_before_anything_is_made(stylist: InversionStylist, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(UsageError, match="holds no pictures"):
        stylist.model_copy(update={"images": str(tmp_path / "empty")}).ready()


def test_a_missing_library_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.style.learning.find_spec", lambda name: None if name == "torch" else name)

    with pytest.raises(MissingExtra, match="the stylist 'inversion' needs torch") as caught:
        InversionStylist()

    assert 'pip install "dreamgen[diffusion]"' in caught.value.hint


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("soft washes", "in ink style, soft washes"),
        ("soft ink washes", "soft ink washes"),
        ("inky washes", "in ink style, inky washes"),
        ("<ink> washes", "in ink style, <ink> washes"),
    ],
)
def test_the_word_comes_into_the_words_once(words: str, expected: str) -> None:
    assert worded("ink", words) == expected


def test_options_of_the_registry_build_it(model: Path) -> None:
    from dreamgen.run.recipe import read_recipe

    changes = [f"diffusion.model={model}", "style.backend=inversion", "style.steps=7", "style.word=ink"]
    built: Any = read_recipe("storyboard", changes).build("style")

    assert (built.steps, built.word, built.diffusion.model, built.side) == (7, "ink", str(model), 768)
