"""The part of a key that follows from code: change a stage's source or prompts, and its artefacts are made again."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dreamgen.core.base import Record, fingerprint
from dreamgen.engines.canvas import rasteriser
from dreamgen.engines.diffusion.signature import signature
from dreamgen.shelf import listing

BELOW = ("illustrator", "engines", "core")
"""The rooms that every stage stands on."""

SPEAKING = ("annotate", "qa", "verify")
"""The stages whose texts `language` shapes."""

LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python", "opencv-python-headless", "pillow", "skia-python")
"""Distributions whose version may change a pixel, a byte of a film or what is seen in it."""

LEARNED = ("accelerate", "diffusers", "peft", "tokenizers", "torch", "transformers")
"""Those of them that shape what a backend with learned weights makes."""

SHAPELESS = frozenset({"workers"})
"""Options of backends that change how fast something is made, never its bytes. A backend's own such options are
fields with `exclude=True`."""


def options_of(backend: object) -> tuple[tuple[str, str], ...]:
    """The fields of a backend that shape what it makes, as JSON."""
    fields = backend.model_dump(mode="json", exclude=set(SHAPELESS)) if isinstance(backend, Record) else {}
    return tuple((name, json.dumps(value, ensure_ascii=False, sort_keys=True)) for name, value in fields.items())


def code_version(room: str, backend: object = None) -> str:
    """The fingerprint of all that a stage runs: its room, the rooms below it, its prompts, a foreign backend's file.

    It is the same for a checkout and a wheel of the same source. The libraries that draw, encode and look are in it
    too, with the rasteriser in use.
    """
    module = inspect.getmodule(type(backend))
    foreign = module is not None and not module.__name__.startswith(("dreamgen.", "builtins")) and module.__file__
    prompts = listing("prompts", f"{room}/*.md")
    plugin = {Path(foreign).name: Path(foreign)} if foreign else {}
    return fingerprint(
        [_rooms(room), _hash(prompts), _hash(plugin), rasteriser(), versions(LIBRARIES), *_learned(backend)]
    )


def _learned(backend: object) -> tuple[object, ...]:
    """What else shapes the work of a backend with learned weights: the weights themselves and who runs them."""
    parts = (*(getattr(backend, field, None) for field in ("diffusion", "chat", "vision")), backend)
    weights = [part for part in parts if part is not None]
    if not any(hasattr(part, "model") for part in weights):
        return ()
    # what is served elsewhere is no folder here, whatever lies beside us with its name
    return (*(signature(part) for part in weights if not getattr(part, "base_url", "")), versions(LEARNED))


@cache
def package_version() -> str:
    """The fingerprint of the whole package's source."""
    return _hash(_below("."))


@cache
def _rooms(room: str) -> str:
    spoken = ("language",) if room in SPEAKING else ()
    found = {name: path for part in (room, *spoken, *BELOW) for name, path in _below(part).items()}
    # how a verifier is asked, and how its answers are held against a key, decides what it says
    asking = {**_below("run/blind.py"), **_below("run/answering.py")} if room == "verify" else {}
    return _hash({**found, **asking})


def _below(part: str) -> dict[str, Path]:
    """The package's files in `part`, or the file `part`, by their path in the package."""
    package = Path(__file__).parent.parent
    top = package / part
    paths = top.rglob("*") if top.is_dir() else (top,)
    files = (path for path in paths if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(package).as_posix(): path for path in files}


def _hash(files: Mapping[str, Path]) -> str:
    """One hash of names and bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for name, path in sorted(files.items()):
        data = path.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


@cache
def versions(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Name and version of those distributions that are there."""
    found = []
    for name in names:
        with suppress(PackageNotFoundError):
            found.append((name, version(name)))
    return tuple(found)
