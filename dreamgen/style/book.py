"""Style packs: one TOML file each under styles/."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from dreamgen.core.base import Record
from dreamgen.core.media import Style
from dreamgen.errors import UsageError, unknown_name
from dreamgen.illustrator import catalogue
from dreamgen.shelf import listing


def _painter(name: str) -> str:
    known = catalogue().painters
    if name not in known:
        raise ValueError(f"the illustrator's painters are {', '.join(known)}")
    return name


Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Painter = Annotated[str, AfterValidator(_painter)]


class StylePack(Record):
    """A style as its file describes it."""

    description: str = Field(min_length=1)
    """For people: what it looks like, in one line."""
    words: str = Field(min_length=1)
    """For a text-to-image model: what the pictures look like."""
    negative: str = ""
    """For a text-to-image model: what they must not look like."""
    palette: tuple[Colour, ...] = ()
    """Hex colours that the style leans on: #rrggbb."""
    painter: Painter = "flat"
    """How the illustrator paints it."""

    def style(self, name: str) -> Style:
        """The style that this pack describes."""
        return Style(name=name, **self.model_dump(exclude={"description"}))


def style_names() -> tuple[str, ...]:
    """Every style pack on the shelf, sorted."""
    return tuple(name.removesuffix(".toml") for name in listing("styles", "*.toml"))


def read_pack(name: str) -> StylePack:
    """The style pack of this name, or in the TOML file of this path.

    Raises:
        UsageError: when there is none, or its file has a wrong key or value.
    """
    path = listing("styles", "*.toml").get(f"{name}.toml") or Path(name)
    if not path.is_file():
        raise unknown_name("style", name, style_names())
    try:
        return StylePack.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}", "Compare it with a style pack that works.") from None
    except ValidationError as error:
        raise UsageError(*_wrong(path, error)) from None


def read_style(name: str) -> Style:
    """The style of this name, or in the TOML file of this path; see `read_pack`."""
    return read_pack(name).style(Path(name).name.removesuffix(".toml"))


def _wrong(path: Path, error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        mistake = unknown_name("key", key, StylePack.model_fields)
        return f"{path}: {mistake.message}", mistake.hint
    if first["type"] == "missing":
        return f"{path} has no {key!r}", f"Keys: {', '.join(StylePack.model_fields)}"
    return f"{path}: {key} can't be {first['input']!r}", first["msg"].removeprefix("Value error, ")
