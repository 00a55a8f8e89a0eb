from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from dreamgen.bulk.working import peak_memory


@pytest.mark.skipif(sys.platform == "win32", reason="it does not say")
@pytest.mark.parametrize(("system", "told"), [("linux", 300 * 2**10), ("darwin", 300 * 2**20)])
def test_memory_is_told_in_the_same_unit_everywhere(monkeypatch: pytest.MonkeyPatch, system: str, told: int) -> None:
    import resource

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(resource, "getrusage", lambda _: SimpleNamespace(ru_maxrss=told))
    assert peak_memory() == 300.0
