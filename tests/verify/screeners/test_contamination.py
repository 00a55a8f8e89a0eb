from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import pytest

from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.errors import UsageError
from dreamgen.verify.screeners.contamination import ContaminationScreener

ASKED = "What is the woman in the red coat doing near the harbour?"


def pair(question: str) -> InstructionPair:
    return InstructionPair(
        id="p1", clip="scene-01", task="action", form="open", claims=("c1",), program=Program(name="action_of"),
        turns=(Turn(role="human", text=question), Turn(role="assistant", text="She waves.")),
    )  # fmt: skip


def found(path: Path, question: str = ASKED, **options: object) -> list[str]:
    screener = ContaminationScreener.model_validate({"lists": str(path), **options})
    return [f"{v.reason} {v.evidence}" for v in screener.screen([pair(question)], {}, Path())]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("list.txt", f"Who runs?\n{ASKED.lower()}\n", 2),
        ("list.jsonl", f'{{"video": "a"}}\n\n{json.dumps({"Question": ASKED})}\n', 3),
        ("list.json", json.dumps([{"q": "Who?"}, {"qa": [{"question": ASKED}]}]), 2),
        ("list.csv", f'id,question\n1,Who?\n2,"{ASKED}"\n', 3),
        ("list.tsv", f"id\tquestion\n1\t{ASKED}\n", 2),
    ],
)
def test_a_question_of_a_list_is_named_by_file_and_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    (told,) = found(path)
    assert told.startswith(f"in_benchmark {name}, line {line}:")


def test_nearly_the_same_words_are_the_same_and_other_words_are_not(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(ASKED.replace("woman", "women").replace("near", "by"), "utf-8")
    assert found(path)
    assert not found(path, similar=99)
    assert not found(path, "Which animal does the old man in the yellow raincoat wave at?")


def test_a_run_of_words_in_a_longer_question_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        f"Watch the whole video before you answer this. {ASKED} Choose one of four and explain why.", "utf-8"
    )
    assert not found(path)
    assert found(path, run=8)


def test_what_anybody_would_ask_is_no_sign_of_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("What time of day is it?", "utf-8")
    assert not found(path, "What time of day is it?")
    assert found(path, "What time of day is it?", least=3)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("none.txt", None, "there is no list"),
        ("empty.txt", "\n \n", "holds no question"),
        ("broken.jsonl", "{", "can't be read"),
        ("other.json", '[{"answer": 3}]', "holds no question"),
        ("list.pdf", "x", "is no list of questions"),
    ],
)
def test_a_list_that_is_none_is_told_before_anything_is_made(
    tmp_path: Path, name: str, text: str | None, why: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=why):
        ContaminationScreener(lists=(str(path),)).ready()


def test_no_list_at_all_is_told_too() -> None:
    with pytest.raises(UsageError, match="no list"):
        ContaminationScreener().ready()


def test_another_list_under_an_old_name_is_another_screener(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("Who runs?", "utf-8")
    before = ContaminationScreener(lists=(str(path),)).model_dump()
    path.write_text("Who sits?", "utf-8")
    assert ContaminationScreener(lists=(str(path),)).model_dump() != before


@pytest.mark.slow
def test_a_long_list_takes_no_time_worth_telling(tmp_path: Path) -> None:
    lot = Random(1)
    words = [f"word{n}" for n in range(3000)]
    lines = [" ".join(lot.choices(words, k=9)) for _ in range(20_000)]
    path = tmp_path / "list.txt"
    path.write_text("\n".join([*lines, ASKED]), "utf-8")
    screener = ContaminationScreener(lists=(str(path),))
    pairs = [pair(line + "?") for line in lines[:200]] + [pair(ASKED)]
    began = time.process_time()
    assert len(list(screener.screen(pairs, {}, Path()))) == 201
    assert time.process_time() - began < 10
