"""What `dreamgen doctor` looks at for pictures that a model draws: libraries, GPUs and weights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence

from dreamgen.core.base import Record
from dreamgen.engines.accelerators import Findings, installed, look, version_of
from dreamgen.engines.diffusion.inventory import Weights, hub_cache, hub_is_off, inventory
from dreamgen.run import registry
from dreamgen.run.recipe import Choice, Recipe, read_recipe, recipe_names

PACK = ("diffusers", "transformers", "accelerate", "peft", "safetensors")
"""What the extra `diffusion` brings beside torch."""

GIGABYTE = 1e9

STAGES = ("style", "render", "clip")
"""Stages whose backends may draw with weights."""


class Check(Record):
    """One thing looked at."""

    name: str
    """What."""
    ok: bool
    """Whether dreamgen can work with it."""
    found: str
    """What is there."""
    hint: str = ""
    """How to mend or better it."""


def libraries(wanted: bool) -> Iterator[Check]:
    """Torch and what draws with it.

    Args:
        wanted: whether the recipe that was asked about draws with a model. If not, nothing here is a failure: the
            storyboard needs none of it.
    """
    found = look()
    yield _torch(found, wanted)
    if found.torch:
        yield _gpu(found)
    yield _pack(wanted)
    broken = dict(found.broken)
    if "torchvision" in broken:
        hint = "It breaks the import of transformers, and nothing here needs it: pip uninstall torchvision"
        yield Check(name="torchvision", ok=not wanted, found=broken["torchvision"], hint=hint)
    yield _xformers(broken)
    yield _film()


def weights_of(recipe: Recipe) -> tuple[Weights, ...]:
    """All weights that the backends of a recipe name."""
    found: dict[str, Weights] = {}
    for stage in STAGES:
        choice: Choice = getattr(recipe, stage)
        fields = getattr(registry.find(stage, choice.backend), "model_fields", {})
        if "diffusion" in fields:
            found.update((weights.name, weights) for weights in inventory(recipe.diffusion))
        if "model" in fields:
            own = inventory(recipe.build(stage))
            found.update((weights.name, weights) for weights in own)
    return tuple(found.values())


def diffusion_recipes() -> tuple[str, ...]:
    """The recipes of the package that draw with a model."""
    return tuple(name for name in recipe_names() if weights_of(read_recipe(name)))


def recipe_check(name: str, wanted: bool, changes: Sequence[str] = ()) -> Check:
    """Whether the weights of a recipe are here, and how much of them there is to download."""
    needed = weights_of(read_recipe(name, changes))
    label = name if name in recipe_names() else "weights"
    missing = [weights for weights in needed if not weights.here]
    if not needed:
        return Check(name=label, ok=True, found="needs no weights")
    if not missing:
        return Check(name=label, ok=True, found="all weights are here")
    known = sum(weights.missing_bytes or 0 for weights in missing)
    unknown = [weights.name for weights in missing if weights.missing_bytes is None]
    size = f"{known / GIGABYTE:.1f} GB to download" if known else ""
    more = f"{'and ' if size else ''}nobody here knows how much of {', '.join(unknown)}" if unknown else ""
    return Check(
        name=label,
        ok=not wanted,
        found=f"missing: {', '.join(weights.name for weights in missing)} ({' '.join(filter(None, (size, more)))})",
        hint=_how(missing),
    )


def hub() -> Check:
    """Where downloads go, whether there is room, and whether they are allowed."""
    cache = hub_cache()
    nearest = next(path for path in (cache, *cache.parents) if path.is_dir())
    free = shutil.disk_usage(nearest).free / GIGABYTE
    off = "; the environment says offline (HF_HUB_OFFLINE)" if hub_is_off() else ""
    return Check(name="hub cache", ok=True, found=f"{cache}, {free:.1f} GB free{off}")


def _how(missing: list[Weights]) -> str:
    lost = [weights for weights in missing if not weights.downloadable]
    if lost:
        return f"There is no {lost[0].name!r}. Check the path: diffusion.{lost[0].use} in the recipe."
    if hub_is_off():
        return "Unset HF_HUB_OFFLINE to download, or name local folders: --set diffusion.model=/path"
    return "The first run downloads them, or name local folders: --set diffusion.model=/path"


def _torch(found: Findings, wanted: bool) -> Check:
    broken = dict(found.broken).get("torch", "")
    if broken:
        return Check(name="torch", ok=not wanted, found=broken, hint="pip install --force-reinstall torch")
    if not found.torch:
        hint = 'Only pictures by a model need it: pip install "dreamgen[diffusion]"'
        return Check(name="torch", ok=not wanted, found="not installed", hint=hint)
    built = f"built for CUDA {found.cuda}" if found.cuda else "built for CPUs"
    return Check(name="torch", ok=True, found=f"{found.torch}, {built}")


def _gpu(found: Findings) -> Check:
    if found.gpus:
        cards = "; ".join(_card(card.name, card.memory, card.bfloat16) for card in found.gpus)
        return Check(name="gpu", ok=True, found=cards)
    if found.mps:
        return Check(name="gpu", ok=True, found="Apple's, through MPS")
    hint = "A model of SDXL's size is very slow on CPUs. The storyboard needs no GPU."
    if found.driver and not found.cuda:
        hint = "There is an NVIDIA driver, but this torch was built for CPUs: install its CUDA build."
    elif found.driver:
        hint = f"The NVIDIA driver does not serve CUDA {found.cuda}: update it, or install another torch."
    return Check(name="gpu", ok=True, found="none that torch can use", hint=hint)


def _card(name: str, memory: int, bfloat16: bool) -> str:
    return f"{name}, {memory / GIGABYTE:.0f} GB, {'bfloat16' if bfloat16 else 'float16 only'}"


def _pack(wanted: bool) -> Check:
    versions = {name: version_of(name) for name in PACK}
    missing = [name for name, number in versions.items() if not number]
    if not missing:
        return Check(name="diffusion", ok=True, found=", ".join(f"{name} {versions[name]}" for name in PACK[:4]))
    found = "not installed" if len(missing) == len(PACK) else f"without {', '.join(missing)}"
    hint = 'Only pictures by a model need it: pip install "dreamgen[diffusion]"'
    return Check(name="diffusion", ok=not wanted, found=found, hint=hint)


def _xformers(broken: dict[str, str]) -> Check:
    if "xformers" in broken:
        return Check(name="xformers", ok=True, found=broken["xformers"], hint="Nothing needs it: torch has attention.")
    if not installed("xformers"):
        return Check(name="xformers", ok=True, found="not installed, and not needed: torch has attention of its own")
    return Check(name="xformers", ok=True, found=f"{version_of('xformers')}; used with diffusion.attention=xformers")


def _film() -> Check:
    number = version_of("moviepy")
    if number:
        return Check(name="film", ok=True, found=f"moviepy {number}")
    hint = 'Only edits of finished films need it: pip install "dreamgen[film]"'
    return Check(name="film", ok=True, found="moviepy is not installed", hint=hint)
