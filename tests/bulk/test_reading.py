"""What can be read, and what is said of what can't."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dreamgen.bulk.reading import FIELDS, Row, read
from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Story
from dreamgen.errors import UsageError
from dreamgen.run.filming import plan
from dreamgen.run.recipe import Recipe
from dreamgen.story.plots import UnreadablePlot


@pytest.fixture(scope="module")
def planned() -> Story:
    return plan(Recipe(shots=1), Brief(text="Anna runs into a forest."), Path())


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding)
    return path


def rows(path: Path, sort: str = "plot") -> list[Row]:
    return [one for one in read(path, sort) if isinstance(one, Row)]  # type: ignore[arg-type]


def rejects(path: Path) -> list[tuple[str, str]]:
    return [(one.what, one.reason) for one in read(path) if isinstance(one, Reject)]


def test_a_line_says_what_the_story_is_about_and_what_is_its_own(tmp_path: Path) -> None:
    lines = [
        {"plot": "Anna runs.", "title": "Run, Anna", "seed": 7, "look": "noir"},
        {"text": " Ben sits. ", "genre": " Sci-Fi  Comedy", "id": 12},
        {"theme": "a lost letter", "id": "drama-001", "genre": "drama", "seed": "3", "style": "flat"},
    ]
    path = written(tmp_path / "plots.jsonl", "\n\n".join(map(json.dumps, lines)) + "\n")
    assert rows(path) == [
        Row("Run, Anna", Brief(text="Anna runs."), 7, "noir"),
        Row("12", Brief(text="Ben sits.", genre="sci-fi comedy")),
        Row("drama-001", Brief(text="a lost letter", sort="theme", genre="drama"), 3, "flat"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whatever_wrote_the_file_the_words_arrive(tmp_path: Path, encoding: str) -> None:
    table = written(tmp_path / "plots.csv", 'title,plot\r\nCafé,"Zoë sits,\nand looks."\r\n', encoding)
    assert rows(table) == [Row("Café", Brief(text="Zoë sits,\nand looks."))]
    lines = written(tmp_path / "plots.jsonl", json.dumps({"plot": "Zoë sits."}, ensure_ascii=False) + "\r\n", encoding)
    assert [row.source for row in rows(lines)] == [Brief(text="Zoë sits.")]


def test_tables_have_commas_semicolons_or_tabs(tmp_path: Path) -> None:
    said = [Row("t", Brief(text="Anna runs, then sits."), 3)]
    assert rows(written(tmp_path / "a.csv", 'Title,Plot,Seed\nt,"Anna runs, then sits.",3\n\n')) == said
    assert rows(written(tmp_path / "b.csv", "title;plot;seed\nt;Anna runs, then sits.;3\n")) == said
    assert rows(written(tmp_path / "c.tsv", "title\tplot\tseed\nt\tAnna runs, then sits.\t3\n")) == said


def test_themes_stand_one_a_line_or_in_a_list(tmp_path: Path) -> None:
    text = written(tmp_path / "themes.txt", "a lost letter\n\ntwo bakers\n")
    assert [row.source for row in rows(text, "theme")] == [
        Brief(text="a lost letter", sort="theme"), Brief(text="two bakers", sort="theme")
    ]  # fmt: skip
    lines = written(tmp_path / "themes.jsonl", '{"text": "a lost letter"}\n{"plot": "Anna runs."}\n')
    assert [row.source for row in rows(lines, "theme")] == [
        Brief(text="a lost letter", sort="theme"), Brief(text="Anna runs.")
    ]  # fmt: skip


def test_a_bad_line_is_rejected_with_its_number_and_reason(tmp_path: Path) -> None:
    lines = [
        '{"plot": "Anna runs."}', '{"plot": "half', "[1]", '{"plot": ""}', '{"plot": "!!!"}', '{"genre": "drama"}',
        '{"plot": "a", "theme": "b"}', '{"plot": 3}', '{"plot": "Anna runs.", "seed": "x"}',
        '{"plot": "Anna runs.", "seed": true}', '{"plot": "Anna runs.", "look": "../../secret.toml"}',
        '{"plot": "\\ud800"}', f'{{"plot": "Anna runs.", "genre": "{"g" * 41}"}}',
    ]  # fmt: skip
    path = written(tmp_path / "plots.jsonl", "\n".join(lines))
    assert len(rows(path)) == 1
    assert rejects(path) == [
        ("plots.jsonl:2", "not_json"), ("plots.jsonl:3", "not_an_object"), ("plots.jsonl:4", "no_text"),
        ("plots.jsonl:5", "no_text"), ("plots.jsonl:6", "no_text"), ("plots.jsonl:7", "two_texts"),
        ("plots.jsonl:8", "wrong_value"), ("plots.jsonl:9", "wrong_value"), ("plots.jsonl:10", "wrong_value"),
        ("plots.jsonl:11", "unknown_look"), ("plots.jsonl:12", "no_text"), ("plots.jsonl:13", "wrong_value"),
    ]  # fmt: skip


def test_a_table_row_with_too_many_cells_is_rejected(tmp_path: Path) -> None:
    path = written(tmp_path / "plots.csv", "title,plot\na,Anna runs.\nb,Ben runs, then sits.\n")
    assert rejects(path) == [("plots.csv:3", "too_many_cells")]


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.jsonl", '{"plot": "Anna runs."}\n{"plot": "Ben runs.", "sead": 7}\n', "line 2: key 'sead'"),
        ("a.csv", "plot,sead\nAnna runs.,7\n", "line 1: column 'sead'"),
    ],
)
def test_a_key_that_nobody_knows_is_a_mistake_in_the_whole_file(
    tmp_path: Path, name: str, text: str, where: str
) -> None:
    with pytest.raises(UsageError) as caught:
        list(read(written(tmp_path / name, text)))
    assert where in caught.value.message
    assert "'seed'" in caught.value.hint and all(field in caught.value.hint for field in FIELDS)


def test_a_folder_has_plots_and_planned_stories(tmp_path: Path, planned: Story) -> None:
    folder = tmp_path / "plots"
    (folder / "more").mkdir(parents=True)
    written(folder / "b.txt", "Ben runs.")
    written(folder / "a.json", planned.model_dump_json())
    written(folder / "more" / "c.TXT", "Cleo runs.")
    written(folder / "empty.txt", "")
    written(folder / "broken.json", "{}")
    written(folder / "notes.md", "Mine.")
    written(folder / ".hidden.txt", "Not for you.")
    assert rows(folder) == [
        Row("a", planned), Row("b", Brief(text="Ben runs.")), Row("c", Brief(text="Cleo runs."))
    ]  # fmt: skip
    assert rejects(folder) == [("broken.json", "unreadable"), ("empty.txt", "unreadable"), ("notes.md", "not_a_plot")]


def test_a_file_that_is_named_and_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jsonl", written(tmp_path / "empty.jsonl", ""), tmp_path / "none"):
        with pytest.raises(UnreadablePlot):
            list(read(path))
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnreadablePlot, match="is empty"):
        list(read(tmp_path / "folder"))
    with pytest.raises(UnreadablePlot, match="is a folder, and themes stand in a file"):
        list(read(tmp_path, "theme"))
    (tmp_path / "picture.jsonl").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(UnreadablePlot, match="not a text file"):
        list(read(tmp_path / "picture.jsonl"))
