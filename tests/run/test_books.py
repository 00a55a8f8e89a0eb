from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dreamgen.core.layout import Layout
from dreamgen.core.media import Attempt, Clip, Keyframe, MediaRef
from dreamgen.core.receipts import Usage
from dreamgen.core.story import Act, Location, Scene, Shot, Story, Writing
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.engines.vision.remembering import VISION
from dreamgen.run.books import Books, Stopwatch, subject_of
from dreamgen.run.filming import ANSWERS, Desk
from dreamgen.run.opened import StoryRun
from dreamgen.run.recipe import read_recipe
from dreamgen.run.store import Store
from dreamgen.run.watch import SILENT


def keyframe(shot: str, *outcomes: str, strained: str = "") -> Keyframe:
    attempts = tuple(Attempt.model_validate({"seed": seed, "outcome": said}) for seed, said in enumerate(outcomes))
    image = MediaRef(path=f"keyframes/{shot}.png", sha256="0" * 64)
    return Keyframe(
        shot=shot, t=0.0, image=image, layout=Layout(), made_by="diffusion", attempts=attempts, strained=strained
    )


def books_of(folder: Path, writing: Writing | None = None, changes: Sequence[str] = ()) -> Books:
    shots = tuple(Shot(id=f"shot-{number}", location="wood", seconds=1.0) for number in (1, 2))
    acts = (Act(id="act-1", title="All", scenes=(Scene(id="scene-1", title="One", shots=shots),)),)
    wood = (Location(id="wood", name="the wood", set="forest"),)
    story = Story(
        id="tale", title="Tale", overview="", plot="A tale.", seed=0, cast=(), locations=wood, acts=acts,
        writing=writing,
    )  # fmt: skip
    return Books(Desk(Store(folder), read_recipe(changes=changes)), subject_of(story), Stopwatch(SILENT))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return books_of(tmp_path)


def test_every_redrawn_keyframe_has_a_line_and_the_tally_adds_up(books: Books) -> None:
    books.drew([(keyframe("shot-1", "not_a_number", "unlike", "kept"),), (keyframe("shot-2", "kept"),)])
    (tally,) = books.close().tallies
    assert (tally.what, tally.made, tally.kept) == ("keyframes", 4, 2)
    assert tally.dropped == (("not_a_number", 1), ("unlike", 1))
    lines = StoryRun(books.desk.store.folder).rejects
    assert [(line.kind, line.what, line.reason) for line in lines] == [
        ("keyframe", "shot-1", "not_a_number"),
        ("keyframe", "shot-1", "unlike"),
    ]
    assert lines[1].detail == "try 2 of 3, seed 1"


def test_what_the_machine_could_not_do_is_told_once(books: Books) -> None:
    halved = "batch 8 halved to 4 (out of memory)"
    books.drew([(keyframe("shot-1", "kept", strained=halved), keyframe("shot-2", "kept", strained=halved))])
    assert books.close().strained == (halved,)


def test_a_shot_that_could_not_be_set_in_motion_is_told(books: Books) -> None:
    video = MediaRef(path="clips/scene-1.mp4", sha256="0" * 64)
    clip = Clip(id="scene-1", video=video, fps=8, size=(64, 36), frames=8, strained="shot-1: still (not_a_number)")
    books.filmed([clip, clip.model_copy(update={"id": "scene-2", "strained": ""})])
    assert books.close().strained == ("scene-1: shot-1: still (not_a_number)",)


def test_there_is_nothing_to_tell_of_pictures_drawn_by_rule(books: Books) -> None:
    books.drew([(keyframe("shot-1"), keyframe("shot-2"))])
    receipt = books.close()
    assert receipt.tallies == ()
    assert receipt.strained == ()


def test_the_best_of_bad_tries_counts_as_kept_and_is_told(books: Books) -> None:
    books.drew([(keyframe("shot-1", "misplaced", "unlike", "not_a_number"),)])
    receipt = books.close()
    (tally,) = receipt.tallies
    assert (tally.made, tally.kept) == (3, 1)
    assert tally.dropped == (("misplaced", 1), ("not_a_number", 1))
    assert receipt.strained == ("shot-1 is the best of 3 tries, though unlike",)


PROMPTS = (("prompts/story/act.md", "a" * 32), ("prompts/story/scene.md", "b" * 32))


def test_the_receipt_names_the_prompts_and_tells_what_the_model_was_asked(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / ANSWERS)
    answer = RawAnswer(text="{}", tokens_in=20, tokens_out=5, seconds=1.25)
    ledger.answered(ledger.begin("tiny", "story/act", "act-01", 100), answer)
    ledger.failed(ledger.begin("tiny", "story/act", "act-02", 100), TimeoutError, seconds=2.0)
    receipt = books_of(tmp_path, Writing(model="tiny", prompts=PROMPTS)).close()
    assert receipt.inputs[-2:] == PROMPTS
    assert receipt.usage == (
        Usage(
            model="tiny", purpose="story/act", calls=1, failed=1, tokens_in=20, tokens_out=5, seconds=1.25,
            failed_seconds=2.0,
        ),
    )  # fmt: skip
    ledger.failed(ledger.begin("tiny", "story/act", "act-03", 100), TimeoutError, seconds=2.0)
    # asked for again without asking anything, a receipt stays true
    assert books_of(tmp_path, Writing(model="tiny", prompts=PROMPTS)).close().usage[0].failed == 2


def test_a_story_that_no_model_wrote_has_cost_nothing_whatever_was_asked_here_before(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / ANSWERS)
    ledger.answered(ledger.begin("tiny", "story/act", "act-01", 100), RawAnswer(text="{}", tokens_in=20))
    receipt = books_of(tmp_path).close()
    assert receipt.usage == ()
    assert not [name for name, _ in receipt.inputs if name.startswith("prompts/")]


def test_the_receipt_tells_what_a_model_was_asked_that_looked_and_only_where_one_did(tmp_path: Path) -> None:
    for folder, purpose in ((ANSWERS, "story/act"), (f"{ANSWERS}/{VISION}", "verify/claim")):
        ledger = Ledger(tmp_path / folder)
        ledger.answered(ledger.begin("tiny", purpose, "somewhere", 100), RawAnswer(text="Yes", tokens_in=20))
    assert books_of(tmp_path).close().usage == ()
    seen = books_of(tmp_path, changes=['verify=["pixels", "vlm"]', "vision.model=some/model"]).close().usage
    assert [(one.purpose, one.calls, one.tokens_in) for one in seen] == [("verify/claim", 1, 20)]
    both = books_of(tmp_path, Writing(model="tiny", prompts=PROMPTS), ['verify="vlm"']).close().usage
    assert [one.purpose for one in both] == ["story/act", "verify/claim"]
