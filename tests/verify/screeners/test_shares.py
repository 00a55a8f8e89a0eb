"""P1 and P18: types of questions and domains of videos are evened out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.question_types import named_type
from dreamgen.verify.screeners.shares import SharesScreener


def pair(kind: str, number: int, domain: str = "", question: str = "", weight: float = 1.0) -> InstructionPair:
    return InstructionPair(
        id=f"{kind}-{domain}-{number}", clip="c", task="t", form="open", claims=("c1",), weight=weight,
        turns=(Turn(role="human", text="What?"), Turn(role="assistant", text="That.")), question=question,
        program=Program(name="written"), benchmarks=(f"PLM-FGQA/{kind}",) if kind else (), domain=domain,
    )  # fmt: skip


def left(screener: SharesScreener, *pairs: InstructionPair) -> tuple[list[InstructionPair], Counter[str]]:
    found = {one.about: one.reason for one in screener.screen(pairs, {}, Path())}
    return [one for one in pairs if one.id not in found], Counter(found.values())


def test_P1_a_type_that_has_more_than_its_share_loses_some() -> None:
    pairs = [pair(kind, n) for kind, count in (("Counting", 40), ("Pose", 6), ("Other", 5)) for n in range(count)]
    kept, reasons = left(SharesScreener(share=1.0, always=1), *pairs)
    assert Counter(named_type(one) for one in kept) == {"Counting": 17, "Pose": 6, "Other": 5}
    assert reasons == {"type_too_frequent": 23}


def test_P18_a_domain_that_has_more_than_its_share_loses_some() -> None:
    pairs = [pair("Pose", n, domain) for domain, count in (("cooking", 30), ("sport", 2)) for n in range(count)]
    kept, reasons = left(SharesScreener(by=("domain",), share=1.0, always=1), *pairs)
    assert Counter(one.domain for one in kept) == {"cooking": 16, "sport": 2}
    assert reasons == {"domain_too_frequent": 14}


def test_the_least_trusted_go_first() -> None:
    pairs = [pair("Pose", n, weight=0.2 if n < 5 else 0.9) for n in range(10)]
    kept, _ = left(SharesScreener(share=1.0, always=5), *pairs, pair("Counting", 0))
    assert {one.weight for one in kept if named_type(one) == "Pose"} >= {0.9}
    assert sum(one.weight == 0.9 for one in kept) == 5


def test_pairs_without_a_type_or_a_domain_are_left_alone() -> None:
    pairs = [pair("", n) for n in range(50)]
    assert left(SharesScreener(share=1.0, always=1), *pairs) == (pairs, Counter())


def test_P11_binary_pairs_go_with_their_question() -> None:
    rows = [pair("Pose", n, question=f"q{n // 3}") for n in range(30)]
    kept, _ = left(SharesScreener(share=1.0, always=1), *rows, pair("Counting", 0))
    assert set(Counter(one.question for one in kept if one.question).values()) == {3}
    assert 3 <= len(kept) < 30
