"""Whether a network got all of its weights. Libraries fill a gap with random numbers and hardly say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dreamgen.errors import ModelError

_FEW = 3
"""Names of missing tensors that a message lists."""


def transformer(kind: str, folder: Path, **options: Any) -> Any:
    """A network of transformers, none of whose weights were made up.

    Args:
        kind: the name of its class.
        folder: with config.json and safetensors.
        options: for `from_pretrained`.

    Raises:
        ModelError: when tensors are missing, or have other shapes.
        OSError, ValueError, RuntimeError: as the library has it, when it can't be read at all.
    """
    import transformers

    network, told = getattr(transformers, kind).from_pretrained(folder, output_loading_info=True, **options)
    wrong = [name if isinstance(name, str) else name[0] for name in told.get("mismatched_keys", ())]
    refuse_gaps(folder, [*told["missing_keys"], *wrong])
    return network


def transformers_of(
    folder: Path,
    index: Mapping[str, Any],
    given: Mapping[str, Any],
    dtype: Any,
    variant: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """The parts of a pipeline that are transformers' networks, by name, each with all of its weights.

    Args:
        folder: the pipeline's, in diffusers' layout.
        index: its model_index.json.
        given: parts that come from elsewhere.
        dtype: of all parts, or by name with a `default`, as diffusers takes it.
        variant: of the parts that come in it.
        options: for `from_pretrained`.
    """
    found = {}
    for name, value in index.items():
        if not (isinstance(value, list) and value[:1] == ["transformers"]) or name in given:
            continue
        if (folder / name / "config.json").is_file():
            own = dtype.get(name, dtype["default"]) if isinstance(dtype, Mapping) else dtype
            published = variant if any((folder / name).glob(f"*.{variant}*.safetensors")) else None
            found[name] = transformer(value[1], folder / name, dtype=own, variant=published, **options)
    return found


def check_filled(folder: Path, networks: Mapping[str, Any]) -> None:
    """Refuses networks of diffusers that were left with empty places.

    Args:
        folder: where they come from, for the message.
        networks: by the name of the folder inside `folder`, or by "" for the folder itself.

    Raises:
        ModelError: for the first one that lacks weights.
    """
    for name, network in networks.items():
        if hasattr(network, "named_parameters"):
            refuse_gaps(folder / name, (key for key, weights in network.named_parameters() if weights.is_meta))


def refuse_gaps(folder: Path, missing: Iterable[str]) -> None:
    """Raises a `ModelError` when anything is missing."""
    names = sorted(missing)
    if names:
        more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
        raise ModelError(
            f"the weights in {folder} lack {', '.join(names[:_FEW])}{more}",
            "They are incomplete, or of another model: delete them and fetch them again.",
        )
