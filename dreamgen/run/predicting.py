"""A model's answers to a run's questions, scored and written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, Literal, NamedTuple

from dreamgen.core.dataset import SPLITS, Dataset, Split
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.errors import UsageError
from dreamgen.metrics.answered import Scores, marks_of, polarity, told_by
from dreamgen.metrics.judged import Verdicts, judged_marks
from dreamgen.metrics.marks import Mark
from dreamgen.metrics.score_chart import chart_of
from dreamgen.metrics.score_table import markdown_of
from dreamgen.run import disk
from dreamgen.run.assembling import assemble
from dreamgen.run.exporting import shares_of
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.journal import lines
from dreamgen.run.opened import Run
from dreamgen.run.predictions import Predicted, read_predictions
from dreamgen.run.watch import SILENT, Watch

Part = Split | Literal["all"]

SCORES: Final = "scores"
"""In the run's folder: a folder for each file of answers."""
TABLE, NUMBERS, MARKS = "scores.md", "scores.json", "marks.jsonl"
"""What lies in it: the table, for people and for programs, and the mark of every answer."""
CHART, DIMENSIONS = "scores.svg", "dimensions.svg"
"""Drawings: of forms and tasks, and of the dimensions of benchmarks."""
_LONGEST: Final = 80
"""Letters of a folder's name."""
_TOLD: Final = 10
"""Ids that are told, of those that nobody knows."""


class Scored(NamedTuple):
    """What was found, and where it is written."""

    scores: Scores
    """The numbers."""
    folder: Path
    """With table, numbers, chart and the mark of every answer."""


class Said(NamedTuple):
    """The answers of a file, sorted."""

    answers: dict[str, tuple[str, ...]]
    """To pairs that are asked, by their ids."""
    elsewhere: int
    """To pairs of other parts."""
    strangers: tuple[str, ...]
    """Ids of no pair."""


def dataset_of(run: Run) -> Dataset:
    """All pairs of a run as they are exported, with their splits.

    Raises:
        UsageError: when there are none yet.
    """
    shares = shares_of(run)
    if not any(share.pairs for share in shares):
        raise UsageError(f"{run.folder} has no pairs yet", UNFINISHED)
    return assemble(run.folder, run.recipe, shares, run.found.sources if run.found else ())


def score(
    run: Run,
    paths: Sequence[Path],
    part: Part | None = None,
    *,
    into: Path | None = None,
    judge: ChatModel | None = None,
    only_answered: bool = False,
    watch: Watch = SILENT,
) -> Scored:
    """Scores the answers of a model, and writes table, numbers, charts and marks.

    Args:
        run: with the questions and their keys.
        paths: the answers, in one file or several. See `read_predictions`.
        part: which split is asked; by default test where something is held out for it, else all.
        into: the folder to write to; by default one in the run's scores/, by the names of the files.
        judge: a model that marks answers in free words; None for none.
        only_answered: leaves out pairs that nobody answers, which else count as wrong.
        watch: hears how it goes.

    Raises:
        UsageError: for a file that can't be read or answers nothing of that part, a run without pairs, or a part
            without any.
        ModelError: when the judge can't be reached; what it answered is kept.
    """
    dataset = dataset_of(run)
    part = part or ("test" if any(split == "test" for split in dataset.splits.values()) else "all")
    pairs = _asked(run, dataset, part)
    rows = (row for path in paths for row in read_predictions(path))
    said = _sorted(rows, pairs, {pair.id for pair in dataset.pairs})
    names = ", ".join(path.name.encode("utf-8", "replace").decode() for path in paths)
    if not said.answers:
        raise _nothing(names, part, pairs, said)
    folder = into or run.folder / SCORES / _named(paths)
    marks = marks_of(dataset, pairs, said.answers, every=not only_answered)
    gap = None
    if judge is not None:
        read = {name: pair for name, pair in pairs.items() if name in said.answers or not only_answered}
        verdicts = _judged(dataset, read, said.answers, judge, folder, watch)
        marks, gap = [*marks, *verdicts.marks], verdicts.gap
    table = told_by(marks, pairs, run.recipe.seed)
    yes, balanced = polarity(pairs, said.answers, table)
    scores = Scores(
        answers=names, split=part, judge=judge.model if judge else "", judge_gap=gap, asked=len(pairs),
        answered=len(said.answers), missing=len(pairs) - len(said.answers), only_answered=only_answered,
        elsewhere=said.elsewhere, unknown=len(said.strangers), strangers=said.strangers[:_TOLD],
        said_yes=yes, balanced=balanced, rows=table,
    )  # fmt: skip
    _write(folder, scores, marks)
    return Scored(scores, folder)


