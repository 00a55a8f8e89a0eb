from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dreamgen.core.media import Asset, Brush, Style
from dreamgen.errors import UsageError
from dreamgen.style.book import read_style
from dreamgen.style.pack import StylePack


def pack(folder: Path, more: str, words: str = "soft light") -> Path:
    """A pack with some more keys."""
    path = folder / "mine.toml"
    path.write_text(f'description = "Mine"\nwords = "{words}"\n{more}\n')
    return path


def style(folder: Path, more: str, words: str = "soft light") -> Style:
    """The style of such a pack."""
    return read_style(str(pack(folder, more, words)))


def test_files_beside_the_pack_are_found_and_known_by_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "ink.safetensors").write_bytes(b"lora")
    (tmp_path / "one.png").write_bytes(b"picture")
    monkeypatch.chdir(tmp_path / "weights")

    found = style(
        tmp_path,
        'references = ["one.png"]\nscheduler = "euler"\nguidance = 6.5\n'
        '[[loras]]\nfile = "weights/ink.safetensors"\nweight = 0.8',
    )

    (lora,) = found.loras
    assert lora.weight == 0.8
    assert lora.file == Asset(
        where=str((tmp_path / "weights" / "ink.safetensors").resolve()), sha256=hashlib.sha256(b"lora").hexdigest()
    )
    assert found.references == (
        Asset(where=str((tmp_path / "one.png").resolve()), sha256=hashlib.sha256(b"picture").hexdigest()),
    )
    assert (found.scheduler, found.guidance) == ("euler", 6.5)


def test_a_changed_file_is_another_style(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"first")
    more = '[[loras]]\nfile = "a.safetensors"'
    before = style(tmp_path, more)
    (tmp_path / "a.safetensors").write_bytes(b"second")

    assert style(tmp_path, more) != before


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    (tmp_path / "b.safetensors").write_bytes(b"x")
    (tmp_path / "packs").mkdir()

    found = style(tmp_path / "packs", f'[[loras]]\nfile = "{tmp_path / "b.safetensors"}"')

    assert found.loras[0].file == Asset(
        where=str((tmp_path / "b.safetensors").resolve()), sha256=hashlib.sha256(b"x").hexdigest()
    )


@pytest.mark.parametrize("name", ["artist/ink", "artist/ink/ink.safetensors", "artist/ink/sdxl/ink.safetensors"])
def test_weights_may_lie_on_the_hub(tmp_path: Path, name: str) -> None:
    assert style(tmp_path, f'[[loras]]\nfile = "{name}"').loras[0].file == Asset(where=name)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("soft light", "in <ink> style, soft light"),
        ("soft light as <ink>", "soft light as <ink>"),
        ("<ink>s, soft light", "in <ink> style, <ink>s, soft light"),
    ],
)
def test_a_learned_word_is_always_in_the_prompt(tmp_path: Path, words: str, shown: str) -> None:
    (tmp_path / "ink.pt").write_bytes(b"vectors")

    found = style(tmp_path, '[learned]\nword = "<ink>"\nfile = "ink.pt"', words)

    assert found.words == shown
    assert found.learned is not None and found.learned.word == "<ink>"


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ('[[loras]]\nfile = "ink.safetensors"', "loras.0.file names", "Paths are relative to"),
        ('[[loras]]\nfile = "weights/ink.safetensors"', "which is not there", "owner/model/file.safetensors"),
        ('[[loras]]\nfile = "ink.ckpt"', "loras.0.file can't be 'ink.ckpt'", "pickled weights are refused"),
        ('[[loras]]\nfile = "artist/ink/ink.pt"', "loras.0.file can't be", "must end in .safetensors"),
        ('[learned]\nword = "x"\nfile = "x.bin"', "learned.file can't be 'x.bin'", ".safetensors or .pt"),
        ('references = ["artist/pictures"]', "references.0 names", "Paths are relative to"),
        ('references = ["a.png", "b.gif"]', "references.0 names", "Paths are relative to"),
    ],
)
def test_a_file_that_can_not_be_used_is_named_with_its_pack_and_key(
    tmp_path: Path, more: str, message: str, hint: str
) -> None:
    path = pack(tmp_path, more)

    with pytest.raises(UsageError) as caught:
        read_style(str(path))

    assert str(path) in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_file_without_a_known_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"?")

    with pytest.raises(UsageError, match=r"loras\.0\.file can't be 'weights'"):
        style(tmp_path, '[[loras]]\nfile = "weights"')


def test_the_guide_beside_the_packs_names_every_key() -> None:
    guide = (Path(__file__).parents[2] / "styles" / "README.md").read_text("utf-8")

    assert [key for key in StylePack.model_fields if key not in guide] == []
    assert [key for key in Brush.model_fields if f"`{key}`" not in guide] == []
