"""Which weights a recipe needs, which of them are on this machine, and how much there is to download.

Nothing is loaded, no library is needed and the network is not asked: the hub's cache is a folder.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.engines.diffusion.adapters.distilled import lora_of
from dreamgen.engines.diffusion.checkpoint import Checkpoint

FIELDS = ("model", "refiner", "vae", "distilled_lora", "identity", "style_adapter", "image_encoder", "control")
"""Fields of a `Checkpoint`, or of any other record, that name weights."""

_HUB_NAME = re.compile(r"^[\w][\w.-]*/[\w][\w.-]*(/[\w][\w./-]*)?$")


class PublishedFile(Record):
    """One file of published weights."""

    path: str
    """In its repository."""
    bytes: int
    """Its size, to three digits."""


class Published(Record):
    """What is known of weights on the hub without asking it."""

    licence: str
    """As their page says."""
    what: str
    """For people."""
    files: tuple[PublishedFile, ...]
    """Those that dreamgen reads."""


class Weights(Record):
    """One set of weights that a recipe names."""

    use: str
    """The recipe's field: model, control."""
    name: str
    """As the recipe has it."""
    here: bool
    """Whether all of it is on this machine."""
    where: str = ""
    """The folder or file, when it is here."""
    missing_bytes: int | None = 0
    """How much there is to download; None when nobody knows without asking the hub."""
    licence: str = ""
    """Where it is known."""

    @property
    def downloadable(self) -> bool:
        """Whether the name can be one on the hub."""
        return bool(_HUB_NAME.match(self.name))


def inventory(weights: object) -> tuple[Weights, ...]:
    """All weights that a checkpoint, or a backend of its own, names; one line each, however often it is used.

    Raises:
        UsageError: for a checkpoint that contradicts itself.
    """
    variant = str(getattr(weights, "variant", ""))
    named: dict[str, str] = {}
    for field in FIELDS:
        name = getattr(weights, field, "")
        if field == "distilled_lora" and isinstance(weights, Checkpoint):
            name = lora_of(weights)
        if isinstance(name, str) and name:
            named.setdefault(name, field)
    return tuple(_look(use, name, variant) for name, use in named.items())


def hub_cache() -> Path:
    """Where the hub's client keeps what it downloaded."""
    home = os.environ.get("XDG_CACHE_HOME", "") or "~/.cache"
    root = os.environ.get("HF_HOME", "") or f"{home}/huggingface"
    return Path(os.path.expandvars(os.environ.get("HF_HUB_CACHE", "") or f"{root}/hub")).expanduser()


def hub_is_off() -> bool:
    """Whether the environment says not to ask the hub."""
    said = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return said.upper() in {"1", "ON", "YES", "TRUE"}


@cache
def published() -> dict[str, Published]:
    """Repository on the hub to what is known of it."""
    text = files("dreamgen.engines.diffusion").joinpath("data/published.toml").read_text("utf-8")
    return {name: Published.model_validate(entry) for name, entry in tomllib.loads(text).items()}


def _look(use: str, name: str, variant: str) -> Weights:
    local = Path(name).expanduser()
    if local.exists():
        return Weights(use=use, name=name, here=True, where=str(local))
    if not _HUB_NAME.match(name):
        return Weights(use=use, name=name, here=False, missing_bytes=None)
    owner, repository, *rest = name.split("/")
    known = published().get(f"{owner}/{repository}")
    licence = known.licence if known else ""
    snapshot = _snapshot(owner, repository)
    wanted = [_file(file, variant) for file in known.files if _inside(file.path, "/".join(rest))] if known else []
    if not wanted:
        found = snapshot is not None and _has_weights(snapshot.joinpath(*rest))
        where = str(snapshot) if found else ""
        return Weights(use=use, name=name, here=found, where=where, missing_bytes=0 if found else None, licence=licence)
    missing = sum(file.bytes for file in wanted if snapshot is None or not (snapshot / file.path).is_file())
    where = str(snapshot) if snapshot and not missing else ""
    return Weights(use=use, name=name, here=not missing, where=where, missing_bytes=missing, licence=licence)


def _snapshot(owner: str, repository: str) -> Path | None:
    """The snapshot of a repository that `main` names, or the one that is there."""
    folder = hub_cache() / f"models--{owner}--{repository}"
    main = folder / "refs" / "main"
    if main.is_file() and (named := folder / "snapshots" / main.read_text("utf-8").strip()).is_dir():
        return named
    found = sorted(path for path in (folder / "snapshots").glob("*") if path.is_dir())
    return found[-1] if found else None


def _inside(path: str, part: str) -> bool:
    return not part or path == part or path.startswith(f"{part}/")


def _file(file: PublishedFile, variant: str) -> PublishedFile:
    """The file that is read for a variant: what is published in 16 bits is there in 32 bits, too, at twice the size."""
    if variant == "fp16" or ".fp16." not in file.path:
        return file
    return PublishedFile(path=file.path.replace(".fp16.", "."), bytes=2 * file.bytes)


def _has_weights(path: Path) -> bool:
    return path.is_file() or any(path.rglob("*.safetensors"))
