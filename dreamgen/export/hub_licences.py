"""The licences that the Hugging Face hub knows, by the ids that it takes in a card; it refuses any other word.

As https://huggingface.co/docs/hub/repositories-licenses lists them. A licence that is not there is told by the address
of its text, and the card calls it `other`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

LISTED: Final = "https://huggingface.co/docs/hub/repositories-licenses"
"""Where the hub lists them."""
OTHER: Final = "other"
HUB_LICENCES: Final = frozenset(
    {
        "apache-2.0", "mit", "openrail", "bigscience-openrail-m", "creativeml-openrail-m",
        "bigscience-bloom-rail-1.0", "bigcode-openrail-m", "afl-3.0", "artistic-2.0", "bsl-1.0", "bsd",
        "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "c-uda", "cc", "cc0-1.0", "cc-by-2.0", "cc-by-2.5",
        "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0",
        "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0",
        "cdla-sharing-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0", "wtfpl", "ecl-2.0", "epl-1.0", "epl-2.0",
        "etalab-2.0", "eupl-1.1", "eupl-1.2", "agpl-3.0", "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "lgpl", "lgpl-2.1",
        "lgpl-3.0", "lgpl-lr", "isc", "h-research", "intel-research", "lppl-1.3c", "ms-pl", "apple-ascl",
        "apple-amlr", "mpl-2.0", "odc-by", "odbl", "pddl", "openmdw-1.0", "openmdw-1.1", "openrail++", "osl-3.0",
        "postgresql", "ofl-1.1", "ncsa", "unlicense", "zlib", "deepfloyd-if-license",
        "fair-noncommercial-research-license", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4",
        "grok2-community", "gemma", "unknown", "other",
    }
)  # fmt: skip
"""Their ids."""

_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>]+")


def hub_licence(told: str) -> str:
    """A licence as a card says it: the hub's id, in small letters, or the address of its text as it is.

    Raises:
        ValueError: for anything else, with what to write.
    """
    if _ADDRESS.fullmatch(told):
        return told
    licence = told.lower()
    if licence in HUB_LICENCES - {OTHER}:
        return licence
    near = get_close_matches(licence, sorted(HUB_LICENCES - {OTHER}), n=1)
    guess = f"Did you mean {near[0]!r}? " if near else ""
    raise ValueError(
        f"{guess}Write it as the hub does: cc-by-4.0, apache-2.0, mit, cc0-1.0 ({LISTED} has all ids); "
        f"or, of a licence that is not there, the address of its text, https://..., which makes it {OTHER!r}"
    )
