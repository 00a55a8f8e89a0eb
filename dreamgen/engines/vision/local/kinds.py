"""What a folder holds that is no vision-language model for this process, in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from dreamgen.engines.vision.local.families import NAMES
from dreamgen.errors import ModelError

_SERVE: Final = "or serve it with vLLM or SGLang and give its address: --set vision.base_url=..."
_COMPARERS: Final = ("clip", "siglip", "siglip2", "chinese_clip", "align", "altclip", "blip", "xclip", "pe_video")
"""Kinds that tell how well a picture and a text agree."""


def refuse_kind(folder: Path, config: Mapping[str, Any]) -> NoReturn:
    """Says what a folder is, and why it can't answer questions about frames here.

    Args:
        folder: with the model.
        config: what its config.json says.

    Raises:
        ModelError: always.
    """
    from transformers.models.auto import modeling_auto as known

    kind = str(config.get("model_type") or "")
    take = f"Take one of {NAMES}"
    own = " It brings code of its own, which is never run." if config.get("auto_map") else ""
    if not kind:
        raise ModelError(f"{folder}/config.json does not say what kind of model it is (model_type)", f"{take}.")
    if kind in known.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise ModelError(f"{folder} is of the kind {kind}, which can't be shown frames here", f"{take}, {_SERVE}")
    if kind in known.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise ModelError(f"{folder} is a language model of the kind {kind}, which sees no pictures", f"{take}.")
    if kind in _COMPARERS:
        what = f"{folder} is of the kind {kind}, which compares pictures with texts and answers no questions"
        raise ModelError(what, f"{take}.")
    if kind == "internvl_chat":
        hint = "Take the same model in transformers' layout; its name ends in -hf (OpenGVLab/InternVL3-2B-hf)."
        raise ModelError(f"{folder} is InternVL in a layout of its own.{own}", hint)
    if kind in known.MODEL_MAPPING_NAMES:
        raise ModelError(f"{folder} is of the kind {kind}, which is no vision-language model", f"{take}.")
    what = f"{folder} is of the kind {kind}, which this transformers does not know.{own}"
    raise ModelError(what, f"{take}, or a newer transformers, {_SERVE}")
