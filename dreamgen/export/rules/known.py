"""Forms by name: who checks what was written, and which trainer's own loader reads it.

A form's rules are the module of its name in this folder, its loader that in `dreamgen.engines.loaders`. A form of a
plugin has neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.export.rules.files import keyed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.version_mark import VERSION_FILE

Rules = Callable[[Path], Findings]
Loader = Callable[[Path], Loaded]

LEAVES_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "captions": "it holds captions of whole clips alone",
        "plmbench": "it holds choices, open questions and those about marked subjects alone",
        "lmmseval": "it holds single questions{held} alone; its README.md counts the others",
        "vlmevalkit": "it holds choices{held} alone; its README.md counts the others",
        "mvbench": "it holds choices of MVBench's tasks{held} alone; its README.md counts the others",
        "tempcompass": "it holds choices of TempCompass's aspects{held} alone; its README.md counts the others",
    }
)
"""Forms that leave pairs out by their nature or their options, and which they hold; see `leaves_out`."""

TASKS: Final = "it holds the tasks alone that its option `tasks` names"
"""Why an exporter with this option leaves pairs out."""

CLIPWISE: Final = frozenset({"hicom"})
"""Forms whose rows are clips with all that is asked about each, and name no pairs."""

STORIES: Final = frozenset({"dreamframe"})
"""Forms of a story, which hold no pairs."""


def leaves_out(form: str, folder: Path) -> str:
    """Why a form leaves pairs out, one of `LEAVES_OUT`: a benchmark has all stories where nothing was held out."""
    held = keyed(folder / VERSION_FILE, Findings()).get("trained_on") is False
    return LEAVES_OUT[form].format(held=" of what was held out" if held else "")


def rules_of(form: str) -> Rules | None:
    """The rule checker of a form; None where there is none."""
    found: Rules | None = _function(f"{__package__}.", form, "look")
    return found


def loader_of(form: str) -> Loader | None:
    """The real loader of a form, which may turn out not to be installed; None where none is known to install."""
    found: Loader | None = _function("dreamgen.engines.loaders.", form, "load")
    return found


def _function(package: str, form: str, name: str) -> Any:
    # a form may be called like a folder that somebody has put beside the others
    if not form.isidentifier() or find_spec(package + form) is None:
        return None
    return getattr(import_module(package + form), name, None)