def _asked(run: Run, dataset: Dataset, part: Part) -> dict[str, InstructionPair]:
    """The pairs of a part, by their ids."""
    within = dataset.pairs if part == "all" else dataset.within(part)
    pairs = {pair.id: pair for pair in within}
    if not pairs:
        counts = ", ".join(f"{split} {sum(1 for _ in dataset.within(split))}" for split in SPLITS)
        raise UsageError(
            f"no pair of {run.folder} is in the split {part}: {counts}",
            "Name another --split, or hold stories out: --set 'holdout={test = 0.2}' when the run is made.",
        )
    return pairs


def _sorted(rows: Iterable[Predicted], pairs: Mapping[str, InstructionPair], known: Set[str]) -> Said:
    """The answers by their pairs.

    Raises:
        UsageError: where a pair is answered twice, or with another number of answers than it has questions.
    """
    before: dict[str, dict[int | None, str]] = {}
    answers: dict[str, list[str]] = {}
    elsewhere, strangers = set[str](), dict[str, None]()
    for row in rows:
        heard = before.setdefault(row.about, {})
        twice = next(iter(heard.values()), "") if row.turn is None else heard.get(row.turn, heard.get(None, ""))
        if twice:
            raise UsageError(
                f"{row.where} answers {row.about} again, which {twice} did",
                "Leave one answer a pair; of several tries, the one that counts.",
            )
        heard[row.turn] = row.where
        if row.about not in known:
            strangers[row.about] = None
        elif row.about not in pairs:
            elsewhere.add(row.about)
        else:
            _take(row, pairs[row.about], answers)
    return Said({name: tuple(some) for name, some in answers.items()}, len(elsewhere), tuple(strangers))


def _take(row: Predicted, pair: InstructionPair, answers: dict[str, list[str]]) -> None:
    count = len(pair.turns) // 2
    if row.turn is None and len(row.answers) == count:
        answers[pair.id] = list(row.answers)
    elif row.turn is not None and row.turn < count:
        answers.setdefault(pair.id, [""] * count)[row.turn] = row.answers[0]
    else:
        gave = f"turn {row.turn}" if row.turn is not None else f"{len(row.answers)} answers"
        raise UsageError(
            f"{row.where} has {gave}, and {pair.id} asks {count} questions",
            'Write {"id": "…", "answers": ["to the first", "to the second"]}, or rows with "turn", from 0.',
        )


def _nothing(names: str, part: Part, pairs: Mapping[str, InstructionPair], said: Said) -> UsageError:
    told = f"{names} answers no pair of the split {part}" if part != "all" else f"{names} answers no pair of the run"
    if said.elsewhere:
        return UsageError(f"{told}, but {said.elsewhere} of others", "Name their --split, or --split all.")
    has = f"; it has {said.strangers[0]!r}" if said.strangers else ""
    return UsageError(f"{told}{has}", f"Ids are as in the exported files, such as {next(iter(pairs))!r}.")


def _judged(
    dataset: Dataset, pairs: Mapping[str, InstructionPair], said: Mapping[str, tuple[str, ...]], model: ChatModel,
    folder: Path, watch: Watch,
) -> Verdicts:  # fmt: skip
    kept = folder / "judge"
    kept.mkdir(parents=True, exist_ok=True)
    watch.begins("judge", 1, 0)
    try:
        verdicts = judged_marks(dataset, pairs, said, open_chat(model, kept))
        watch.made("judge", "judge")
    finally:
        watch.ends("judge")
    return verdicts


def _named(paths: Sequence[Path]) -> str:
    """A folder for files of answers, by their names without what a path could be made of."""
    stems = "+".join(path.stem for path in paths)
    plain = "".join(one if one.isalnum() or one in "-_.+" else "_" for one in stems).strip(".")
    return plain[:_LONGEST] or "answers"


def _write(folder: Path, scores: Scores, marks: Iterable[Mark]) -> None:
    disk.write_whole(folder / NUMBERS, scores.model_dump_json(indent=1) + "\n")
    disk.write_whole(folder / TABLE, markdown_of(scores, {"overall": CHART, "benchmark": DIMENSIONS}))
    disk.write_whole(folder / CHART, chart_of(scores, ("overall", "form", "polarity", "task")))
    if any(row.by == "dimension" for row in scores.rows):
        disk.write_whole(folder / DIMENSIONS, chart_of(scores, ("benchmark", "dimension")))
    disk.write_whole(folder / MARKS, lines(marks))
