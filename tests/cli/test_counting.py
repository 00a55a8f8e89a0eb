"""A log hears now and then how far a long look is, and nothing of a short one."""

from __future__ import annotations

import pytest

from dreamgen.cli.counting import counting


@pytest.mark.parametrize(("pause", "lines"), [(0.0, ["check: 1 of 1,200", "check: 2 of 1,200"]), (1e9, [])])
def test_a_log_has_a_line_now_and_then(
    pause: float, lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dreamgen.cli.counting.SILENCE", pause)
    watch = counting(quiet=False)
    watch.begins("check", 1200, 0)
    for item in ("story-0", "story-1"):
        watch.made("check", item)
    watch.ends("check")
    assert capsys.readouterr().err.splitlines() == lines


def test_whoever_wants_quiet_hears_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("dreamgen.cli.counting.SILENCE", 0.0)
    watch = counting(quiet=True)
    watch.begins("check", 1, 0)
    watch.made("check", "story-0")
    assert not capsys.readouterr().err
