"""The whole job with a vision-language model as its only eyes: one in this process, and one behind a server."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.pairs import Verdict
from dreamgen.engines.chat import pace
from dreamgen.engines.vision.seeing import Frames, Query, Seen
from dreamgen.errors import ModelError
from dreamgen.run.journal import read_lines
from dreamgen.run.opened import StoryRun, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe, read_recipe
from tests.scripted import Asked, ScriptedServer, Told

PLOT = "At night Mara walks along the harbour in a red coat, and a dog runs after her."
SMALL = (
    "size=128x72", "fps=4", "look=flat", "render.workers=1", "clip.workers=1", "export=[]",
    "verify=[{backend='vlm', orders=1, close=2}]", "vision.frames=4", "vision.side=28", "vision.max_output_tokens=4",
)  # fmt: skip
Contents = Callable[[Path], dict[str, bytes]]


def by_lot(asked: Asked) -> Told:
    """Sees that it is always night, and nothing else; questions are answered by a lot that is always the same."""
    text = asked.text
    lot = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=2).digest(), "little") / 65536
    if "is this statement right?" in text:
        night = ("night" in text) != ("is not" in text)
        lot = 0.5 if "The light is" not in text else 0.95 if night else 0.05
    elif "letter of the option" in text:
        return Told("A", {"A": 0.25 + lot / 2, "B": 0.25, "C": 0.5 - lot / 2})
    elif "letter of the one" in text:
        return Told("A", {letter: 0.2 for letter in "ABCDE"})
    elif "Yes" not in text:
        return Told("It is red.")
    return Told("Yes" if lot > 0.5 else "No", {"Yes": lot, "No": 1 - lot})


GONE = "http://127.0.0.1:1/v1"
"""Where no server is."""
Eyes = tuple[Recipe, Callable[[], list[str]]]
"""A recipe with a model, and all that it was asked so far."""


@contextmanager
def served(tmp_path: Path) -> Iterator[Eyes]:
    """A model behind a server."""
    with ScriptedServer(reply=by_lot) as server:
        model = ("vision.model=scripted", f"vision.base_url={server.url}")
        yield read_recipe("storyboard", (*SMALL, *model)), lambda: [asked.text for asked in server.asked]


@contextmanager
def here(tmp_path: Path) -> Iterator[Eyes]:
    """Random weights in this process."""
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("transformers")
    from dreamgen.engines.vision.blank import write_vision_model
    from dreamgen.engines.vision.local import LocalSees

    told: list[str] = []
    ask = LocalSees.ask

    def noted(self: LocalSees, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        told.extend(query.text for query in queries)
        return ask(self, frames, queries)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalSees, "ask", noted)
        folder = write_vision_model(tmp_path / "smol", "smolvlm")
        yield read_recipe("storyboard", (*SMALL, f"vision.model={folder}")), lambda: told


def forget_what_was_judged(story: StoryRun) -> None:
    for made in (story.folder / ".store").glob("*-vlm"):
        shutil.rmtree(made)


@pytest.mark.slow
@pytest.mark.parametrize("eyes", [served, here])
def test_claims_and_pairs_are_judged_counted_and_remembered(
    eyes: Callable[[Path], AbstractContextManager[Eyes]], tmp_path: Path, contents: Contents
) -> None:
    out = tmp_path / "run"
    with eyes(tmp_path) as (recipe, asked):
        dream(Brief(text=PLOT), recipe, out)
        story = open_run(out).stories[0]
        assert len(story.verdicts) == len(story.claims) > 10
        assert {verdict.by for verdict in story.verdicts.values()} == {"vlm"}
        answered = {one.about: one for one in read_lines(story.folder / "answered.jsonl", Verdict)}
        # whoever sees only frames is not asked about a mask
        assert answered and {pair.id for pair in story.pairs if not pair.form.startswith("region")} <= set(answered)
        wrong = {one.about for one in answered.values() if one.outcome == "refuted"}
        assert wrong == {reject.what for reject in story.rejects if reject.reason == "vlm_disagrees"}
        assert not wrong & {pair.id for pair in story.pairs}
        assert story.receipt is not None
        for tally in story.receipt.tallies:
            assert tally.made == tally.kept + sum(count for _, count in tally.dropped)
        once, before = len(asked()), contents(out)
        assert once > 0

        dream(Brief(text=PLOT), recipe, out)
        assert contents(out) == before
        # what is judged again is judged from memory
        forget_what_was_judged(story)
        dream(Brief(text=PLOT), recipe, out)
        assert contents(out) == before
        assert len(asked()) == once


@pytest.mark.slow
def test_a_run_whose_server_goes_down_says_so_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.02)
    out = tmp_path / "run"
    with served(tmp_path) as (recipe, asked):
        dream(Brief(text=PLOT), recipe, out, until="verify")
        assert all("<question>" not in text for text in asked())
    nowhere = recipe.vision.model_copy(update={"base_url": GONE})
    with pytest.raises(ModelError):
        dream(Brief(text=PLOT), recipe.model_copy(update={"vision": nowhere}), out)
    with served(tmp_path) as (elsewhere, asked):
        dream(Brief(text=PLOT), elsewhere, out)
        # the claims are judged from memory, whatever the address
        assert asked() and all("<question>" in text for text in asked())
    assert open_run(out).stories[0].receipt is not None
