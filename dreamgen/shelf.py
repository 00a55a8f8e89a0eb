"""Finds the files that people may change: styles/ and prompts/.

The working folder comes first, so that a file put there replaces ours; then the checkout; then the installed package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Kind = Literal["styles", "prompts"]

_PACKAGE = Path(__file__).resolve().parent


def shelves(kind: Kind) -> tuple[Path, ...]:
    """The folders of this kind that exist, best first."""
    checkout = _PACKAGE.parent
    candidates = [Path.cwd() / kind, _PACKAGE / "_shelf" / kind]
    if (checkout / "pyproject.toml").is_file():
        candidates.insert(1, checkout / kind)
    return tuple(dict.fromkeys(folder for folder in candidates if folder.is_dir()))


def find(kind: Kind, name: str) -> Path | None:
    """The best file called `name`, a path relative to the shelf with forward slashes; None when there is none."""
    return next((folder / name for folder in shelves(kind) if (folder / name).is_file()), None)


def listing(kind: Kind, pattern: str) -> dict[str, Path]:
    """Every file that matches the glob `pattern`: its path relative to its shelf, and where the best one is."""
    found: dict[str, Path] = {}
    for folder in shelves(kind):
        for path in sorted(folder.glob(pattern)):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    return dict(sorted(found.items()))
