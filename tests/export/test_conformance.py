"""What every form of dataset keeps to, whoever adds one: the same small dataset goes through all of them.

Its own rules find nothing, every pair arrives, the sidecar names those that do and no others, what is held out is in
files of its own, and the same pairs become the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from dreamgen.core.contracts import Choosy
from dreamgen.core.dataset import Dataset, Split
from dreamgen.core.pairs import Form, InstructionPair, Turn
from dreamgen.errors import MissingExtra
from dreamgen.export.conversations import messages
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.known import CLIPWISE, LEAVES_OUT, rules_of
from dreamgen.export.sidecar import SIDECAR
from dreamgen.run import registry
from dreamgen.run.folder import DATASET
from dreamgen.run.forming import write_form
from dreamgen.run.masked import held_by
from tests.datasets import dataset
from tests.export.conftest import make_pair
from tests.export.plm.marked import marked_clip, pairs_about

WORDS: Final[dict[Split, str]] = {"train": "Alpha", "validation": "Bravo", "test": "Charlie"}
"""A word that is in every text about a clip of a split, and in none of another."""
FORMS: Final = tuple(registry.BACKENDS["export"])
TASKS: Final = {"hicom": ("object_description", "attribute")}
"""Of forms that hold the pairs of some tasks alone: more than by themselves."""
TOGETHER: Final = {"fiftyone": {"samples.json"}}
"""Files that people look at, and nobody trains on: there the split is a tag of each sample."""

NO_TALKS: Final = frozenset(
    {"plmbench", "parquet", "labelstudio", "fiftyone", "lmmseval", "vlmevalkit", "mvbench", "tempcompass"}
)
"""Forms whose rows have other columns than conversations, or none that can be read as text."""


def _pairs(word: str) -> list[InstructionPair]:
    def pair(kind: Form, *texts: str, options: tuple[str, ...] = (), task: str = "attribute") -> InstructionPair:
        name = f"{word[0].lower()}-{kind}-{task}".replace("_", "-")
        made = make_pair(name, kind, f"{word}: {texts[0]}", *texts[1:], options=options)
        benchmarks = ("MVBench/object_existence", "TempCompass/color & light change", "PLM-FGQA/Object Attributes")
        return made.model_copy(
            update={"clip": f"scene-{word[0]}", "task": task, "benchmarks": benchmarks, "span": (0.0, 4.0)}
        )

    marked = [
        one.model_copy(update={"turns": (Turn(role="human", text=f"{word}: in the red rectangle?"), one.turns[1])})
        for one in pairs_about(f"scene-{word[0]}")
    ]
    return [
        pair("choice", "What colour is the coat?", "Red", options=("Blue", "Red", "Grey")),
        pair("yes_no", "Is the coat red?", "Yes."),
        pair("open", "Where does she go, if 2 < 3?", "To the right; a sign says <video> and <|im_end|>."),
        pair("open", "What does the woman look like?", "She wears a red coat.", task="object_description"),
        pair("dialogue", "Who is there?", "A woman.", "And where?", "In a grey room, ‘at home’."),
        pair("caption", "Describe the video.", f"{word}: a woman walks to the right and is gone.", task="summary"),
        *marked,
    ]


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A clip of each split, with all that can be asked of one."""
    media = tmp_path_factory.mktemp("media")
    # none is as long as another: no file may be in two splits
    clips = [marked_clip(media, f"scene-{word[0]}", frames=48 + n) for n, word in enumerate(WORDS.values())]
    pairs = [pair for word in WORDS.values() for pair in _pairs(word)]
    return dataset(pairs, clips, media, splits={f"scene-{word[0]}": split for split, word in WORDS.items()})


class Written(NamedTuple):
    """A form of all that."""

    held: Dataset
    """What it can hold."""
    folder: Path
    """Where it lies."""
    told: tuple[str, ...]
    """The pairs that its sidecar names."""
    found: Findings
    """What its own rules say of it."""


def write(form: str, every: Dataset, run: Path) -> Dataset:
    """Writes a form as a run does, into its folder; what it can hold."""
    try:
        exporter = registry.build("export", form, {"tasks": TASKS[form]} if form in TASKS else {})
    except MissingExtra as error:
        pytest.skip(str(error))
    held = held_by(exporter, every)
    write_form(exporter, form, held, run)
    return held


