from pathlib import Path

import pytest

from dreamgen.core.media import Brush
from dreamgen.errors import UsageError
from dreamgen.style.book import read_pack, read_style, style_names

PAINTERS = ("cutout", "flat", "noir", "watercolor")
OURS = (
    "anime", "blueprint", "comic", "crayon", "cutout", "engraving", "flat", "gouache", "ink-wash", "noir", "oil",
    "pastel", "pixel", "poster", "riso", "sepia", "watercolor", "woodblock",
)  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_our_packs_are_whole(name: str) -> None:
    pack = read_pack(name)

    assert name in style_names()
    assert pack.description[0].isupper() and "." not in pack.description
    assert pack.negative
    assert len(pack.palette) >= 5
    assert read_style(name).name == name
    assert read_style(name).words == pack.words


@pytest.mark.parametrize("name", PAINTERS)
def test_each_painter_has_a_pack_that_leaves_it_as_it_is(name: str) -> None:
    assert read_style(name).painter == name
    assert read_style(name).brush == Brush()


def test_no_two_packs_paint_alike() -> None:
    hands = [(read_style(name).painter, read_style(name).brush) for name in OURS]

    assert len(set(hands)) == len(OURS)


def test_an_unknown_style_lists_the_choices() -> None:
    with pytest.raises(UsageError, match="unknown style 'watercolour'") as caught:
        read_style("watercolour")

    assert "Did you mean 'watercolor'?" in caught.value.hint
    assert ", ".join(OURS) in caught.value.hint


def test_a_pack_in_the_working_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "noir.toml").write_text('description = "Mine"\nwords = "my own"\npainter = "noir"\n')
    (tmp_path / "styles" / "night.toml").write_text('description = "Night"\nwords = "dark"\n')
    monkeypatch.chdir(tmp_path)

    assert read_style("noir").words == "my own"
    assert style_names() == tuple(sorted((*OURS, "night")))


def test_a_pack_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('description = "Mine"\nwords = "my own"\npainter = "cutout"\n')

    style = read_style(str(tmp_path / "mine.toml"))

    assert (style.name, style.words, style.painter) == ("mine", "my own", "cutout")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('description = "x"\nwords = "y"\npalete = []', "unknown key 'palete'", "Did you mean 'palette'?"),
        ('description = "x"', "has no 'words'", "Keys: description, words"),
        (
            'description = "x"\nwords = "y"\npainter = "oil"',
            "painter can't be 'oil'",
            "painters are watercolor, flat, cutout, noir",
        ),
        ('description = "x"\nwords = "y"\npalette = ["red"]', "palette.0 can't be 'red'", "#"),
        ('description = "x"\nwords = ""', "words can't be ''", "at least 1 character"),
        ("description = x", "is not TOML", "Compare"),
        ('description = "x"\nwords = "y"\n[brush]\noutlin = 2', "unknown key 'brush.outlin'", "brush.outline"),
        ('description = "x"\nwords = "y"\n[brush]\noutline = 99', "brush.outline can't be 99", "less than or equal"),
        ('description = "x"\nwords = "y"\n[brush]\ntones = ["red", "#ffffff"]', "brush.tones.0 can't be 'red'", "#"),
        (
            'description = "x"\nwords = "y"\n[learned]\nword = "<x>"',
            "has no 'learned.file'",
            "learned.word, learned.file",
        ),
        ('description = "x"\nwords = "y"\nguidance = -1', "guidance can't be -1", "greater than or equal"),
    ],
)
def test_a_mistake_in_a_pack_is_named_with_its_file(tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)

    with pytest.raises(UsageError) as caught:
        read_style(str(path))

    assert str(path) in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint
