"""A name on the hub becomes a folder on this machine; what was downloaded once is not asked for again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from dreamgen.engines.diffusion.inventory import hub_is_off
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.errors import ModelError, first_line

_FILES: Final = ("*.json", "*.safetensors", "*.jinja", "*.txt", "*.model")
"""What is fetched; never code, never pickles."""


def fetch(name: str) -> Path:
    """The folder of a model on the hub.

    Args:
        name: `owner/model`.

    Raises:
        ModelError: when there is none by this name, or it can't be had now.
    """
    with quiet():
        here = here_already(name)
        if here is not None:
            return here
        if hub_is_off():
            raise ModelError(
                f"{name} is not on this machine, and asking the hub is switched off",
                "Name a local folder (--set vision.model=/path), or unset HF_HUB_OFFLINE.",
            )
        return _asked(name, lambda: _snapshot(name, offline=False))


def _snapshot(name: str, offline: bool) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=list(_FILES), local_files_only=offline))


def here_already(name: str) -> Path | None:
    """The folder of an earlier download; None where there is none, or it broke off before its weights were there."""
    from huggingface_hub import errors

    from dreamgen.engines.diffusion.soundness import check_network

    try:
        folder = _snapshot(name, offline=True)
        check_network(folder)
    except (errors.LocalEntryNotFoundError, errors.HFValidationError, ModelError, OSError, ValueError):
        return None
    return folder if (folder / "config.json").is_file() else None


def _asked(name: str, ask: Callable[[], Path]) -> Path:
    """Turns the hub's errors into ours; none of them shows a token."""
    from huggingface_hub import errors

    try:
        return ask()
    except errors.GatedRepoError:
        hint = "Accept it on the model's page and log in: hf auth login"
        raise ModelError(f"{name} is only for those who accepted its licence", hint) from None
    except errors.RepositoryNotFoundError:
        hint = "Check vision.model, or log in: hf auth login"
        raise ModelError(f"the hub has no {name}, or not for you", hint) from None
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled):
        hint = "Try again, or name a local folder: --set vision.model=/path"
        raise ModelError(f"{name} is not on this machine, and the hub does not answer", hint) from None
    except Exception as error:
        # the hub's client lets those of the library through that it asks with, which is another one in each version
        told = isinstance(error, OSError | errors.HFValidationError)
        if not told and type(error).__module__.partition(".")[0] not in {"httpx", "requests", "huggingface_hub"}:
            raise
        hint = "Try again, or name a local folder: --set vision.model=/path"
        raise ModelError(f"{name} could not be downloaded: {first_line(error)}", hint) from None
