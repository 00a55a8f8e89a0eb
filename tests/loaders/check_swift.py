"""ms-swift reads the form `swift`."""

from __future__ import annotations

from dreamgen.engines.loaders.swift import load
from tests.loaders.arriving import check

if __name__ == "__main__":
    check(load, lambda row: row["messages"][1].update(role="narrator"))
