"""P13: which pairs a person audits."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from dreamgen.core.audit_samples import audit_sample
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.question_types import QuestionType, type_of

KINDS: dict[QuestionType, int] = {"Counting": 60, "Pose": 30, "Other": 9, "Object State": 1}


@pytest.fixture
def pairs() -> list[InstructionPair]:
    return [_pair(kind, number) for kind, count in KINDS.items() for number in range(count)]


def _pair(kind: str, number: int, question: str = "") -> InstructionPair:
    return InstructionPair(
        id=f"{kind}-{number}-{question}", clip="c", task="t", form="open", claims=("c1",), question=question,
        turns=(Turn(role="human", text="What?"), Turn(role="assistant", text="That.")),
        program=Program(name="written"), benchmarks=(f"PLM-FGQA/{kind}",),
    )  # fmt: skip


@pytest.mark.parametrize("percent", [5, 13, 50])
def test_P13_every_type_has_its_share_of_an_audit(pairs: list[InstructionPair], percent: int) -> None:
    drawn = set(audit_sample(pairs, percent, 7))
    assert len(drawn) == percent
    counts = Counter(type_of(pair) for pair in pairs if pair.id in drawn)
    assert counts.keys() == KINDS.keys()
    for kind, count in KINDS.items():
        assert abs(counts[kind] - count * percent / 100) <= 2


def test_P13_a_larger_audit_holds_the_smaller_one(pairs: list[InstructionPair]) -> None:
    samples = [set(audit_sample(pairs, percent, 7)) for percent in (0, 1, 7, 30, 100)]
    assert all(small <= large for small, large in pairwise(samples))
    assert [len(sample) for sample in samples] == [0, 1, 7, 30, 100]


def test_P13_seed_decides_and_order_does_not(pairs: list[InstructionPair]) -> None:
    assert set(audit_sample(pairs, 10, 7)) == set(audit_sample(pairs[::-1], 10, 7)) != set(audit_sample(pairs, 10, 8))


def test_P13_binary_pairs_of_a_question_are_audited_together() -> None:
    rows = [_pair("Pose", number, f"q{number // 3}") for number in range(30)]
    drawn = audit_sample(rows, 20, 7)
    assert len(drawn) == 6 and len({row.question for row in rows if row.id in drawn}) == 2


def test_P13_a_percentage_lies_between_0_and_100() -> None:
    with pytest.raises(ValueError, match="101"):
        audit_sample([], 101, 7)
