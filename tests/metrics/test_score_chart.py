from __future__ import annotations

from xml.etree import ElementTree

from dreamgen.metrics.answered import Scores
from dreamgen.metrics.score_chart import chart_of
from dreamgen.metrics.score_table import markdown_of
from dreamgen.metrics.scoring import Row

HALF = Row(
    by="task", name="a | b <i>", measure="accuracy", value=0.5, low=0.25, high=1.0, interval="stories", n=8, stories=4,
    chance=0.0,
)  # fmt: skip
TEXT = Row(by="task", name="caption", measure="ROUGE-L", value=1.0, n=1, stories=1)
SCORES = Scores(answers="m.jsonl", split="test", asked=9, answered=8, missing=1, rows=(HALF, TEXT))


def drawn(scores: Scores) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(chart_of(scores, ("overall", "task"))).iter())


def test_dots_intervals_and_chance_lie_on_one_scale() -> None:
    every = drawn(SCORES)
    half, whole = [one for one in every if one.tag.endswith("circle")][1:]
    zero, one = 300.0, 690.0  # where the grid's first and last lines are
    assert {float(line.get("x1", 0)) for line in every if line.get("stroke") == "#ddd"} >= {zero, one}
    assert (float(half.get("cx", 0)), float(whole.get("cx", 0))) == ((zero + one) / 2, one)
    (between,) = [line for line in every if line.get("stroke-width") == "2.5"]
    assert (float(between.get("x1", 0)), float(between.get("x2", 0))) == (zero + (one - zero) / 4, one)
    chance = [line for line in every if line.get("stroke") == "#cf3b35"][1:]
    assert [float(line.get("x1", 0)) for line in chance] == [zero]  # texts have none


def test_every_measure_has_a_panel_and_every_row_its_words() -> None:
    words = [one.text for one in drawn(SCORES) if one.tag.endswith("text")]
    assert {"By task: accuracy", "By task: ROUGE-L", "a | b <i>", "0.500   n 8", "m.jsonl"} <= set(words)


def test_rows_without_answers_are_not_drawn() -> None:
    none = TEXT.model_copy(update={"n": 0, "unjudged": 3, "value": 0.0})
    assert len([one for one in drawn(SCORES.model_copy(update={"rows": (none,)})) if one.tag.endswith("circle")]) == 1


def test_a_name_is_no_markup_on_the_page() -> None:
    page = markdown_of(SCORES, {"task": "scores.svg"})
    row = next(line for line in page.splitlines() if line.startswith("| a"))
    assert row.startswith("| a \\| b &lt;i&gt; | accuracy | 0.500 | 0.250–1.000 | 0.000 | – | 8 | 4 | 0 | 0 | 0 |")
    assert "- Not answered, and counted as wrong: 1." in page and "![By task](scores.svg)" in page
