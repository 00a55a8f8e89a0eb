from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.base import fingerprint
from dreamgen.core.calibration import Rate
from dreamgen.core.found import Excerpt, Source
from dreamgen.core.lineage import ModelUsed
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.trusted import Trusted
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.files import refer
from dreamgen.errors import DreamgenError
from dreamgen.export.captions import CaptionsExporter
from tests.datasets import dataset

BY = "eye annotate/video_caption@1a2b; eye annotate/frame_caption@3c4d; pen annotate/fuse@5e6f"
SOURCE = Source(
    id="dog", name="pets/dog.mp4", sha256="0", seconds=60, size=(96, 64), fps=12, licence="cc-by-4.0", title="A dog",
    url="https://example.org/dog", dataset="webvid",
)  # fmt: skip


def caption(name: str, clip: str, text: str, span: tuple[float, float] = (0.0, 2.0), by: str = "") -> InstructionPair:
    return InstructionPair(
        id=name,
        clip=clip,
        task="scene_caption",
        form="caption",
        turns=(Turn(role="human", text="Describe this video."), Turn(role="assistant", text=text)),
        span=span,
        claims=("c1", "c2"),
        program=Program(name="described" if by else "scene_caption", arguments=(("by", by),) if by else ()),
    )


@pytest.fixture
def found(clip: Clip, media: Path) -> Clip:
    """A clip that was cut from a video that somebody found."""
    target = media / "clips" / "dog-001.mp4"
    shutil.copy(media / clip.video.path, target)
    of = {"origin": "found", "pictures": "found", "motion": "found", "video": refer(target, media)}
    excerpt = Excerpt(source="dog", start=30.0, end=32.0)
    return clip.model_copy(update={"id": "dog-001", "excerpt": excerpt, **of})


@pytest.fixture
def written(clip: Clip, found: Clip, media: Path, into: Path, pairs: tuple[InstructionPair, ...]) -> Path:
    """Captions of a dreamed and of a found clip, among other pairs."""
    some = (
        *pairs,
        caption("p5", "scene-01", "A woman walks. The camera <video> stays still."),
        caption("p6", "scene-01", "A shot.", (0.0, 1.0)),
        caption("p7", "dog-001", "A dog runs.", by=BY),
    )
    CaptionsExporter(licence="cc0-1.0").export(dataset(some, [clip, found], media, sources=(SOURCE,)), into)
    return into


def rows(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "train.json").read_text("utf-8")))


def test_G2_array_and_lines_have_the_same_rows_and_every_row_the_same_columns(written: Path) -> None:
    lines = [json.loads(line) for line in (written / "train.jsonl").read_text("utf-8").splitlines()]
    assert lines == rows(written)
    assert [row["id"] for row in lines] == ["p5", "p7"]
    for row in lines[1:]:
        assert list(row) == list(lines[0])
        assert [type(value) for value in row.values()] == [type(value) for value in lines[0].values()]


