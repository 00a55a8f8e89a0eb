"""What every stylist must do."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.contracts import Stylist
from dreamgen.core.media import Style
from dreamgen.core.story import Character, Location, Prop, Story, Trait
from dreamgen.style.stylists.inversion import InversionStylist
from dreamgen.style.stylists.lora import LoraStylist
from dreamgen.style.stylists.palette import PaletteStylist
from dreamgen.style.stylists.reference import ReferenceStylist

TAUGHT = {"steps": 1, "side": 64, "accumulate": 1, "evaluations": 1, "keep": 0, "checkpointing": False}
STYLISTS: dict[Any, dict[str, Any]] = {
    PaletteStylist: {},
    ReferenceStylist: {},
    InversionStylist: TAUGHT,
    LoraStylist: {**TAUGHT, "rank": 1},
}
"""Every stylist, with options that make it quick."""


@pytest.fixture(params=STYLISTS, ids=lambda kind: str(kind.__name__))
def kind(request: pytest.FixtureRequest) -> Any:
    """Makes the stylist."""
    options = STYLISTS[request.param]
    drawing = {} if request.param is PaletteStylist else request.getfixturevalue("quick")
    return partial(request.param, **drawing, **options)


@pytest.fixture
def story() -> Story:
    return Story(
        id="lantern",
        title="The lantern",
        overview="",
        plot="",
        seed=1,
        cast=(
            Character(id="mara", name="Mara", kind="woman", traits=(Trait(slot="top", value="coat", colour="red"),)),
            Character(
                id="tomi",
                name="Tomi",
                kind="boy",
                traits=(Trait(slot="hair", value="brown"), Trait(slot="top", value="shirt", colour="navy")),
            ),
        ),
        props=(Prop(id="book", name="a book", kind="book", colour="red"), Prop(id="key", name="a key", kind="key")),
        locations=(Location(id="woods", name="the woods", set="forest"),),
        acts=(),
    )


@pytest.fixture
def style() -> Style:
    return Style(name="mine", words="soft", negative="hard", palette=("#ffffff", "#000000"), painter="noir")


def test_a_settled_style_is_still_that_style(kind: Any, story: Story, style: Style, tmp_path: Path) -> None:
    stylist: Stylist = kind()

    settled = stylist.settle(style, story, tmp_path)

    assert (settled.name, settled.painter, settled.negative) == (style.name, style.painter, style.negative)
    assert settled.palette[: len(style.palette)] == style.palette


def test_settling_twice_gives_the_same(kind: Any, story: Story, style: Style, tmp_path: Path) -> None:
    settled = kind().settle(style, story, tmp_path)

    assert kind().settle(style, story, tmp_path) == settled
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert file.is_relative_to(tmp_path / "style") or file.is_relative_to(tmp_path / "work")
    assert kind().settle(settled, story, tmp_path) == settled


def test_the_palette_has_what_the_story_wears_and_owns_once(story: Story, style: Style, tmp_path: Path) -> None:
    settled = PaletteStylist().settle(style, story, tmp_path)

    assert settled.palette == ("#ffffff", "#000000", "#cf3b35", "#2f3f6b")
    assert list(tmp_path.iterdir()) == []
