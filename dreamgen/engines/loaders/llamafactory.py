"""LLaMA-Factory's own parser, reader and converter, and the plugin of Qwen2-VL, which opens videos; no weights."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

from dreamgen.engines.loaders.hub import quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded

_SOUND: Final = "torchaudio"
"""Imported by it at once, and used for sounds alone."""


def load(folder: Path) -> Loaded:
    """Every row of every dataset that dataset_info.json names; one that training would drop or stop at is not counted.

    Raises:
        ImportError: without LLaMA-Factory.
    """
    names = list(json.loads((folder / "dataset_info.json").read_bytes()))
    rows, decoded = 0, True
    with _without_sound(), quiet_datasets() as (_, cache):
        from llamafactory.data.loader import _load_single_dataset
        from llamafactory.data.mm_plugin import get_mm_plugin
        from llamafactory.data.parser import get_dataset_list

        plugin = get_mm_plugin("qwen2_vl", image_token="<|image_pad|>", video_token="<|video_pad|>")
        for attributes in get_dataset_list(names, str(folder)):
            data = _load_single_dataset(attributes, *_arguments(folder, cache))
            rows += sum(_arrives(plugin, row) for row in data)
            decoded = decoded and _decodes(plugin, data[0]["_videos"])
    return Loaded(f"LLaMA-Factory {version('llamafactory')}", rows, decoded)


def _arguments(folder: Path, cache: str) -> tuple[Any, Any, Any]:
    """Of the model, the data and the training, as far as the reading asks for them."""
    from llamafactory.hparams import DataArguments

    model = SimpleNamespace(cache_dir=cache, hf_hub_token=None)
    data = DataArguments(dataset_dir=str(folder), media_dir=str(folder))
    return model, data, SimpleNamespace(dataloader_num_workers=0, local_process_index=0)


def _arrives(plugin: Any, row: Mapping[str, Any]) -> bool:
    """Whether `SupervisedDatasetProcessor` would train on a row."""
    prompt, response, videos = row["_prompt"], row["_response"], row["_videos"] or []
    if len(prompt) % 2 != 1 or len(response) != 1:
        return False
    try:
        plugin._validate_messages(prompt + response, [], videos, [])
    except ValueError:
        return False
    return True


def _decodes(plugin: Any, videos: list[str] | None) -> bool:
    limits = {"image_max_pixels": 256 * 256, "image_min_pixels": 16 * 16, "video_fps": 2.0, "video_maxlen": 128}
    return bool(videos) and all(plugin._regularize_videos(videos, **limits)["videos"])


@contextmanager
def _without_sound() -> Iterator[None]:
    """Lets it be imported where torchaudio is not installed."""
    if find_spec(_SOUND) is not None:
        yield
        return
    empty = ModuleType(_SOUND)
    empty.__spec__ = ModuleSpec(_SOUND, None)
    sys.modules[_SOUND] = empty
    try:
        yield
    finally:
        del sys.modules[_SOUND]
