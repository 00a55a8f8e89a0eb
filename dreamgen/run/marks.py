"""The mark of a verifier: what it was when it was measured, so that a measurement of another one is noticed."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from dreamgen.core.base import fingerprint
from dreamgen.engines.diffusion.signature import signature
from dreamgen.run.keys import options_of

_PACKAGE: Final = Path(__file__).parent.parent
_ROOMS: Final = ("dreamgen.verify.", "dreamgen.engines.", "dreamgen.language.")
"""Where what a verifier thinks with lies. Records say nothing by themselves."""


def mark_of(name: str, verifier: object) -> str:
    """The fingerprint of a verifier's code, options and weights.

    Its code is the file of its class and every file of ours that it imports, directly or not, with the data that these
    name. The libraries' versions are not in it: they may change a verdict here and there, but hardly a rate.
    """
    parts = [part for field in ("vision", "chat") if (part := getattr(verifier, field, None)) is not None]
    weights = [signature(part) for part in (*parts, verifier) if not getattr(part, "base_url", "")]
    module = inspect.getmodule(type(verifier))
    file = getattr(module, "__file__", None)
    return fingerprint([name, options_of(verifier), weights, _code(file) if file else ""])


@cache
def _code(file: str) -> str:
    """One hash of a file and of all that it stands on."""
    waiting, seen = [Path(file)], dict[Path, bytes]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = path.read_bytes()
            if path.suffix == ".py":
                waiting += [*_imported(seen[path]), *_named(seen[path])]
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(seen, key=lambda one: one.as_posix()):
        digest.update(f"{path.name}\0{len(seen[path])}\0".encode() + seen[path])
    return digest.hexdigest()


def _imported(source: bytes) -> Iterator[Path]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            # `from package import module` names a module, `from module import thing` does not
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            path = _PACKAGE.parent / Path(*name.split(".")).with_suffix(".py")
            if name.startswith(_ROOMS) and path.is_file():
                yield path


def _named(source: bytes) -> Iterator[Path]:
    """Data files of the verifiers' room that a file speaks of."""
    for path in sorted((_PACKAGE / "verify" / "data").glob("*.*")):
        if path.suffix != ".md" and path.name.encode() in source:
            yield path
