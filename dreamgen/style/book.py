"""Style packs: one TOML file each under styles/, with the files that it brings along."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from dreamgen.core.media import Style
from dreamgen.errors import UsageError, unknown_name
from dreamgen.shelf import listing
from dreamgen.style.pack import PackLora, PackWord, StylePack

__all__ = ["PackLora", "PackWord", "StylePack", "read_pack", "read_style", "style_names"]


def style_names() -> tuple[str, ...]:
    """Every style pack on the shelf, sorted."""
    return tuple(name.removesuffix(".toml") for name in listing("styles", "*.toml"))


def read_pack(name: str) -> StylePack:
    """The style pack of this name, or in the TOML file of this path.

    Raises:
        UsageError: when there is none, or its file has a wrong key or value.
    """
    path = _path_of(name)
    try:
        return StylePack.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}", "Compare it with a style pack that works.") from None
    except ValidationError as error:
        raise UsageError(*_wrong(path, error)) from None


def read_style(name: str) -> Style:
    """The style of this name, or in the TOML file of this path, with the files that its pack brings along.

    Raises:
        UsageError: as `read_pack`, and when a file that the pack brings along is missing or of a wrong form.
    """
    return read_pack(name).style(Path(name).name.removesuffix(".toml"), _path_of(name))


def _path_of(name: str) -> Path:
    path = listing("styles", "*.toml").get(f"{name}.toml") or Path(name)
    if not path.is_file():
        raise unknown_name("style", name, style_names())
    return path


def _wrong(path: Path, error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        mistake = unknown_name("key", key, _keys_beside(first["loc"]))
        return f"{path}: {mistake.message}", mistake.hint
    if first["type"] == "missing":
        return f"{path} has no {key!r}", f"Keys: {', '.join(_keys_beside(first['loc']))}"
    return f"{path}: {key} can't be {first['input']!r}", first["msg"].removeprefix("Value error, ")


def _keys_beside(where: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that the table has in which a mistake was found, as they are written from the top of the file."""
    table = StylePack.tables().get(str(where[0])) if len(where) > 1 else None
    if table is None:
        return tuple(StylePack.model_fields)
    inside = ".".join(str(part) for part in where[:-1])
    return tuple(f"{inside}.{key}" for key in table.model_fields)
