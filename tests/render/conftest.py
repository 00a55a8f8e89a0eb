"""A small world: two shots with two people; a stand-in for the studio, and random weights for the real one."""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.core.layout import Box, Layout, Placement
from dreamgen.core.media import Style
from dreamgen.core.story import Act, Character, Event, Location, Scene, Shot, Story, Trait
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Drawing, Order, Pixels, Sampling


def _shot(name: str, x: float) -> Shot:
    layout = Layout(
        placements=(
            Placement(who="mara", box=Box(x0=x, y0=0.3, x1=x + 0.16, y1=0.85), depth=0.2),
            Placement(who="tomi", box=Box(x0=x + 0.3, y0=0.42, x1=x + 0.42, y1=0.82), facing="left"),
        )
    )
    event = Event(id=f"{name}-wave", who="mara", does="wave", action="wave", whom="tomi", end=1.5)
    return Shot(id=name, location="woods", events=(event,), layout=layout, seconds=1.5)


@pytest.fixture(scope="session")
def story() -> Story:
    scene = Scene(id="scene-1", title="One", shots=(_shot("shot-1", 0.1), _shot("shot-2", 0.4)))
    return Story(
        id="lantern",
        title="The lantern in the woods",
        overview="Mara waves.",
        plot="Mara waves.",
        seed=7,
        cast=(
            Character(id="mara", name="Mara", kind="woman", traits=(Trait(slot="top", value="coat", colour="red"),)),
            Character(id="tomi", name="Tomi", kind="boy", traits=(Trait(slot="top", value="shirt", colour="blue"),)),
        ),
        locations=(Location(id="woods", name="the woods", set="forest"),),
        acts=(Act(id="act-1", title="All", scenes=(scene,)),),
    )


@pytest.fixture(scope="session")
def style() -> Style:
    return Style(name="flat", words="flat", painter="flat")


class Dauber:
    """A stand-in for the studio: draws noise, in batches; the pictures of some orders are broken."""

    def __init__(self, batch: int = 1, broken: Iterable[int] = (), looks: Iterable[float] = ()) -> None:
        self.orders: list[Order] = []
        self.samplings: list[Sampling] = []
        self.loaded = SimpleNamespace(tokenizers=(_tokenizer,))
        self._batch, self._broken, self._looks = batch, frozenset(broken), list(looks)

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        """Noise that follows from the seed alone."""
        self.samplings.append(sampling)
        line, number = iter(orders), 0
        while together := list(islice(line, self._batch)):
            for order in together:
                image = None if len(self.orders) in self._broken else _noise(order.seed, sampling.size)
                self.orders.append(order)
                yield Drawing(number, image, len(together))
                number += 1

    def sampling_for(self, sampling: Sampling) -> Sampling:
        """As it was asked."""
        return sampling

    def look(self, image: Pixels) -> NDArray[np.float32]:
        """The next of the likenesses that it was given, told by the angle to (1, 0); (1, 0) when there is none left."""
        cosine = self._looks.pop(0) if self._looks else 1.0
        return np.array([cosine, np.sqrt(1 - cosine**2)], np.float32)


def _tokenizer(text: str, **options: bool) -> SimpleNamespace:
    """Every word is a token."""
    return SimpleNamespace(input_ids=text.split())


def _noise(seed: int, size: tuple[int, int]) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), np.uint8)


@pytest.fixture
def dauber() -> type[Dauber]:
    """The stand-in for the studio."""
    return Dauber


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """More threads change bits, and are slower at these sizes."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """Random weights of every kind, for the real studio."""
    pytest.importorskip("diffusers")
    from dreamgen.engines.diffusion import blank

    folder = tmp_path_factory.mktemp("weights")
    blank.write_sdxl(folder / "sdxl")
    blank.write_image_encoder(folder / "eyes")
    blank.write_ip_adapter(folder / "ip.safetensors")
    blank.write_controlnet(folder / "control")
    return Checkpoint(
        model=str(folder / "sdxl"),
        identity=str(folder / "ip.safetensors"),
        style_adapter=str(folder / "ip.safetensors"),
        image_encoder=str(folder / "eyes"),
        control=str(folder / "control"),
        device="cpu",
        offline=True,
    )


@pytest.fixture
def lora(tmp_path: Path) -> Path:
    """A LoRA for these weights."""
    from dreamgen.engines.diffusion import blank

    return blank.write_lora(tmp_path / "style.safetensors")
