"""DreamFrame: `generate.py` of its StyleImmobilization, and MovieLLM's eval_movie_qa.py for prompt_bench/.

`generate.py` draws the entries of `img_diag` that are frames, in order, and calls the pictures 1.png, 2.png ...; it
looks for the style's keyword in their words. The scripts of the benchmark index answers by the names in `QA`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import keyed
from dreamgen.export.rules.findings import Findings

STORY: Final = "story_info_0.json"
BENCH: Final = "prompt_bench"
_KEYS: Final = ("character", "img_diag", "QA", "overview")
_BENCHED: Final = (("overview_qa", 1), ("plot_qa", 2), ("temporal_qa", 1))
_FRAME: Final = re.compile(r"generate an image (?:in|on) (\S+) style:\s+\S.*", re.DOTALL)
_PICTURE: Final = re.compile(r"[1-9]\d*")


def look(folder: Path) -> Findings:
    """Reads story_info_0.json and the movies in prompt_bench/; a row is a frame."""
    found = Findings()
    story = keyed(folder / STORY, found)
    if story:
        for place, what in (*_story(story, found), *_pictures(folder, found.rows)):
            found.wrong(f"{STORY}:{place}" if place else STORY, what)
    for path in sorted((folder / BENCH).glob("*.json")):
        apart = Findings()
        for what in _movie(keyed(path, apart)):
            apart.wrong(path.name, what)
        for defect in apart.defects:
            found.wrong(f"{BENCH}/{defect.where}", defect.what)
    return found


def _story(story: dict[str, Any], found: Findings) -> Iterator[tuple[str, str]]:
    if tuple(story) != _KEYS:
        yield "", f"has the keys {', '.join(story)}, and not {', '.join(_KEYS)}"
    looks = story.get("character")
    if not isinstance(looks, dict) or not all(_is_text(one) for pair in looks.items() for one in pair):
        yield "character", "is no object of names and looks"
    if not _is_text(story.get("overview")):
        yield "overview", "is no text"
    yield from _pieces(story.get("img_diag"), found)
    yield from (("QA", what) for what in _pairs(story.get("QA")))


def _pieces(pieces: Any, found: Findings) -> Iterator[tuple[str, str]]:
    words: set[str] = set()
    for number, piece in enumerate(pieces if isinstance(pieces, list) else (), start=1):
        place = f"img_diag:{number}"
        if not isinstance(piece, list) or len(piece) != 2 or piece[0] not in ("frame", "dialogue"):
            yield place, "is no pair of frame or dialogue and words"
        elif not _is_text(piece[1]):
            yield place, "has no words"
        elif piece[0] == "frame":
            found.rows += 1
            begun = _FRAME.fullmatch(piece[1])
            if begun is None:
                yield place, "does not begin with: generate an image in KEYWORD style: "
            else:
                words.add(begun[1])
    if not found.rows:
        yield "img_diag", "has no frame"
    if len(words) > 1:
        yield "img_diag", f"has frames of {len(words)} styles: {', '.join(sorted(words))}"


def _pairs(pairs: Any) -> Iterator[str]:
    for number, pair in enumerate(pairs if isinstance(pairs, list) else ({},), start=1):
        if not isinstance(pair, dict) or list(pair) != ["Question", "Answer"] or not all(map(_is_text, pair.values())):
            yield f"pair {number} has not a Question and an Answer alone"


def _pictures(folder: Path, frames: int) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.png")):
        if not _PICTURE.fullmatch(path.stem) or int(path.stem) > frames:
            yield "", f"has {path.name} beside it, and {frames} frames"


def _movie(movie: dict[str, Any]) -> Iterator[str]:
    if not movie:
        return
    if not _is_text(movie.get("movie_title")):
        yield "has no movie_title"
    asked = movie.get("QA")
    if not isinstance(asked, dict) or tuple(asked) != tuple(name for name, _ in _BENCHED):
        yield f"has no QA of {', '.join(name for name, _ in _BENCHED)}"
        return
    for name, count in _BENCHED:
        pairs = asked[name]
        if not isinstance(pairs, list) or len(pairs) != count:
            yield f"has not {count} of {name}"
        yield from (f"{name}: {what}" for what in _pairs(pairs))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
