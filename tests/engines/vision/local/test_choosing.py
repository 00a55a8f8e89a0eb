from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.vision.local.noisy import model, noise, question

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from dreamgen.engines.exactness import exactly  # noqa: E402
from dreamgen.engines.vision.local import LocalSees  # noqa: E402
from dreamgen.engines.vision.local.choosing import events, spellings  # noqa: E402
from dreamgen.engines.vision.local.prompts import asked  # noqa: E402
from dreamgen.engines.vision.local.reading import whole  # noqa: E402
from dreamgen.engines.vision.local.weights import Weights, shared  # noqa: E402


def likelihood(weights: Weights, text: str, choices: tuple[str, ...], said: tuple[int, ...]) -> float:
    """How likely it is that an answer begins with some tokens, read one by one."""
    frames = noise()
    shown = weights.family.show(frames, weights.about)
    part = asked(weights, question(text, choices), shown)
    tokens, told = [*part.before, *part.after], 0.0
    with exactly(weights.place):
        for token in said:
            told += float(whole(weights, tokens, shown)[token])
            tokens.append(token)
    return float(torch.tensor(told).exp())


def test_a_choice_is_meant_however_it_is_written() -> None:
    ways = spellings(("Yes", "No"))
    assert [ways[form] for form in ("Yes", "yes", "YES", " Yes", " yes", "No", " no")] == [0, 0, 0, 0, 0, 1, 1]


def test_choices_that_differ_in_capitals_alone_keep_their_own() -> None:
    ways = spellings(("polish", "Polish"))
    assert ways["polish"] == 0
    assert ways["Polish"] == 1


def test_a_chance_is_the_sum_of_the_ways_to_write_it(smol: Path) -> None:
    weights = shared(model(smol))
    text, choices = "Is it day?", ("Yes", "No")
    (seen,) = LocalSees(model(smol)).ask(noise(), [question(text, choices)])
    found = [0.0, 0.0]
    for way, number in events(weights, choices).items():
        found[number] += likelihood(weights, text, choices, way)
    assert seen.chances == pytest.approx(found, abs=2e-4)
    # more than the one way alone, so that the sum is worth it
    single = weights.tokenizer("Yes", add_special_tokens=False)["input_ids"]
    assert seen.chances[0] > likelihood(weights, text, choices, tuple(single)) + 1e-3


def test_a_choice_of_several_tokens_counts_with_all_of_them(smol: Path) -> None:
    weights = shared(model(smol))
    text, choices = "Which? Answer with two.", ("A B", "B A", "No")
    (seen,) = LocalSees(model(smol)).ask(noise(), [question(text, choices)])
    found = [0.0, 0.0, 0.0]
    for way, number in events(weights, choices).items():
        found[number] += likelihood(weights, text, choices, way)
    assert seen.chances == pytest.approx(found, abs=2e-4)
    assert all(chance > 0 for chance in seen.chances)


def test_what_begins_like_a_longer_choice_is_not_counted_twice(smol: Path) -> None:
    (short,) = LocalSees(model(smol)).ask(noise(), [question("Which?", ("A", "No"))])
    (both,) = LocalSees(model(smol)).ask(noise(), [question("Which?", ("A", "A B", "No"))])
    assert both.chances[1] > 0
    assert both.chances[0] + both.chances[1] == pytest.approx(short.chances[0], abs=3e-4)
    assert sum(both.chances) <= 1
