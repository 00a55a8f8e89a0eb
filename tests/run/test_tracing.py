from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.opened import open_run
from dreamgen.run.tracing import trace
from tests.decided import write_run


def test_a_pair_that_is_not_there_is_looked_for_where_ids_are_listed(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "run"))
    with pytest.raises(UsageError, match="there is no pair 'where-9'") as told:
        trace(run, "where-9")
    assert told.value.hint == "Did you mean 'where-1'? The ids are in videos/pairs.jsonl."
