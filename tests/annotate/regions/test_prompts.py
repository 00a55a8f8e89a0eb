import json
from pathlib import Path

import pytest

from dreamgen.annotate.regions.prompts import Prompt, asset_of, of_clip, read_prompts
from dreamgen.annotate.regions.seeds import fresh_name, seeds_of
from dreamgen.engines.segmenting import Hint, Reel
from dreamgen.errors import UsageError

REEL = Reel(Path("clip.mp4"), 24, (64, 48), 240, 4)
BOX = (0.1, 0.2, 0.5, 0.9)


def _file(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_boxes_and_clicks_are_read_from_lines(tmp_path: Path) -> None:
    file = _file(
        tmp_path / "p.jsonl",
        {"clip": "dog-001", "frame": 12, "what": "dog", "box": BOX},
        "",
        {"video": "dog.mp4", "time": 11.0, "what": "red car", "points": [[0.4, 0.5], [0.9, 0.1, 0]]},
    )

    first, second = read_prompts(asset_of(str(file)))

    assert (first.bounds is not None, first.clicks) == (True, ())
    assert (second.bounds, second.clicks) == (None, ((0.4, 0.5, True), (0.9, 0.1, False)))
    here = list(of_clip((first, second), "dog-002", "films/dog.mp4", 10.0, 24, 240))
    assert here == [(second, 24)]
    assert list(of_clip((first, second), "dog-001", "films/dog.mp4", 0.0, 24, 240)) == [(first, 12)]


def test_a_file_with_other_bytes_is_another_option(tmp_path: Path) -> None:
    file = _file(tmp_path / "p.jsonl", {"clip": "a", "frame": 0, "what": "dog", "box": BOX})
    before = asset_of(str(file))
    file.write_text(file.read_text().replace("dog", "cat"))
    assert asset_of(str(file)).sha256 != before.sha256


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"frame": 1, "what": "dog", "box": BOX}, "name a clip or a video"),
        ({"clip": "a", "what": "dog", "box": BOX}, "say a time or a frame"),
        ({"video": "a", "frame": 3, "what": "dog", "box": BOX}, "frames are counted in clips"),
        ({"clip": "a", "frame": 3, "what": "dog"}, "give a box, or a point"),
        ({"clip": "a", "frame": 3, "what": "dog", "points": [[0.1, 0.1, 0]]}, "give a box, or a point"),
        ({"clip": "a", "frame": 3, "what": "dog", "box": [10, 20, 200, 300]}, "fractions of the picture"),
        ({"clip": "a", "frame": 3, "what": "dog", "box": [0.5, 0.5, 0.1, 0.9]}, "left, top, right, bottom"),
        ({"clip": "a", "frame": 3, "what": "", "box": BOX}, "at least 1 character"),
        ("not json", "Invalid JSON"),
    ],
)
def test_a_line_that_can_not_be_used_is_told_with_its_number(tmp_path: Path, line: object, words: str) -> None:
    good = {"clip": "a", "frame": 0, "what": "dog", "box": BOX}
    with pytest.raises(UsageError, match="line 2: ") as caught:
        read_prompts(asset_of(str(_file(tmp_path / "p.jsonl", good, line))))
    assert words in caught.value.message


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file of prompts"):
        asset_of(str(tmp_path / "nowhere.jsonl"))


def test_lines_with_one_id_are_of_one_thing_and_hints_lie_in_annotated_frames() -> None:
    some = [
        Prompt(clip="a", frame=13, what="dog", box=BOX, id="rex"),
        Prompt(clip="a", frame=50, what="dog", points=((0.5, 0.5),)),
        Prompt(clip="a", frame=14, what="dog", points=((0.3, 0.3),), id="rex"),
        Prompt(clip="a", frame=101, what="dog", points=((0.2, 0.2, 1),), id="rex"),
    ]

    rex, other = seeds_of([(one, one.frame or 0) for one in some], REEL, {"dog-1"})

    assert (rex.entity, rex.category, other.entity) == ("dog-2", "animal", "dog-3")
    assert rex.hints == (
        Hint(12, some[0].bounds), Hint(16, None, ((0.3, 0.3, True),)), Hint(100, None, ((0.2, 0.2, True),)),
    )  # fmt: skip
    assert other.hints == (Hint(48, None, ((0.5, 0.5, True),)),)


def test_names_are_new_and_plain() -> None:
    assert fresh_name("Old man!", ()) == "old-man-1"
    assert fresh_name("dog", ("dog-1", "dog-3")) == "dog-2"
    assert fresh_name("狗", ()) == "thing-1"
