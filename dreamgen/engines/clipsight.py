"""Networks that turn a few frames of a clip, or a text, into a vector: whatever transformers has a class for.

Image encoders (CLIP, SigLIP, DINOv2) look at each frame alone, and a clip is the mean of its frames. Video encoders
(X-CLIP, VideoPrism, V-JEPA 2, VideoMAE) look at all of them together. InternVideo2, which ShareGemini and HICom took,
is no class of transformers and comes with code of its own, which is not run; VideoPrism and X-CLIP are the encoders of
videos and texts that stand in for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.accelerators import installed
from dreamgen.engines.exactness import exactly
from dreamgen.engines.readying import Readying, read_readying
from dreamgen.errors import MissingExtra, ModelError, UsageError, first_line

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.device import Machine

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]

WANTED_BY: Final = "embedding clips with a network"
_BATCH: Final = 8
"""Pictures at once on a GPU. On a CPU it is one, so that a picture's numbers don't depend on its company."""


@dataclass(frozen=True)
class Kind:
    """How transformers has one family of networks."""

    model: str
    """The class."""
    video: bool
    """Whether it looks at all frames together."""
    see: Callable[[Any, Any], Any]
    """From a network and pixels, (pictures, 3, h, w) or (1, frames, 3, h, w), to vectors (pictures or 1, channels)."""
    part: str = ""
    """Where in its config the numbers of the picture's half stand."""
    preparation: str = "preprocessor_config.json"
    """The file that says how pictures are made ready."""
    padding: str = ""
    """How texts are filled up; empty for a network that can't read."""


KINDS: Final[dict[str, Kind]] = {
    "clip": Kind(
        "CLIPModel", False, lambda net, pixels: net.get_image_features(pixel_values=pixels).pooler_output,
        "vision_config", padding="longest",
    ),
    "siglip": Kind(
        "SiglipModel", False, lambda net, pixels: net.get_image_features(pixel_values=pixels).pooler_output,
        "vision_config", padding="max_length",
    ),
    "dinov2": Kind("Dinov2Model", False, lambda net, pixels: net(pixel_values=pixels).pooler_output),
    "xclip": Kind(
        "XCLIPModel", True, lambda net, pixels: net.get_video_features(pixel_values=pixels).pooler_output,
        "vision_config", padding="longest",
    ),
    "videoprism": Kind(
        "VideoPrismClipModel", True,
        lambda net, pixels: net.get_video_features(pixel_values_videos=pixels).pooler_output.flatten(1),
        "vision_config", "video_preprocessor_config.json", padding="max_length",
    ),
    "vjepa2": Kind(
        "VJEPA2Model", True,
        lambda net, pixels: net(pixel_values_videos=pixels, skip_predictor=True).last_hidden_state.mean(dim=1),
        preparation="video_preprocessor_config.json",
    ),
    "videomae": Kind("VideoMAEModel", True, lambda net, pixels: net(pixel_values=pixels).last_hidden_state.mean(dim=1)),
}  # fmt: skip
"""By the `model_type` of its config."""


class ClipSight:
    """A loaded network; see `open_sight`."""

    def __init__(
        self, name: str, kind: Kind, network: Any, ready: Readying, place: Machine, tokenizer: Any, frames: int
    ) -> None:
        self.name = name
        """As it was asked for."""
        self.frames = frames
        """How many frames it looks at together; 0 for one that takes each alone."""
        self._kind, self._network, self._ready, self._place = kind, network, ready, place
        self._tokenizer = tokenizer

    @property
    def reads(self) -> bool:
        """Whether it puts texts into the same space."""
        return self._tokenizer is not None

    def see(self, pictures: Sequence[Pixels]) -> Vectors:
        """The vector of a clip, of length 1: float32 (channels,).

        Args:
            pictures: frames of the clip in order, uint8 (h, w, 3), BGR; as many as `frames` says, where it says so.
        """
        planes = np.stack([self._ready(picture) for picture in pictures])
        if self._kind.video:
            return np.asarray(self._run(self._kind.see, planes[None])[0])
        size = 1 if self._network.device.type == "cpu" else _BATCH
        seen = [self._run(self._kind.see, planes[first : first + size]) for first in range(0, len(planes), size)]
        mean = np.concatenate(seen).astype(np.float64).mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)

    def read(self, texts: Sequence[str]) -> Vectors:
        """Texts in the space of the clips, of length 1: float32 (texts, channels).

        Raises:
            UsageError: for a network without a text half.
        """
        if self._tokenizer is None:
            raise UsageError(f"{self.name} can't read", "Take CLIP, SigLIP, X-CLIP or VideoPrism, with its tokenizer.")
        return np.concatenate([self._read(text) for text in texts]) if texts else np.zeros((0, 0), np.float32)

    def _read(self, text: str) -> Vectors:
        config = self._network.config.text_config
        words = self._tokenizer(
            [text], padding=self._kind.padding, truncation=True, max_length=config.max_position_embeddings,
            return_tensors="pt",
        )  # fmt: skip
        given = {
            name: words[name].to(self._network.device) for name in ("input_ids", "attention_mask") if name in words
        }
        if self._network.config.model_type == "siglip":
            given.pop("attention_mask", None)  # it was trained to look at the padding too
        with exactly(self._place):
            return self._checked(self._network.get_text_features(**given).pooler_output)

    def _run(self, see: Callable[[Any, Any], Any], planes: NDArray[np.float32]) -> Vectors:
        import torch

        pixels = torch.from_numpy(planes).to(self._network.device, self._network.dtype)
        with exactly(self._place):
            return self._checked(see(self._network, pixels))

    def _checked(self, seen: torch.Tensor) -> Vectors:
        wide = seen.float()
        found: Vectors = (wide / wide.norm(dim=-1, keepdim=True).clamp_min(1e-12)).cpu().numpy()
        if not np.isfinite(found).all():
            raise ModelError(f"{self.name} gave broken numbers (NaN)", "Check the weights.")
        return found


