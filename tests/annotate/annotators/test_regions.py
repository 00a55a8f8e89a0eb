import json
import sys
from pathlib import Path

import pytest

from dreamgen.annotate.annotators.regions import RegionsAnnotator
from dreamgen.core.claims import Absence, Attribute, Claim, Cut, Description, Movement, Presence, Relation
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage, Masklet
from dreamgen.core.receipts import Reject
from dreamgen.engines.masks import pixels_of
from dreamgen.engines.video import read_frames
from dreamgen.errors import UsageError
from tests.annotate.regions.scene import SIZE, ByColour, ByName, Scripted, across, film, ink

Told = list[Claim | Masklet | Reject]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """A red ball goes to the right, above; a blue box stands still, below, from the second second on."""
    path = tmp_path_factory.mktemp("scene") / "clip.mp4"
    return film(path, {"ball": across(0.2, 0.8, 0.3), "box": lambda frame: (0.9, 0.8) if frame >= 12 else None})


def _annotated(annotator: RegionsAnnotator, footage: Footage, *known: Claim, notes: Notes | None = None) -> Told:
    return list(annotator.annotate(footage, notes or Notes(), known, Path()))


def _scripted(blind: tuple[str, ...] = (), **options: object) -> Scripted:
    given = {"words": ("ball", "box"), **options}
    return Scripted.model_validate(given).with_networks(ByColour(), ByName(blind))


def test_masks_and_what_they_say(footage: Footage) -> None:
    told = _annotated(_scripted(), footage)

    ball, box = (one for one in told if isinstance(one, Masklet))
    assert (ball.entity, box.entity, ball.step, ball.size) == ("ball-1", "box-1", 2, SIZE)
    assert (ball.intended, box.intended) == ((), ())
    for mask in ball.frames:
        picture = next(shown for _, shown in read_frames(footage.video, mask.frame, mask.frame + 1))
        assert (pixels_of(mask.rle, SIZE) == ink(picture, "ball")).mean() > 0.99
    said = {(type(one), getattr(one, "entity", "")): one for one in told if not isinstance(one, Masklet | Reject)}
    seen, gone = said[Presence, "box-1"], said[Absence, "box-1"]
    assert (gone.start, gone.end, seen.start, seen.end) == (0.0, 0.9167, 0.9167, 3.0)
    assert (said[Presence, "ball-1"].start, said[Presence, "ball-1"].end) == (0.0, 3.0)
    moved, stayed = said[Movement, "ball-1"], said[Movement, "box-1"]
    assert isinstance(moved, Movement)
    assert isinstance(stayed, Movement)
    assert (moved.direction, stayed.direction) == ("right", "none")
    red, blue = said[Attribute, "ball-1"], said[Attribute, "box-1"]
    assert isinstance(red, Attribute)
    assert isinstance(blue, Attribute)
    assert [(one.slot, one.value, one.colour) for one in (red, blue)] == [
        ("body", "ball", "red"), ("body", "box", "blue"),
    ]  # fmt: skip
    beside = said[Relation, "ball-1"]
    assert isinstance(beside, Relation)
    assert (beside.relation, beside.other, beside.start) == ("left of", "box-1", seen.start)
    assert [one for one in told if isinstance(one, Reject)] == []


@pytest.mark.parametrize(
    ("options", "intended"),
    [
        ({}, {"ball-1": False, "box-1": False}),
        ({"trust": "never"}, {"ball-1": True, "box-1": True}),
        ({"trust": "always", "blind": ("box",)}, {"ball-1": False}),
    ],
)
def test_masks_that_nobody_agreed_with_are_only_intended(
    footage: Footage, options: dict[str, object], intended: dict[str, bool]
) -> None:
    told = _annotated(_scripted(**options), footage)  # type: ignore[arg-type]
    assert {one.entity: bool(one.intended) for one in told if isinstance(one, Masklet)} == intended


