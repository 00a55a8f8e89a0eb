"""A name of weights becomes a folder or file on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from dreamgen.engines.diffusion.inventory import hub_is_off
from dreamgen.errors import ModelError, UsageError, first_line

_HUB_NAME = re.compile(r"^\w[\w.-]*/\w[\w.-]*(/\w[\w./-]*)?$")
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
"""Formats that can run code when they are read."""
_NAMES = ("model", "diffusion_pytorch_model")
"""Of weights, as transformers and diffusers call them."""
CONVERT = "Take the safetensors of the same weights, or convert them: diffusers' save_pretrained writes safetensors."


def find(name: str, variant: str = "", offline: bool = False) -> Path:
    """The local folder or file of weights; what is on the hub is downloaded once.

    Args:
        name: a local folder or file, or on the hub `owner/model`, `owner/model/folder`, `owner/model/file.safetensors`.
        variant: which of several published precisions: fp16.
        offline: whether only what was downloaded before counts.

    Raises:
        ModelError: when there is nothing by this name, or it can't be had now.
        UsageError: for a file that is not safetensors.
    """
    if name.lower().endswith(PICKLES):
        raise UsageError(f"{name} is not safetensors, and reading it could run whatever it holds", CONVERT)
    local = Path(name).expanduser()
    if local.exists():
        return local
    on_hub = _HUB_NAME.match(name) and ".." not in name.split("/")
    if local.is_absolute() or name.startswith((".", "~")) or not on_hub:
        raise ModelError(f"there are no weights at {name}", "Check the path, or give a name on the hub: owner/model")
    offline = offline or hub_is_off()
    owner, model, *rest = name.split("/")
    repository, inner = f"{owner}/{model}", "/".join(rest)
    if inner.endswith(".safetensors"):
        return _asked(name, offline, lambda: _file(repository, inner, offline))
    if inner:
        return _asked(name, offline, lambda: _folder(repository, inner, variant, offline))
    return _asked(name, offline, lambda: _model(repository, variant, offline))


def _file(repository: str, inner: str, offline: bool) -> Path:
    from huggingface_hub import hf_hub_download

    return Path(hf_hub_download(repository, inner, local_files_only=offline))


def _model(repository: str, variant: str, offline: bool) -> Path:
    """A whole pipeline's folder, or that of one network which is a repository of its own."""
    from diffusers import DiffusionPipeline
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    try:
        index = Path(hf_hub_download(repository, "model_index.json", local_files_only=offline))
    except EntryNotFoundError:
        # neither there nor in the cache: the repository may be that of one network
        return _folder(repository, "", variant, offline)
    if offline:
        # diffusers wants the listing of the repository; what is missing shows when it is loaded
        return index.parent
    return Path(
        DiffusionPipeline.download(repository, variant=variant or None, use_safetensors=True, local_files_only=offline)
    )


def _folder(repository: str, inner: str, variant: str, offline: bool) -> Path:
    """One network's folder: in full precision, which all of them have, or else the variant."""
    from huggingface_hub import hf_hub_download, snapshot_download

    at = f"{inner}/" if inner else ""
    # its own file first: a listing alone says nothing about whether there is such a folder
    hf_hub_download(repository, f"{at}config.json", local_files_only=offline)
    for kind in ("", f".{variant}") if variant else ("",):
        weights = [f"{at}{name}{kind}{end}" for name in _NAMES for end in (".safetensors", "-*.safetensors")]
        patterns = [f"{at}*.json", f"{at}*.txt", *weights]
        folder = Path(snapshot_download(repository, allow_patterns=patterns, local_files_only=offline)) / inner
        if any(folder.glob("*.safetensors")):
            break
    return folder


def _asked(name: str, offline: bool, fetch: Callable[[], Path]) -> Path:
    """Turns the hub's errors into ours; none of them shows a token."""
    from huggingface_hub import errors

    try:
        return fetch()
    except errors.GatedRepoError:
        raise ModelError(
            f"{name} is only for those who accepted its licence",
            "Accept it on the model's page and log in: hf auth login",
        ) from None
    except errors.RepositoryNotFoundError:
        raise ModelError(f"the hub has no {name}, or not for you", "Check the name, or log in: hf auth login") from None
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled):
        reason = "and asking the hub is switched off" if offline else "and the hub does not answer"
        raise ModelError(
            f"{name} is not on this machine, {reason}",
            "Name a local folder (--set diffusion.model=/path), or unset HF_HUB_OFFLINE and diffusion.offline.",
        ) from None
    except errors.EntryNotFoundError:
        raise ModelError(f"the hub has no {name}: its repository holds no such safetensors", CONVERT) from None
    except Exception as error:
        # the hub's client lets those of the library through that it asks with, which is another one in each version
        if not isinstance(error, OSError | errors.HFValidationError) and not _by_network(error):
            raise
        first = first_line(error)
        raise ModelError(f"{name} could not be downloaded: {first}", "Try again, or name a local folder.") from None


def _by_network(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in {"httpx", "requests", "huggingface_hub"}