def need() -> None:
    """Makes sure that the libraries are there; nothing is imported.

    Raises:
        MissingExtra: for the first one that is not.
    """
    for library in ("torch", "transformers", "safetensors"):
        if not installed(library):
            raise MissingExtra(library, "vlm", WANTED_BY)


def kind_of(folder: Path, name: str) -> str:
    """The family of the network in a folder, by its config: a key of `KINDS`.

    Raises:
        ModelError: when there is no config, or it is of another kind.
    """
    try:
        found = json.loads((folder / "config.json").read_text("utf-8")).get("model_type", "")
    except (OSError, ValueError, AttributeError):
        raise ModelError(
            f"{name} holds no config.json that can be read", "Name a folder in transformers' layout."
        ) from None
    if found not in KINDS:
        choices = f"Kinds that are: {', '.join(sorted(KINDS))}"
        raise ModelError(f"{name} is {str(found)[:40] or 'of no kind'}, which clips are not embedded with", choices)
    return str(found)


def open_sight(name: str, device: str = "auto") -> ClipSight:
    """A network of `KINDS`, in full float32.

    Args:
        name: a folder in transformers' layout, or a name on the hub: openai/clip-vit-base-patch32,
            google/siglip-base-patch16-224, microsoft/xclip-base-patch32. Only safetensors are read.
        device: auto takes the first GPU, else the CPU.

    Raises:
        MissingExtra: without torch or transformers.
        ModelError: when there are no such weights, or they are not of these kinds.
    """
    need()
    from dreamgen.engines.device import machine
    from dreamgen.engines.diffusion.silence import quiet

    folder, place = find(name), machine(device, "float32", need)
    family = kind_of(folder, name)
    kind = KINDS[family]
    with quiet():
        network = _loaded(kind, folder, name)
        tokenizer = _tokenizer(folder, name) if kind.padding else None
    network.to(place.device).eval().requires_grad_(False)
    seen = getattr(network.config, kind.part) if kind.part else network.config
    ready = read_readying(folder, _side(seen), _preparation(folder, kind, family, name))
    return ClipSight(name, kind, network, ready, place, tokenizer, _frames(seen) if kind.video else 0)


def find(name: str) -> Path:
    """The folder of a network: a local one, or a copy of what the hub has.

    Raises:
        ModelError: when there is none, or it can't be had now.
    """
    local = Path(name).expanduser()
    if local.is_dir():
        return local
    if local.is_absolute() or name.startswith((".", "~")) or name.count("/") != 1:
        raise ModelError(f"there are no weights at {name}", "Check the path, or give a name on the hub: owner/model")
    from dreamgen.engines.vision.local.fetching import fetch

    try:
        return fetch(name)
    except ModelError as error:
        raise ModelError(error.message, error.hint.replace("vision.model", "embed.model")) from None


def _side(config: Any) -> int:
    size = getattr(config, "image_size", None) or config.crop_size
    return int(size if isinstance(size, int) else size[0])


def _frames(config: Any) -> int:
    return int(getattr(config, "num_frames", None) or getattr(config, "frames_per_clip", None) or 8)


def _preparation(folder: Path, kind: Kind, family: str, name: str) -> str:
    """The file with the numbers; only CLIP's are known without one."""
    for file in (kind.preparation, "preprocessor_config.json", "video_preprocessor_config.json"):
        if (folder / file).is_file():
            return file
    if family in ("clip", "xclip"):
        return kind.preparation
    raise ModelError(
        f"{name} has no {kind.preparation}", "It came with the weights, and says how pictures are made ready."
    )


def _loaded(kind: Kind, folder: Path, name: str) -> Any:
    import torch
    import transformers

    model = getattr(transformers, kind.model, None)
    if model is None:
        raise ModelError(
            f"transformers {transformers.__version__} has no {kind.model}", 'pip install -U "transformers<6"'
        )
    try:
        found, told = model.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, output_loading_info=True,
            trust_remote_code=False,
        )  # fmt: skip
    except (OSError, ValueError, RuntimeError) as error:
        first = first_line(error)
        raise ModelError(f"{name} can't be loaded as {kind.model}: {first}", "Only safetensors are read.") from None
    if told["missing_keys"]:
        raise ModelError(f"{name} lacks the weights {min(told['missing_keys'])}", "The file is of another network.")
    return found


def _tokenizer(folder: Path, name: str) -> Any:
    """What splits texts; None where the folder has none, and the network then sees but does not read."""
    if not any((folder / file).is_file() for file in ("tokenizer.json", "tokenizer_config.json", "spiece.model")):
        return None
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # tokenizers raise whatever their format's library does
        raise ModelError(f"the tokenizer of {name} can't be loaded: {first_line(error)}", "Check its files.") from None
