"""Pictures in a style are drawn from its words: to learn the style from, or to hold keyframes to it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record, derive_seed, fingerprint
from dreamgen.core.media import Asset, File, MediaRef, Style
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import LoraUse, Order, Sampling, WordUse
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.diffusion.studio import open_studio
from dreamgen.engines.diffusion.weights import find
from dreamgen.engines.files import refer
from dreamgen.engines.pictures import write_png
from dreamgen.engines.waiting import turn
from dreamgen.errors import ModelError
from dreamgen.style.prompts import places, reference_prompt


class Pictures(Record):
    """Which pictures are drawn, and how. DreamFrame has 12 places five times each."""

    places: int = Field(default=12, ge=1)
    """How many places: the story's own where it has so many, else ours."""
    each: int = Field(default=5, ge=1)
    """Pictures of each place."""
    drawn_side: int = Field(default=1024, ge=64, multiple_of=8)
    """Their width and height in pixels."""
    drawn_steps: int = Field(default=40, ge=1)
    """Calls of the network for one; a distilled model has its own number."""
    drawn_guidance: float = Field(default=5.0, ge=0.0)
    """Classifier-free guidance."""
    drawn_seed: int = 20
    """Their noise derives from it."""
    work: str | None = Field(default=None, exclude=True)
    """Where pictures and trainings are kept while they are made and afterwards: a killed run goes on, and another
    story in the same style finds them. None for the folder dreamgen of the user's cache, empty for none."""
    diffusion: Checkpoint = Checkpoint()
    """The weights."""


def workshop(work: str | None, into: Path) -> Path:
    """The folder that `Pictures.work` names."""
    if work is None:
        home = os.environ.get("XDG_CACHE_HOME", "") or "~/.cache"
        return Path(home).expanduser() / "dreamgen" / "styles"
    return Path(work).expanduser() if work else into / ".style"


def draw_references(wanted: Pictures, style: Style, own: Sequence[str], into: Path) -> tuple[MediaRef, ...]:
    """Draws pictures in a style, under style/references/ in `into`; those of an interrupted run are kept.

    Args:
        wanted: which pictures.
        style: their style.
        own: a story's places.
        into: the story's folder.

    Raises:
        ModelError: when the model is missing, or one of its pictures is broken.
    """
    orders = dict(_orders(wanted, style, own, into))
    options = wanted.model_dump(mode="json", include={"drawn_side", "drawn_steps", "drawn_guidance"})
    said = [(name, order.prompt, order.negative, order.seed) for name, order in orders.items()]
    learned = [style.learned, *style.loras]
    key = fingerprint([options, wanted.diffusion, dict(signature(wanted.diffusion)), said, learned])
    folder = workshop(wanted.work, into) / key
    with turn(folder):
        _draw({folder / name: order for name, order in orders.items() if not (folder / name).is_file()}, wanted)
        final = into / "style" / "references"
        final.mkdir(parents=True, exist_ok=True)
        return tuple(refer(Path(shutil.copyfile(folder / name, final / name)), into) for name in orders)


def _draw(missing: dict[Path, Order], wanted: Pictures) -> None:
    if not missing:
        return
    studio = open_studio(wanted.diffusion)
    side = (wanted.drawn_side, wanted.drawn_side)
    sampling = Sampling(size=side, steps=wanted.drawn_steps, guidance=wanted.drawn_guidance)
    paths = tuple(missing)
    for drawing in studio.draw(missing.values(), studio.sampling_for(sampling)):
        path = paths[drawing.index]
        if drawing.image is None:
            raise ModelError(
                f"the model drew broken numbers for the style's picture {path.stem}",
                "Try --set diffusion.dtype=float32, or other weights.",
            )
        write_png(drawing.image, path)


def _orders(wanted: Pictures, style: Style, own: Sequence[str], into: Path) -> Iterator[tuple[str, Order]]:
    """File name and order of every picture."""
    offline = wanted.diffusion.offline
    loras = tuple(LoraUse(located(lora.file, into, offline), lora.weight) for lora in style.loras)
    words = (WordUse(style.learned.word, located(style.learned.file, into, offline)),) if style.learned else ()
    for number, place in enumerate(places(own, wanted.places), start=1):
        for which in range(1, wanted.each + 1):
            seed = derive_seed(wanted.drawn_seed, "style", place, which)
            name = f"{number:02}-{re.sub(r'[^a-z0-9]+', '-', place.lower()).strip('-')[:40]}-{which}.png"
            yield (
                name,
                Order(
                    prompt=reference_prompt(place, style.words),
                    seed=seed,
                    negative=style.negative,
                    loras=loras,
                    words=words,
                ),
            )


def located(file: File, into: Path, offline: bool = False) -> Path:
    """Where a style's file lies.

    Args:
        file: in the story's folder, or anywhere by a path or a name on the hub.
        into: the story's folder.
        offline: whether the hub is not asked.
    """
    if isinstance(file, Asset):
        path = Path(file.where)
        return path if path.is_file() else find(file.where, offline=offline)
    return into / file.path
