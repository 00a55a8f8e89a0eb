"""The part of a key that follows from code: change a stage's source or prompts, and its artefacts are made again."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from dreamgen.core.base import Record, fingerprint
from dreamgen.shelf import listing

BELOW = ("illustrator", "engines", "core")
"""The rooms that every stage stands on."""

SHAPELESS = frozenset({"workers"})
"""Options of backends that change how fast something is made, never its bytes. A backend's own such options are
fields with `exclude=True`."""


def options_of(backend: object) -> tuple[tuple[str, str], ...]:
    """The fields of a backend that shape what it makes, as JSON."""
    fields = backend.model_dump(mode="json", exclude=set(SHAPELESS)) if isinstance(backend, Record) else {}
    return tuple((name, json.dumps(value, ensure_ascii=False, sort_keys=True)) for name, value in fields.items())


def code_version(room: str, backend: object = None) -> str:
    """The fingerprint of all that a stage runs: its room, the rooms below it, its prompts, a foreign backend's file.

    It is the same for a checkout and a wheel of the same source.
    """
    module = inspect.getmodule(type(backend))
    foreign = module is not None and not module.__name__.startswith(("dreamgen.", "builtins")) and module.__file__
    prompts = listing("prompts", f"{room}/*.md").values()
    return fingerprint([_rooms(room), _hash(prompts), _hash([Path(foreign)] if foreign else [])])


@cache
def package_version() -> str:
    """The fingerprint of the whole package's source."""
    return _hash(path for path in Path(__file__).parent.parent.rglob("*"))


@cache
def _rooms(room: str) -> str:
    package = Path(__file__).parent.parent
    return _hash(path for name in (room, *BELOW) for path in (package / name).rglob("*"))


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
