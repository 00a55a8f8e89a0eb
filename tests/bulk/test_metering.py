from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dreamgen.bulk.metering import Meter, weigh
from dreamgen.bulk.spending import Purse, asked_in
from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.ledger import LEDGER, Answered, Began, Failed
from dreamgen.run.bulking import Bulk, Price


def asked(story: Path, first: int, *tokens: int, kept: str = "answers") -> None:
    """Calls that were answered with so many tokens, in the ledger of a story's folder."""
    path = story / kept / LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for call, count in enumerate(tokens, first):
            began = Began(call=call, model="writer", purpose="story/outline", where="act-1", reserved=100)
            ended = Answered(call=call, tokens_in=10, tokens_out=count, seconds=1.0)
            file.write(f"{began.model_dump_json()}\n{ended.model_dump_json()}\n")


def test_a_walk_tells_what_was_asked_in_it_and_not_before(tmp_path: Path) -> None:
    asked(tmp_path, 1, 500, 500)
    with Meter(tmp_path) as meter:
        asked(tmp_path, 3, 7)
        asked(tmp_path, 1, 20, kept="answers/vision")
    told = meter.reading(whole=False)["usage"]
    assert [(one.calls, one.tokens_in, one.tokens_out) for one in told] == [(2, 20, 27)]


def test_a_walk_that_asks_nobody_tells_nothing(tmp_path: Path) -> None:
    asked(tmp_path, 1, 500)
    with Meter(tmp_path) as meter:
        pass
    assert meter.reading(whole=False) == {"gpu_use": None, "usage": ()}


def test_a_call_that_was_lost_and_one_that_failed_are_counted_once(tmp_path: Path) -> None:
    with Meter(tmp_path) as meter:
        path = tmp_path / "answers" / LEDGER
        path.parent.mkdir()
        lost, bad = (
            Began(call=call, model="writer", purpose="story/outline", where="act-1", reserved=100) for call in (1, 2)
        )
        end = Failed(call=2, error="RateLimitError", seconds=1.0)
        path.write_text("".join(f"{line.model_dump_json()}\n" for line in (lost, bad, end)))
    (told,) = meter.reading(whole=False)["usage"]
    assert (told.calls, told.failed) == (0, 2)


def test_a_story_that_is_whole_is_weighed_and_a_file_with_two_names_once(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "scene.mp4").write_bytes(b"x" * 1000)
    os.link(tmp_path / "clips" / "scene.mp4", tmp_path / "film.mp4")
    (tmp_path / "story.json").write_bytes(b"y" * 10)
    with Meter(tmp_path) as meter:
        pass
    assert meter.reading(whole=True)["disk_bytes"] == weigh(tmp_path) == 1010


def test_a_walk_tells_how_busy_its_gpu_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy(ModuleType):
        NVMLError = RuntimeError

        def __getattr__(self, name: str) -> object:
            told = {"nvmlDeviceGetCount": 1, "nvmlDeviceGetName": "H100"}
            return lambda *_: told.get(name, type("", (), {"gpu": 40, "used": 1, "total": 2}))

    monkeypatch.setitem(sys.modules, "pynvml", Busy("pynvml"))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    with Meter(tmp_path) as meter:
        pass
    assert meter.reading(whole=False)["gpu_use"] == 0.4


def test_money_is_told_only_of_models_with_a_price() -> None:
    purse = Purse(Bulk(prices=(Price(model="writer", tokens_in=2.0, tokens_out=8.0),)))
    for model in ("writer", "other", "writer"):
        purse.add([Usage(model=model, purpose="qa/ask", calls=1, tokens_in=1_000_000, tokens_out=500_000)])
    assert [(one.model, one.calls, one.money) for one in purse.asked] == [("other", 1, None), ("writer", 2, 12.0)]


def test_a_folder_without_a_ledger_has_asked_nobody(tmp_path: Path) -> None:
    assert asked_in(tmp_path) == ()
