"""Tasks and their configuration through the checks of Label Studio's own SDK."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from dreamgen.engines.loaders.hub import decodes
from dreamgen.engines.loaders.loaded import Loaded

_LOCAL = "/data/local-files/?d="


def load(folder: Path) -> Loaded:
    """The tasks that it takes with all their predictions; the first clip is decoded by PyAV.

    Raises:
        ImportError: without label_studio_sdk.
    """
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface((folder / "config.xml").read_text("utf-8"))
    interface.validate()
    rows, first = 0, ""
    for path in sorted(folder.glob("*.json")):
        for task in json.loads(path.read_text("utf-8")):
            rows += all(interface.validate_prediction(one) for one in task["predictions"])
            first = first or task["data"]["video"]
    local = first.startswith(_LOCAL)
    note = "Label Studio plays clips in a browser: it was decoded by PyAV" if local else "the clips are elsewhere"
    return Loaded(
        f"label-studio-sdk {version('label_studio_sdk')}",
        rows,
        decoded=local and decodes(folder / first.removeprefix(_LOCAL)),
        note=note,
    )
