from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.coreset import Coreset, Items, choose
from dreamgen.annotate.embedding import unit
from dreamgen.annotate.subsets import Told, write_subsets

pytest.importorskip("sklearn")

SIZES = Coreset(near=0.999, sizes=(20, 5), tool="sklearn")


class Page(HTMLParser):
    """What a page shows and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


def items(name: str = "clip") -> Items:
    lot = np.random.default_rng(0)
    vectors = unit(np.repeat(np.eye(32)[:6], 10, axis=0) + lot.normal(size=(60, 32)) * 0.05)
    vectors[1] = vectors[0]
    return Items([f"{name}-{row:02}" for row in range(60)], vectors, (), [float(row) for row in range(60)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, brought = tmp_path_factory.mktemp("coresets"), items()
    write_subsets(brought, choose(brought, SIZES, 0), SIZES, 0, folder, lambda row: b"jpeg" if row else b"")
    return folder


def test_G3_every_size_has_a_list_that_begins_the_next_larger_one(folder: Path) -> None:
    small, large = ((folder / f"core-{size}.txt").read_text().splitlines() for size in (5, 20))
    assert (len(small), len(large)) == (5, 20)
    assert large[:5] == small
    order = [json.loads(line) for line in (folder / "order.jsonl").read_text().splitlines()]
    assert [line["id"] for line in order][:20] == large
    assert [line["rank"] for line in order] == list(range(1, 60))
    assert [line["core"] for line in order] == [5] * 5 + [20] * 15 + [None] * 39
    assert all(line["stood_for_by"] in {other["id"] for other in order[: line["rank"]]} for line in order)


def test_G4_and_G5_the_numbers_are_in_one_file(folder: Path) -> None:
    told = Told.model_validate_json((folder / "coverage.json").read_text())
    assert (told.coverage.items, told.coverage.kept) == (60, 59)
    assert [one.what for one in told.coverage.variety] == ["all", "kept", "5", "20"]
    assert [one.size for one in told.portions] == [5, 20, 59]
    assert told.portions[2].long == 30
    assert told.coverage.tool == "sklearn"


def test_G5_the_page_shows_every_cluster_and_loads_nothing(folder: Path) -> None:
    page = Page((folder / "clusters.html").read_text())
    told = Told.model_validate_json((folder / "coverage.json").read_text())
    assert len([one for one in page.all("section") if one.get("class") == "card"]) == told.coverage.clusters
    assert {str(one["src"])[:23] for one in page.all("img")} == {"data:image/jpeg;base64,"}
    assert not page.all("script") + page.all("link") + page.all("iframe")
    assert len(page.all("circle")) == 59
    assert any(one.get("class") == "chosen" for one in page.all("figure"))


def test_an_id_is_no_markup(tmp_path: Path) -> None:
    brought = items("<script>alert(1)</script>")
    write_subsets(brought, choose(brought, SIZES, 0), SIZES, 0, tmp_path, lambda row: b"")
    page = Page((tmp_path / "clusters.html").read_text())
    assert not page.all("script")
    assert "<script>alert(1)</script>-00" in page.words


def test_the_same_bytes_again(folder: Path, tmp_path: Path) -> None:
    brought = items()
    _, names = write_subsets(
        brought, choose(brought, SIZES, 0), SIZES, 0, tmp_path, lambda row: b"jpeg" if row else b""
    )
    assert {name: (tmp_path / name).read_bytes() for name in names} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_more_than_there_are_is_all_there_are(tmp_path: Path) -> None:
    few = Items(["a", "b"], np.eye(2))
    options = Coreset(near=0, sizes=(10, 50), tool="sklearn")
    told, names = write_subsets(few, choose(few, options, 0), options, 0, tmp_path, lambda row: b"")
    assert "core-2.txt" in names
    assert [one.size for one in told.portions] == [2]
