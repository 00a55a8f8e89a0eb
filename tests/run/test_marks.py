from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from dreamgen.run.marks import mark_of
from dreamgen.verify.verifiers.pixels import PixelsVerifier


def test_a_mark_follows_options_and_not_speed() -> None:
    mark = mark_of("pixels", PixelsVerifier())
    assert mark_of("pixels", PixelsVerifier(workers=3)) == mark
    assert mark_of("pixels", PixelsVerifier(width=256)) != mark
    assert mark_of("other", PixelsVerifier()) != mark


def test_a_mark_follows_the_code_of_a_verifier_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    marks = []
    for name, text in (("eye_one", "see = 1\n"), ("eye_two", "see = 2\n"), ("eye_three", "see = 1\n")):
        (tmp_path / f"{name}.py").write_text(f"class Eye:\n    {text}", "utf-8")
        invalidate_caches()
        marks.append(mark_of("eye", import_module(name).Eye()))
        sys.modules.pop(name)
    assert marks[0] != marks[1]