def test_G2_dreamed_and_found_captions_load_as_one_table(written: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    # what the viewer of the hub does: two files of one split, of which either could lack a column
    for number, row in enumerate(rows(written)):
        (tmp_path / f"part-{number}.json").write_text(json.dumps([row]), "utf-8")
    files = [str(path) for path in sorted(tmp_path.glob("part-*.json"))]
    loaded = datasets.load_dataset("json", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["caption"][:] == ["A woman walks. The camera (video) stays still.", "A dog runs."]
    assert loaded["set"][:] == ["dreamgen", "webvid"]
    assert loaded["conversations"][0][0]["from"] == "human"


def test_G2_the_whole_folder_loads_as_the_viewer_of_the_hub_loads_it(written: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(written), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["id"][:] == ["p5", "p7"] and loaded.column_names == list(rows(written)[0])


def test_licences_are_counted_on_the_card_and_are_no_markup(found: Clip, media: Path, into: Path) -> None:
    odd = SOURCE.model_copy(update={"licence": "[own](http://x) *"})
    CaptionsExporter().export(dataset([caption("p1", "dog-001", "A dog.")], [found], media, sources=(odd,)), into)
    card = (into / "README.md").read_text("utf-8")
    assert "- 1 under \\[own\\](http://x) \\*" in card and 'license: "other"' in card


def test_the_card_tells_models_marks_and_limits_as_that_of_pairs_does(
    clip: Clip, found: Clip, media: Path, into: Path
) -> None:
    model = ModelUsed(name="eye", roles=("described the videos",), licence="MIT")
    pairs = [caption("p5", "scene-01", "A woman walks."), caption("p7", "dog-001", "A dog runs.")]
    CaptionsExporter().export(dataset(pairs, [clip, found], media, sources=(SOURCE,), models=(model,)), into)
    card = (into / "README.md").read_text("utf-8")
    assert "| eye | described the videos | MIT |" in card and "- synthetic" in card
    assert "1 of 2 clips were made by software" in card and "### Real persons" in card
    lines = card.splitlines()
    assert all(lines[number - 1] == "" for number, line in enumerate(lines) if line.startswith("#"))


def test_G2_names_of_videos_lead_to_rows(written: Path) -> None:
    assert json.loads((written / "videoname2id.json").read_text("utf-8")) == {
        "scene-01.mp4": ["p5"], "dog-001.mp4": ["p7"],
    }  # fmt: skip


def test_G2_scenes_of_two_stories_that_are_called_alike_are_two_videos(clip: Clip, media: Path, into: Path) -> None:
    clips = []
    for story in ("baker", "forest"):
        target = media / story / "scene-01.mp4"
        target.parent.mkdir()
        shutil.copy(media / clip.video.path, target)
        clips.append(clip.model_copy(update={"id": f"{story}-scene-01", "video": refer(target, media)}))
    some = [caption("p1", "baker-scene-01", "A baker."), caption("p2", "forest-scene-01", "A forest.")]
    CaptionsExporter().export(dataset(some, clips, media), into)
    names = json.loads((into / "videoname2id.json").read_text("utf-8"))
    assert names == {"baker-scene-01.mp4": ["p1"], "forest-scene-01.mp4": ["p2"]}
    assert names.keys() == {path.name for path in (into / "clips").iterdir()} == {row["source"] for row in rows(into)}


def test_the_card_says_which_captions_no_verifier_saw_and_what_was_estimated_of_all_pairs(
    clip: Clip, media: Path, into: Path
) -> None:
    told = caption("p5", "scene-01", "Mara loses her hope.")
    told = told.model_copy(update={"program": Program(name="synopsis")})
    of_all = Trusted(vote=(), pairs=Rate(value=0.02, low=0.0, high=0.1, n=50))
    CaptionsExporter().export(
        dataset([told, caption("p6", "scene-01", "A shot.")], [clip], media, trusted=of_all), into
    )
    card = " ".join((into / "README.md").read_text("utf-8").split())
    assert "**No verifier saw what a synopsis tells** (1 caption; `program` is `synopsis`)" in card
    assert "About 2.0 % of the pairs of the whole run, of which these are some, are estimated to be wrong" in card
    assert "it was not estimated; what rests on many claims" in card and "saw to be right" not in card


def test_only_of_what_models_wrote_a_verifier_saw_every_sentence(written: Path) -> None:
    card = " ".join((written / "README.md").read_text("utf-8").split())
    assert "Of what models wrote (1 caption), only the sentences were kept that a verifier saw to be right." in card
    assert "synopsis tells" not in card


def test_G1_the_prompt_is_stored_with_the_record(written: Path) -> None:
    dreamed, found = rows(written)
    assert found["prompt"] == "annotate/video_caption@1a2b; annotate/frame_caption@3c4d; annotate/fuse@5e6f"
    assert found["model"] == "eye; pen"
    assert (dreamed["prompt"], dreamed["model"], dreamed["program"]) == ("", "", "scene_caption")


def test_G1_texts_of_prompts_come_along_unless_they_were_changed_since(found: Clip, media: Path, into: Path) -> None:
    prompt = read_prompt("annotate/fuse")
    by = f"pen annotate/fuse@{prompt.fingerprint[:12]}; eye annotate/frame_caption@000000000000; eye no/such@1"
    CaptionsExporter().export(
        dataset([caption("p1", "dog-001", "A dog.", by=by)], [found], media, sources=(SOURCE,)), into
    )
    told = json.loads((into / "prompts.json").read_text("utf-8"))
    assert "You write one description of a video" in told.pop(f"annotate/fuse@{prompt.fingerprint[:12]}")
    assert told == {"annotate/frame_caption@000000000000": "", "no/such@1": ""}


def test_no_path_follows_from_what_a_claim_says_of_its_prompt(
    found: Clip, media: Path, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts").mkdir()
    (tmp_path / "secret.md").write_text("a secret", "utf-8")
    by = f"eye ../secret@{fingerprint('a secret')[:8]}"
    CaptionsExporter().export(
        dataset([caption("p1", "dog-001", "A dog.", by=by)], [found], media, sources=(SOURCE,)), into
    )
    assert set(json.loads((into / "prompts.json").read_text("utf-8")).values()) == {""}


def test_G6_licence_and_source_are_on_every_record(written: Path) -> None:
    dreamed, found = rows(written)
    assert (found["licence"], found["url"], found["source"], found["title"]) == (
        "cc-by-4.0", "https://example.org/dog", "pets/dog.mp4", "A dog",
    )  # fmt: skip
    # where in the source it was cut
    assert (found["start"], found["end"]) == (30.0, 32.0)
    assert dreamed["licence"] == "cc0-1.0"


def test_G6_nobody_is_given_a_licence_that_nobody_told(found: Clip, media: Path, into: Path) -> None:
    bare = SOURCE.model_copy(update={"licence": ""})
    told = dataset([caption("p1", "dog-001", "A dog.")], [found], media, sources=[bare])
    CaptionsExporter(licence="cc0-1.0").export(told, into)
    assert rows(into)[0]["licence"] == "unknown"


def test_rows_can_be_trained_on_as_llava_does(written: Path) -> None:
    for row in rows(written):
        human, gpt = row["conversations"]
        assert human == {"from": "human", "value": "<video>\nDescribe this video."}
        assert gpt == {"from": "gpt", "value": row["caption"]}
        assert (written / row["video"]).is_file() and str(row).count("<video>") == 1


def test_captions_of_shots_are_rows_where_they_are_wanted(clip: Clip, media: Path, into: Path) -> None:
    some = [caption("p1", "scene-01", "A film."), caption("p2", "scene-01", "A shot.", (0.5, 1.0))]
    CaptionsExporter(parts=True).export(dataset(some, [clip], media), into)
    assert [(row["id"], row["start"]) for row in rows(into)] == [("p1", 0.0), ("p2", 0.5)]


def test_pairs_without_a_caption_make_no_empty_dataset(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    with pytest.raises(DreamgenError, match="none of 4 pairs is a caption"):
        CaptionsExporter().export(dataset(pairs, [clip], media), into)
    assert not list(into.iterdir())


def test_without_a_caption_the_files_are_empty(clip: Clip, media: Path, into: Path) -> None:
    CaptionsExporter().export(dataset([], [clip], media), into)
    assert rows(into) == [] and (into / "train.jsonl").read_text("utf-8") == ""
