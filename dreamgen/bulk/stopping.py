"""When it is better to stop than to go on: too many stories fail, or no worker stays alive."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import Bulk

WINDOW: Final = 10
"""The last so many times `Bulk.judged_from` stories are judged: a model that goes down after a week is noticed soon."""
_DEATHS: Final = 5
"""Of each worker of a pool, one after the other, while no walk of any of them comes to an end."""
_DEATHS_AT_LEAST: Final = 20
"""Of them together, so that a machine that is taken away and given back does not count as a fault."""
_SEVERAL: Final = 3
"""Stories that must be among them: a single one may be the reason itself, and is put aside in the end."""


class Breaker:
    """Stops everything when going on would only use up stories.

    It judges what ended in this driver's life: what was put aside before says nothing of how things stand now.

    Args:
        bulk: how many may fail.
        workers: of each pool, when it begins.
        tracebacks: the folder where people find out more.
    """

    def __init__(self, bulk: Bulk, workers: Mapping[str, int], tracebacks: Path) -> None:
        self._bulk, self._tracebacks = bulk, tracebacks
        self._workers = Counter(workers)
        self._deaths = Counter[str]()
        self._victims: defaultdict[str, set[str]] = defaultdict(set)
        self._failed: deque[bool] = deque(maxlen=WINDOW * bulk.judged_from)

    def hired(self, workers: Mapping[str, int]) -> None:
        """Workers came or went. The most that there ever were count: those that go are those that die."""
        self._workers |= Counter(workers)

    def walked(self, pool: str) -> None:
        """A walk came to an end, well or badly: workers of this pool live. It says nothing of those of others."""
        self._deaths[pool] = 0
        self._victims[pool].clear()

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        """A worker died with these stories in hand.

        Raises:
            DreamgenError: no worker of the pool stays alive.
        """
        self._deaths[pool] += 1
        self._victims[pool].update(items)
        most = max(_DEATHS_AT_LEAST, _DEATHS * self._workers[pool])
        if self._deaths[pool] >= most and len(self._victims[pool]) >= _SEVERAL:
            raise DreamgenError(
                f"{self._deaths[pool]} workers of the pool {pool!r} died one after the other, and none finished "
                f"anything: {why}",
                "Look into logs/, mend it and run the same command again: everything finished so far is kept.",
            )

    def settled(self, *, put_aside: bool, reason: str = "", exit_code: int = 1) -> None:
        """A story ended here.

        Raises:
            DreamgenError: too many of the last ones failed.
        """
        self._failed.append(put_aside)
        failed, of = sum(self._failed), len(self._failed)
        if not put_aside or of < self._bulk.judged_from or failed / of <= self._bulk.most_failed:
            return
        error = DreamgenError(
            f"{failed} of the last {of} stories failed, the last one with: {reason}",
            f"Their tracebacks are in {self._tracebacks}. Mend what is wrong and run the same command again with "
            "--retry; bulk.most_failed sets how many may fail.",
        )
        error.exit_code = exit_code
        raise error