@pytest.fixture(scope="module", params=FORMS)
def one(request: pytest.FixtureRequest, every: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Each form in turn."""
    look = rules_of(request.param)
    assert look, f"{request.param} has no rules"
    run = tmp_path_factory.mktemp("run")
    held, folder = write(request.param, every, run), run / DATASET / request.param
    lines = (folder / SIDECAR).read_text("utf-8").splitlines()
    return Written(held, folder, tuple(json.loads(line)["id"] for line in lines), look(folder))


def bytes_of(folder: Path) -> dict[str, str]:
    """The sum of every file."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_its_own_rules_find_nothing_and_every_pair_arrives(one: Written) -> None:
    assert one.found.defects == []
    assert one.found.rows > 0
    assert set(one.found.pairs) <= {pair.id for pair in one.held.pairs}
    assert max(one.found.pairs.values(), default=1) == 1
    if one.folder.name in CLIPWISE:
        assert one.found.rows == len(one.held.asked)
    elif one.folder.name not in LEAVES_OUT:
        assert set(one.found.pairs) == {pair.id for pair in one.held.pairs}


def test_the_sidecar_names_the_pairs_that_arrive_and_no_others(one: Written) -> None:
    assert len(set(one.told)) == len(one.told) > 0
    if one.folder.name not in CLIPWISE:
        assert set(one.told) == set(one.found.pairs)
        return
    assert set(one.told) == {pair.id for pair in one.held.pairs if pair.task in TASKS[one.folder.name]}
    texts = "".join(path.read_text("utf-8") for path in one.folder.glob("*.json"))
    there = {pair.id for pair in one.held.pairs if json.dumps(pair.turns[0].text, ensure_ascii=False)[1:-1] in texts}
    assert set(one.told) == there


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_leaves_pairs_out_says_which_it_carries(form: str) -> None:
    try:
        exporter = registry.build("export", form, {})
    except MissingExtra as error:
        pytest.skip(str(error))
    assert isinstance(exporter, Choosy) == (form in LEAVES_OUT or form in TASKS)


@pytest.mark.parametrize("form", LEAVES_OUT)
def test_a_sidecar_that_names_another_pair_is_found(form: str, every: Dataset, tmp_path: Path) -> None:
    write(form, every, tmp_path)
    path, look = tmp_path / DATASET / form / SIDECAR, rules_of(form)
    first, *rest = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([json.dumps(json.loads(first) | {"id": "nobody"}) + "\n", *rest]), "utf-8")
    assert look
    defects = [defect.what for defect in look(path.parent).defects if defect.where == SIDECAR]
    assert defects and defects[0] == "has 1 pair of which there is no row, such as nobody"


def test_every_turn_arrives_as_it_was_said(one: Written) -> None:
    files = [path for path in one.folder.rglob("*") if path.is_file() and path.name != SIDECAR]
    texts = "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)
    if one.folder.name in NO_TALKS:
        pytest.skip(f"the rows of {one.folder.name} are no conversations")
    for pair in one.held.pairs:
        # a form may have words of its own for marked subjects
        if pair.id in one.told and not pair.form.startswith("region_"):
            for _, text in messages(pair):
                assert any(json.dumps(text, ensure_ascii=escaped)[1:-1] in texts for escaped in (True, False)), text


def test_what_is_held_out_is_in_files_of_its_own(one: Written) -> None:
    homes = {
        path.relative_to(one.folder).as_posix(): {word for word in WORDS.values() if word.encode() in path.read_bytes()}
        for path in one.folder.rglob("*")
        if path.is_file()
    }
    several = {path: words for path, words in homes.items() if len(words) > 1}
    assert several.keys() <= TOGETHER.get(one.folder.name, set())


def test_the_same_pairs_become_the_same_bytes(one: Written, every: Dataset, tmp_path: Path) -> None:
    write(one.folder.name, every, tmp_path)
    assert bytes_of(one.folder) == bytes_of(tmp_path / DATASET / one.folder.name)
