from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from dreamgen.engines.chat.local.picking import pick  # noqa: E402

SCORES = torch.log(torch.tensor([0.5, 0.25, 0.15, 0.1]))


def picked(luck: list[float], temperature: float = 1.0, top_p: float = 1.0) -> list[int]:
    rows = len(luck)
    found = pick(
        SCORES.expand(rows, -1),
        torch.full((rows,), temperature),
        torch.full((rows,), top_p),
        torch.tensor(luck, dtype=torch.float64),
    )
    return list(found.tolist())


def test_tokens_come_as_often_as_they_are_likely() -> None:
    luck = [(number + 0.5) / 1000 for number in range(1000)]
    drawn = picked(luck)
    assert [drawn.count(token) for token in range(4)] == [500, 250, 150, 100]


def test_heat_makes_them_alike_and_cold_takes_the_likeliest() -> None:
    luck = [(number + 0.5) / 100 for number in range(100)]
    assert picked(luck, temperature=50.0).count(3) > 20
    assert set(picked(luck, temperature=0.05)) == {0}
    assert set(picked(luck, temperature=0.0)) == {0}


def test_a_nucleus_leaves_the_tail_out() -> None:
    luck = [(number + 0.5) / 100 for number in range(100)]
    assert set(picked(luck, top_p=0.6)) == {0, 1}
    assert set(picked(luck, top_p=0.8)) == {0, 1, 2}


def test_what_may_not_come_never_does() -> None:
    scores = torch.tensor([[1.0, -torch.inf, 5.0, -torch.inf]]).expand(3, -1)
    luck = torch.tensor([0.0, 0.5, 1 - 2**-53], dtype=torch.float64)
    ones = torch.ones(3)
    assert set(pick(scores, ones, ones, luck).tolist()) == {0, 2}
    assert set(pick(scores, ones, ones * 0.9, luck).tolist()) == {2}


def test_a_row_is_picked_the_same_in_any_company() -> None:
    generator = torch.Generator().manual_seed(1)
    scores = torch.randn((6, 50), generator=generator)
    luck = torch.rand(6, generator=generator, dtype=torch.float64)
    heat, top_p = torch.tensor([0.0, 0.5, 1.0, 0.7, 0.7, 2.0]), torch.tensor([1.0, 1.0, 0.5, 1.0, 0.9, 0.3])
    together = pick(scores, heat, top_p, luck)
    for row in range(6):
        one = slice(row, row + 1)
        assert pick(scores[one], heat[one], top_p[one], luck[one]).tolist() == [together[row].item()]
