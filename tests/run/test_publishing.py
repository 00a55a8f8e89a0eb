from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.places import Places
from dreamgen.core.brief import Brief
from dreamgen.engines.croissant import issues_of, records
from dreamgen.engines.files import refer
from dreamgen.engines.marking import source_type_of
from dreamgen.engines.signing import Credentials, read_signature
from dreamgen.engines.video import write_video
from dreamgen.errors import UsageError
from dreamgen.run.opened import Run, open_run
from dreamgen.run.publishing import Saying, card_text_of, publish
from dreamgen.run.recipe import read_recipe
from tests.bulk.shard_world import make_story
from tests.engines.certificates import certified

SAID = Saying(license="cc-by-4.0", date="2026-11-22", url="https://example.org/coats")
OTHERS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:The inplace keyword")


def made(folder: Path, *changes: str) -> Run:
    """A whole run of one story by this recipe; its film is a clip of two seconds."""
    item = Item(id="story-0", source=Brief(text="Mara walks into a forest. She finds an apple."), look="flat")
    plan = Plan(items=(item,), recipe=read_recipe("storyboard", changes))
    make_story(plan, Places(folder), "story-0")
    return open_run(Places(folder).item("story-0"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return made(tmp_path / "bulk")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_card_of_a_run_tells_stages_drops_and_cost(run: Run) -> None:
    text = card_text_of(run, Saying(name="Apples"))
    assert "# Apples" in text and "| verify | pixels, sight |" in text and "The seed is 0." in text
    assert "| claims | 3 | 2 | 1 | 1 wrong\\_colour |" in text
    assert "No language or vision model was asked." in text
    assert not (run.folder / "dataset").exists(), "it is printed, and nothing is written"


def test_what_is_published_is_whole_and_says_what_only_the_publisher_knows(run: Run, tmp_path: Path) -> None:
    publish(run, SAID, tmp_path / "out")
    assert files(tmp_path / "out") == [
        "README.md", "croissant.json", "provenance.jsonl", "train/clips/scene-01.mp4", "train/metadata.jsonl",
    ]  # fmt: skip
    tree = json.loads((tmp_path / "out/croissant.json").read_text("utf-8"))
    assert (tree["datePublished"], tree["url"]) == ("2026-11-22", "https://example.org/coats")
    assert tree["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert 'license: "cc-by-4.0"' in (tmp_path / "out/README.md").read_text("utf-8")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_clips_of_a_run_that_marked_none_are_marked_in_a_copy(run: Run, tmp_path: Path) -> None:
    [mine] = run.folder.rglob("scene-01.mp4")
    before = mine.read_bytes()
    publish(run, SAID, tmp_path / "out")
    assert source_type_of(tmp_path / "out/train/clips/scene-01.mp4").endswith("/algorithmicMedia")
    assert mine.read_bytes() == before


def test_what_is_unknown_is_refused_by_name_and_nothing_is_left(tmp_path: Path) -> None:
    run = made(tmp_path / "bulk", 'verify=["pixels", "vlm"]', "vision.model=owner/looker")
    with pytest.raises(UsageError) as caught:
        publish(run, Saying(), tmp_path / "out")
    assert "nobody has said the licence of the dataset itself, nor of owner/looker, which verified claims" in str(
        caught.value
    )
    assert caught.value.hint == 'Say it: --license cc-by-4.0 --model-license "owner/looker=LICENCE"'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bulk"]
    publish(run, SAID.model_copy(update={"models": (("owner/looker", "MIT"),)}), tmp_path / "out")
    assert "| owner/looker | verified claims | MIT |" in (tmp_path / "out/README.md").read_text("utf-8")


def test_what_the_recipe_says_of_the_dataset_holds_until_somebody_says_otherwise(tmp_path: Path) -> None:
    run = made(tmp_path / "bulk")
    recipe = read_recipe("storyboard", ['export=[{backend = "huggingface", license = "mit", name = "Mine"}]'])
    (run.folder / "recipe.toml").write_text(recipe.toml(), "utf-8")
    publish(run, Saying(), tmp_path / "out")
    assert "# Mine" in (tmp_path / "out/README.md").read_text("utf-8")
    tree = json.loads((tmp_path / "out/croissant.json").read_text("utf-8"))
    assert tree["license"] == "https://spdx.org/licenses/MIT.html"
    text = card_text_of(run, SAID)
    assert "# Mine" in text and 'license: "cc-by-4.0"' in text
    (run.folder / "recipe.toml").write_text(recipe.toml().replace('"mit"', '"mti"'), "utf-8")
    with pytest.raises(UsageError, match=r"the recipe's export\.license can't be 'mti'") as caught:
        card_text_of(open_run(run.folder), Saying())
    assert caught.value.hint.startswith("Did you mean 'mit'?")


def test_provenance_has_the_sum_of_a_clip_that_was_mended_for_loaders(run: Run, tmp_path: Path) -> None:
    [entry] = (run.part.folder / ".store/clip").glob("*.json")
    made_before = json.loads(entry.read_text("utf-8"))
    film = run.part.folder / made_before["value"]["video"]["path"]
    write_video((np.full((48, 64, 3), 9 * n, np.uint8) for n in range(24)), film, 12, (64, 48))
    made_before["value"] |= {"size": [64, 48], "masklets": None, "video": refer(film, run.part.folder).model_dump()}
    made_before["made"]["outputs"] = [made_before["value"]["video"]]
    entry.write_text(json.dumps(made_before), "utf-8")
    publish(run, SAID, tmp_path / "out")
    assert (tmp_path / "out/mended.jsonl").is_file()
    told = [json.loads(line)["sha256"] for line in (tmp_path / "out/provenance.jsonl").read_text("utf-8").splitlines()]
    assert set(told) == {sha256((tmp_path / "out/train/clips/scene-01.mp4").read_bytes()).hexdigest()}


@pytest.mark.parametrize("name", [".", ".."])
def test_a_folder_that_has_no_name_is_refused(run: Run, name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a new folder"):
        publish(run, SAID, Path(name))


def test_what_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        publish(run, SAID, tmp_path / "out")
    assert files(tmp_path / "out") == ["mine.txt"]


@OTHERS
def test_the_real_library_finds_nothing_missing_in_what_is_published(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("mlcroissant", reason="reads with a real library: pip install 'dreamgen[croissant]'")
    publish(run, SAID, tmp_path / "out")
    assert issues_of(tmp_path / "out/croissant.json") == ((), ())
    assert len(list(records(tmp_path / "out/croissant.json", "train"))) == 3


def test_clips_are_signed_last_and_the_card_tells_how_far_that_is_trusted(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("c2pa", reason="signs with a real library: pip install 'dreamgen[c2pa]'")
    chain, key = certified(tmp_path)
    publish(run, SAID, tmp_path / "plain")
    publish(run, SAID, tmp_path / "out", Credentials(chain=chain, key=key))
    clip = tmp_path / "out/train/clips/scene-01.mp4"
    [line] = map(json.loads, (tmp_path / "out/signatures.jsonl").read_text("utf-8").splitlines())
    before = sha256((tmp_path / "plain/train/clips/scene-01.mp4").read_bytes()).hexdigest()
    assert line["content_sha256"] == line["signature"]["content_sha256"] == before
    assert line["sha256"] == sha256(clip.read_bytes()).hexdigest() != before
    found = read_signature(clip)
    assert found is not None and found.valid and found.source_type == source_type_of(clip)
    card = (tmp_path / "out/README.md").read_text("utf-8")
    assert "1 clip is signed (C2PA) by A studio" in card and "signingCredential.untrusted" in card
    secret = key.read_text().splitlines()[1]
    assert not any(secret.encode() in path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