def test_without_a_detector_what_a_person_pointed_out_is_followed_and_nobody_checks_it(
    footage: Footage, tmp_path: Path
) -> None:
    lines = [
        {"clip": "clip-001", "frame": 1, "what": "ball", "box": [0.14, 0.2, 0.26, 0.4]},
        {"video": "film.mp4", "time": 12.0, "what": "blue box", "points": [[0.9, 0.8]]},
        {"clip": "clip-002", "frame": 1, "what": "dog", "box": [0.1, 0.1, 0.2, 0.2]},
    ]
    (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, lines)))
    annotator = _scripted(detector="", prompts=str(tmp_path / "p.jsonl"))

    told = _annotated(annotator, footage, notes=Notes(video="film.mp4", start=10.0))

    masklets = [one for one in told if isinstance(one, Masklet)]
    assert [one.entity for one in masklets] == ["ball-1", "blue-box-1"]
    assert [one.intended for one in masklets] == [((0, 36),), ((11, 36),)]


@pytest.mark.parametrize(
    ("notes", "known"),
    [
        (Notes(), (Cut(start=2.0, end=2.0),)),
        (Notes(cuts=(2.0,)), ()),
        (Notes(cuts=(2.0,)), (Cut(start=2.05, end=2.05),)),
    ],
)
def test_nothing_is_believed_across_a_cut_that_is_known(
    footage: Footage, notes: Notes, known: tuple[Claim, ...]
) -> None:
    told = _annotated(_scripted(words=("box",), every=100), footage, *known, notes=notes)
    spans = [(one.start, one.end) for one in told if isinstance(one, Presence)]
    # the second shot is looked at by itself, and what is in it may be another box
    assert spans == [(2.0, 3.0)]
    assert [one.reason for one in told if isinstance(one, Reject)] == ["another_shot"]


def test_a_clip_in_which_nothing_is_found_says_nothing(footage: Footage) -> None:
    assert _annotated(_scripted(blind=("ball", "box")), footage) == []


def test_an_annotator_with_nothing_to_follow_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to follow"):
        RegionsAnnotator(detector="").ready()
    with pytest.raises(UsageError, match="no network in"):
        RegionsAnnotator(segmenter=str(tmp_path / "nowhere")).ready()
    with pytest.raises(UsageError, match="no file of prompts"):
        RegionsAnnotator.model_validate({"prompts": str(tmp_path / "nowhere.jsonl")})


def test_a_clip_that_can_not_be_read_is_counted(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no video")
    broken = Footage(clip="clip-001", video=tmp_path / "clip.mp4", portraits={})
    (told,) = _annotated(_scripted(), broken)
    assert isinstance(told, Reject)
    assert (told.reason, told.clip) == ("unreadable", "clip-001")


@pytest.mark.slow
def test_real_networks_with_random_weights_from_end_to_end(footage: Footage, tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    from dreamgen.engines.segmenting.blank import write_segmenter
    from dreamgen.engines.vision.blank import write_vision_model
    from tests.annotate.regions.networks import write_detector

    clicks = {"clip": "clip-001", "frame": 20, "what": "ball", "points": [[0.5, 0.5], [0.1, 0.9, 0]]}
    (tmp_path / "p.jsonl").write_text(json.dumps(clicks))
    seer = {"model": str(write_vision_model(tmp_path / "vlm", "qwen3_vl")), "device": "cpu", "side": 56}
    shared = {
        "segmenter": str(write_segmenter(tmp_path / "sam", seed=2)), "trust": "always", "rate": 2, "offline": True,
        "device": "cpu", "gates": {"least_fit": 0.0, "most_change": 1000, "most_jump": 2},
    }  # fmt: skip
    found = {"detector": str(write_detector(tmp_path / "owl")), "words": "dog", "sure": 0.05, "most": 2, **shared}
    pointed = {"detector": "", "prompts": str(tmp_path / "p.jsonl"), "describe": True, "vision": seer, **shared}

    for options, entity in ((found, "dog-1"), (pointed | {"shown": 2, "tokens": 8}, "ball-1")):
        annotator = RegionsAnnotator.model_validate(options)
        annotator.ready()
        told = list(annotator.annotate(footage, Notes(), (), tmp_path / "kept"))

        followed = {one.entity for one in told if isinstance(one, Masklet)}
        assert entity in followed
        assert {one.entity for one in told if isinstance(one, Presence)} <= followed
        again = RegionsAnnotator.model_validate(options)
        assert list(again.annotate(footage, Notes(), (), tmp_path / "kept")) == told
    # what a network with random weights says is no description, and is counted as none
    assert any(isinstance(one, Description) or (isinstance(one, Reject) and one.kind == "text") for one in told)
