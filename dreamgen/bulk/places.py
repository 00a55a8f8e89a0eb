"""Where everything lies in the folder of a bulk run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dreamgen.bulk.items import fan

PLAN = "plan.jsonl"
ITEMS = "items"


@dataclass(frozen=True)
class Places:
    """The folder of a bulk run, which several drivers on several machines may share."""

    folder: Path
    """As given by --out."""

    @property
    def plan(self) -> Path:
        """One line an item."""
        return self.folder / PLAN

    def item(self, name: str) -> Path:
        """The run's folder of one item: what `dreamgen story` would have made of it."""
        return self.folder / ITEMS / fan(name) / name

    def settled(self, name: str) -> Path:
        """The mark that says how an item ended, written last of all."""
        return self.folder / "settled" / fan(name) / f"{name}.json"

    def claim(self, name: str) -> Path:
        """Who works on something now: an item, or a shard."""
        return self.folder / "claims" / name

    def driver(self, name: str) -> Path:
        """The sign of life of a driver."""
        return self.folder / "drivers" / f"{name}.json"

    def journal(self, driver: str) -> Path:
        """What a driver began and saw end."""
        return self.folder / "journal" / f"{driver}.jsonl"

    def log(self, worker: str) -> Path:
        """What a worker and its libraries print."""
        return self.folder / "logs" / f"{worker}.log"

    @property
    def dataset(self) -> Path:
        """The shards, with their index."""
        return self.folder / "dataset"

    def shard(self, number: int) -> Path:
        """The mark that says what is in a shard, written when it is whole."""
        return self.dataset / ".shards" / f"{number:05d}.json"
