from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.categories import (
    UNKNOWN,
    Category,
    Sorted,
    Sorting,
    by_similarity,
    by_words,
    choose,
    read_categories,
)
from dreamgen.core.found import Source
from dreamgen.errors import UsageError


def source(title: str = "", *labels: str) -> Source:
    return Source(
        id="v", name="v.mp4", sha256="0" * 64, seconds=10, size=(64, 64), fps=24, title=title, labels=labels
    )  # fmt: skip


def planted(per: int, categories: int = 29) -> list[Sorted]:
    """So many clips of each category, each with another score, and as many of none."""
    known = [
        Sorted(what=f"{name}-{number}", category=f"cat-{name}", by="similarity", score=number / per)
        for name in range(categories)
        for number in range(per)
    ]
    return [*known, *(Sorted(what=f"none-{number}", category=UNKNOWN, by="none") for number in range(per))]


def test_H1_there_are_29_categories_as_texts() -> None:
    found = read_categories()
    assert len(found) == len({one.id for one in found}) == len({one.text for one in found}) == 29
    assert found[0].text == "A video about cooking activity."
    assert all(one.text.endswith(".") and one.words for one in found)


def test_H1_counts_match_a_quota_of_each_category_and_some_others_by_lot() -> None:
    chosen = choose(planted(12), Sorting(quota=5, extra=20), seed=3)
    why = Counter(one.kept for one in chosen)
    assert why == {"quota": 29 * 5, "extra": 20, "": 30 * 12 - 29 * 5 - 20}
    of_each = Counter(one.category for one in chosen if one.kept == "quota")
    assert set(of_each.values()) == {5} and UNKNOWN not in of_each


def test_those_that_fit_best_are_taken_first() -> None:
    chosen = choose(planted(10, categories=2), Sorting(quota=2), seed=0)
    assert [one.what for one in chosen if one.kept] == ["0-8", "0-9", "1-8", "1-9"]


def test_a_category_with_too_few_gives_all_that_it_has() -> None:
    chosen = choose(planted(3, categories=2), Sorting(quota=5, extra=1), seed=0)
    assert Counter(one.kept for one in chosen) == {"quota": 6, "extra": 1, "": 2}


def test_equals_come_by_lot_whatever_their_order() -> None:
    some = [Sorted(what=f"c{number}", category="food", by="words", score=1.0) for number in range(20)]
    first, again = (
        {one.what for one in choose(order, Sorting(quota=5), seed=1) if one.kept} for order in (some, some[::-1])
    )
    other = {one.what for one in choose(some, Sorting(quota=5), seed=2) if one.kept}
    assert first == again != other and len(first) == 5


def test_without_a_quota_all_are_kept() -> None:
    assert {one.kept for one in choose(planted(2), Sorting(), seed=0)} == {"all"}
    assert choose([], Sorting(quota=3), seed=0) == ()


def test_a_clip_belongs_where_it_is_nearest_and_of_equals_to_the_first() -> None:
    categories = read_categories()[:3]
    near = np.array([[0.1, 0.3, 0.2], [0.2, 0.2, 0.1]])
    found = by_similarity(["a", "b"], near, categories)
    assert [(one.category, one.by, one.score) for one in found] == [
        ("writing", "similarity", 0.3), ("cooking", "similarity", 0.2),
    ]  # fmt: skip


def test_without_a_network_words_of_titles_and_labels_decide() -> None:
    sources = {
        "a": source("My dog and my cat", "eating dogfood"),
        "b": source("", "juggling balls"),
        "c": source("Untitled 17"),
        "d": source("Baking a cake: food from a small kitchen"),
    }
    found = {one.what: one for one in by_words(sources, read_categories())}
    assert (found["a"].category, found["a"].by, found["a"].score, found["a"].also) == ("pets_animals", "words", 2.0, 1)
    assert found["b"].category == "acrobatics"
    assert (found["c"].category, found["c"].by) == (UNKNOWN, "none")
    assert (found["d"].category, found["d"].also) == ("cooking", 1)


def test_a_part_of_a_word_is_no_word() -> None:
    (found,) = by_words({"a": source("A catalogue of articles")}, read_categories())
    assert found.category == UNKNOWN


def test_an_own_list_is_a_table_or_a_sentence_a_line(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(
        "# ours\nA video about deep sea diving.\n\nA clip of the northern lights\n", "utf-8"
    )
    assert read_categories(str(tmp_path / "own.txt")) == (
        Category(id="deep_sea_diving", text="A video about deep sea diving."),
        Category(id="the_northern_lights", text="A clip of the northern lights"),
    )
    (tmp_path / "own.toml").write_text('[birds]\ntext = "A video about birds."\nwords = ["owl"]\n', "utf-8")
    (birds,) = read_categories(str(tmp_path / "own.toml"))
    assert (birds.id, birds.words) == ("birds", ("owl",))
    found = by_words({"a": source("Deep sea diving for beginners")}, read_categories(str(tmp_path / "own.txt")))
    assert found[0].category == "deep_sea_diving"


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("empty.txt", "\n# nothing\n", "names no category"),
        ("twice.txt", "A video about dogs.\nA video about dogs\n", "twice"),
        ("bad.toml", "[a]\ntxt = 'x'\n", "no list of categories"),
        ("worse.toml", "[a\n", "no list of categories"),
        ("blank.toml", "[a]\ntext = 'A video.'\nwords = [' ']\n", "no list of categories"),
    ],
)
def test_a_list_that_is_wrong_is_refused(name: str, text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UsageError, match=wrong):
        Sorting(file=str(tmp_path / name)).ready()


def test_a_list_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="can't be read"):
        Sorting(file="nowhere.txt").ready()
