"""LLaMA-Factory reads the form `llamafactory`."""

from __future__ import annotations

from dreamgen.engines.loaders.llamafactory import load
from tests.loaders.arriving import check

if __name__ == "__main__":
    check(load, lambda row: row["conversations"].reverse())
