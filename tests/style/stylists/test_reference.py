from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.media import Asset, MediaRef, Style
from dreamgen.core.story import Location, Story
from dreamgen.engines.diffusion import studio
from dreamgen.engines.diffusion.orders import Drawing
from dreamgen.engines.files import refer
from dreamgen.engines.pictures import read_picture
from dreamgen.errors import ModelError, UsageError
from dreamgen.style.stylists.reference import ReferenceStylist

STYLE = Style(name="mine", words="soft washes", negative="photo")


def story(*places: str) -> Story:
    locations = tuple(Location(id=f"place-{number}", name=name, set="town") for number, name in enumerate(places))
    return Story(id="s", title="s", overview="", plot="", seed=1, cast=(), locations=locations, acts=())


class Painter:
    """Stands for a studio: draws plain colours, red last, and remembers what it was asked."""

    def __init__(self, broken: bool = False) -> None:
        self.asked: list[Any] = []
        self.broken = broken

    def sampling_for(self, sampling: Any) -> Any:
        return sampling

    def draw(self, orders: Any, sampling: Any) -> Any:
        for index, order in enumerate(orders):
            self.asked.append(order)
            colour = (0, 0, 250) if index == 2 else (250, 250, 0)
            picture = np.full((64, 64, 3), colour, np.uint8)
            yield Drawing(index, None if self.broken else picture, 1)


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    painter = Painter()
    monkeypatch.setattr("dreamgen.style.drawing.open_studio", lambda checkpoint: painter)
    return painter


def test_the_story_s_places_are_drawn_when_there_are_enough(
    painter: Painter, quick: dict[str, Any], tmp_path: Path
) -> None:
    ReferenceStylist(**quick).settle(STYLE, story("the mill", "the pond", "the hill", "the inn"), tmp_path)

    assert [order.prompt for order in painter.asked] == [
        "the mill, soft washes", "the pond, soft washes", "the hill, soft washes"
    ]  # fmt: skip
    assert {order.negative for order in painter.asked} == {"photo"}


def test_our_places_are_drawn_when_the_story_has_too_few(
    painter: Painter, quick: dict[str, Any], tmp_path: Path
) -> None:
    ReferenceStylist(**{**quick, "places": 12, "each": 5}).settle(STYLE, story("the mill"), tmp_path)

    assert len(painter.asked) == 60
    assert len({order.seed for order in painter.asked}) == 60
    assert len({order.prompt for order in painter.asked}) == 12
    assert all("mill" not in order.prompt for order in painter.asked)


def test_more_places_than_there_are_is_an_error(painter: Painter, quick: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has 12 places, and 13 are wanted"):
        ReferenceStylist(**{**quick, "places": 13}).settle(STYLE, story("the mill"), tmp_path)


def test_the_most_typical_picture_is_the_reference(painter: Painter, quick: dict[str, Any], tmp_path: Path) -> None:
    settled = ReferenceStylist(**quick).settle(STYLE, story(), tmp_path)
    both = ReferenceStylist(**quick, held=2).settle(STYLE, story(), tmp_path)

    (reference,) = settled.references
    assert reference == refer(tmp_path / "style/references/01-a-village-square-with-people-1.png", tmp_path)
    assert both.references[0] == reference and len(both.references) == 2
    assert read_picture(tmp_path / "style/references/03-a-narrow-street-at-night-1.png")[0, 0].tolist() == [0, 0, 250]


def test_pictures_of_an_interrupted_run_are_kept(painter: Painter, quick: dict[str, Any], tmp_path: Path) -> None:
    first = ReferenceStylist(**quick).settle(STYLE, story(), tmp_path / "one")
    kept = sorted((tmp_path / "work").rglob("*.png"))
    kept[1].unlink()
    painter.asked.clear()

    again = ReferenceStylist(**quick).settle(STYLE, story(), tmp_path / "two")

    assert len(painter.asked) == 1
    assert again.references == first.references


def test_references_that_a_style_brings_along_stay(painter: Painter, quick: dict[str, Any], tmp_path: Path) -> None:
    style = STYLE.model_copy(update={"references": (Asset(where="/a.png"),)})

    assert ReferenceStylist(**quick).settle(style, story(), tmp_path).references == style.references
    assert painter.asked == []


def test_broken_numbers_are_an_error(quick: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.style.drawing.open_studio", lambda checkpoint: Painter(broken=True))

    with pytest.raises(ModelError, match="broken numbers for the style's picture 01-a-village"):
        ReferenceStylist(**quick).settle(STYLE, story(), tmp_path)


def test_references_need_somebody_who_follows_them(quick: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="names no style adapter"):
        ReferenceStylist(**quick).ready()
    followed = quick["diffusion"].model_copy(update={"style_adapter": "ip.safetensors"})
    ReferenceStylist(**{**quick, "diffusion": followed}).ready()


def test_a_learned_word_and_loras_of_the_style_are_drawn_with(
    painter: Painter, quick: dict[str, Any], tmp_path: Path
) -> None:
    from dreamgen.core.media import LearnedWord, StyleLora

    (tmp_path / "a.safetensors").write_bytes(b"")
    file = Asset(where=str(tmp_path / "a.safetensors"))
    style = STYLE.model_copy(
        update={"learned": LearnedWord(word="ink", file=file), "loras": (StyleLora(file=file, weight=0.5),)}
    )

    ReferenceStylist(**quick).settle(style, story(), tmp_path)

    assert painter.asked[0].words[0].word == "ink" and painter.asked[0].loras[0].weight == 0.5


def test_a_real_studio_draws_them(quick: dict[str, Any], tmp_path: Path) -> None:
    settled = ReferenceStylist(**quick).settle(STYLE, story(), tmp_path)

    (reference,) = settled.references
    assert isinstance(reference, MediaRef)
    assert read_picture(tmp_path / reference.path).shape == (64, 64, 3)
    assert studio.open_studio(quick["diffusion"]) is studio.open_studio(quick["diffusion"])
