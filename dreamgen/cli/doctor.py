"""`dreamgen doctor`: what this machine can do, and what to mend."""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape

from dreamgen.cli import doctor_chat, doctor_models, doctor_vision
from dreamgen.cli.doctor_models import Check
from dreamgen.engines.canvas import rasteriser
from dreamgen.engines.processes import available_cpus
from dreamgen.engines.video import read_frames, write_video
from dreamgen.errors import UsageError
from dreamgen.illustrator import caption
from dreamgen.run.books import asks as asks_of
from dreamgen.run.recipe import Recipe, read_recipe

ROOM = 500_000_000
"""Bytes that a run should find free; a minute of film with its datasets takes less than half of it."""


def doctor(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where runs will be written.")] = Path("outputs"),
    recipe: Annotated[
        str | None, typer.Option(help="A recipe that has to work here, by name or as a TOML file.", show_default=False)
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes that recipe, or storyboard: verify=vlm. Repeatable."),
    ] = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Ask the recipe's models something: a few small calls.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Check this machine: what works, what does not, and how to mend it."""
    if changes and recipe is None:
        recipe = "storyboard"  # as everywhere else
    if probe and not (recipe and _asks(read_recipe(recipe, changes or []))):
        raise UsageError(
            "--probe asks a language model or one that sees, and no recipe names one",
            "Name it: --recipe chat, or --set verify=vlm --set vision.model=...",
        )
    checks = list(examine(out, recipe, changes or [], probe))
    if as_json:
        typer.echo(json.dumps([check.model_dump() for check in checks], indent=1))
    else:
        console = Console(highlight=False)
        for check in checks:
            mark = "[green]ok[/]  " if check.ok else "[red]fail[/]"
            console.print(f"{mark}  {check.name:<16} {escape(check.found)}", soft_wrap=True)
            if check.hint:
                console.print(f"      {'':<16} {escape(check.hint)}", soft_wrap=True)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def examine(out: Path, recipe: str | None = None, changes: Sequence[str] = (), probe: bool = False) -> Iterator[Check]:
    """Looks at everything that a run needs; a look that fails is a failed check, never an error.

    Args:
        out: where runs will be written.
        recipe: what has to work; None for the storyboard, which needs no model.
        changes: to that recipe.
        probe: whether its models are asked something.

    Raises:
        UsageError: for a recipe or change that does not exist.
    """
    chosen = read_recipe(recipe, changes) if recipe else None
    wanted = chosen is not None and bool(doctor_models.weights_of(chosen))
    asks = chosen is not None and chosen.asks
    looks: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("python", _python),
        ("drawing", _drawing),
        ("video", _video),
        ("lettering", _lettering),
        ("cpus", _cpus),
        ("disk", lambda: _disk(out)),
        ("writing", lambda: _writing(out)),
    )
    for name, look in looks:
        yield _looked(name, look)
    yield from doctor_models.libraries(wanted)
    names = [recipe] if recipe else doctor_models.diffusion_recipes()
    for name in names:
        yield _looked(name, partial(doctor_models.recipe_check, name, wanted, changes))
    yield _looked("hub cache", doctor_models.hub)
    yield doctor_chat.libraries(asks)
    if chosen is not None and asks:
        yield from doctor_chat.model_checks(chosen.chat, probe)
    if chosen is not None and asks_of(chosen, "vision"):
        yield from doctor_vision.model_checks(chosen.vision, probe)


def _asks(recipe: Recipe) -> bool:
    """Whether a model is asked anything."""
    return recipe.asks or asks_of(recipe, "vision")


def _looked(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:  # whatever is broken here is what the doctor is asked about
        return Check(name=name, ok=False, found=f"{type(error).__name__}: {error}", hint="Install dreamgen again.")


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.platform(terse=True)}"
    return Check(name="python", ok=sys.version_info >= (3, 11), found=found)


def _drawing() -> Check:
    if rasteriser() == "skia":
        return Check(name="drawing", ok=True, found="Skia")
    hint = "Skia needs libGL and libEGL (Debian: apt-get install libgl1 libegl1). OpenCV draws with plainer edges."
    return Check(name="drawing", ok=True, found="OpenCV, since Skia can't be loaded", hint=hint)


def _video() -> Check:
    """Really writes a small film and reads it back: a list of codecs would not say whether they work."""
    frames = [np.full((64, 64, 3), 16 * index, np.uint8) for index in range(8)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_video(frames, path, 8, (64, 64))
        count = sum(1 for _ in read_frames(path))
    found = f"PyAV {version('av')} writes and reads H.264" if count == 8 else f"wrote 8 frames and read {count}"
    hint = "" if count == 8 else "pip install --force-reinstall av"
    return Check(name="video", ok=count == 8, found=found, hint=hint)


def _lettering() -> Check:
    drawn = bool(caption("Dreamgen", 256, 144).any())
    return Check(name="lettering", ok=drawn, found="Pillow's own font" if drawn else "Pillow draws no letters")


def _cpus() -> Check:
    return Check(name="cpus", ok=True, found=str(available_cpus()))


def _disk(out: Path) -> Check:
    free = shutil.disk_usage(_existing(out)).free
    hint = (
        "" if free >= ROOM else f"Free some space, or choose another folder with --out: a run wants {ROOM / 1e6:.0f} MB"
    )
    return Check(name="disk", ok=free >= ROOM, found=f"{free / 1e9:.1f} GB free at {_existing(out)}", hint=hint)


def _writing(out: Path) -> Check:
    folder = _existing(out)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"dreamgen")
    except OSError as error:
        return Check(
            name="writing", ok=False, found=f"{folder}: {error.strerror}", hint="Choose another folder with --out."
        )
    return Check(name="writing", ok=True, found=f"{folder} can be written to")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    whole = folder.absolute()
    return next(path for path in (whole, *whole.parents) if path.is_dir())
