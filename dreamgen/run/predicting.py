"""A model's answers to a run's questions, scored and written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, Literal, NamedTuple

from dreamgen.core.amounts import amount
from dreamgen.core.dataset import SPLITS, Dataset, Split
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.errors import UsageError
from dreamgen.metrics.answered import Scores, marks_of, polarity, told_by
from dreamgen.metrics.judged import Verdicts, judged_marks
from dreamgen.run.assembling import assemble
from dreamgen.run.checking_forms import asked_by
from dreamgen.run.exporting import shares_of
from dreamgen.run.form_frames import in_frames_of
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.masked import REGIONS
from dreamgen.run.opened import Run
from dreamgen.run.predictions import Predicted, read_predictions
from dreamgen.run.score_files import answers_in, folder_for, write
from dreamgen.run.watch import SILENT, Watch

Part = Split | Literal["all"]

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
    form: str = "",
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
        form: the form of the dataset that the model was asked by: what it leaves out was not asked. Without one, pairs
            about marked subjects were not asked where none of them is answered: most forms have no marks.
        into: the folder to write to; by default one in the run's scores/, by the names of the files.
        judge: a model that marks answers in free words; None for none.
        only_answered: leaves out pairs that nobody answers, which else count as wrong.
        watch: hears how it goes.

    Raises:
        UsageError: for a file that can't be read or answers nothing of that part, a run without pairs, or a part or
            form without any.
        ModelError: when the judge can't be reached; what it answered is kept.
    """
    dataset = dataset_of(run)
    part = part or ("test" if any(split == "test" for split in dataset.splits.values()) else "all")
    every = _within(run, dataset, part)
    asked = _asked_by(run, dataset, every, part, form) if form else every
    asked, shown = in_frames_of(run, form, asked) if form else (asked, {})
    rows = (row for path in paths for row in read_predictions(path))
    said = _sorted(rows, asked, {pair.id for pair in dataset.pairs})
    pairs = asked if form else _but_unmarked(asked, said.answers)
    answers = answers_in(paths)
    names = ", ".join(answers.names)
    if not said.answers:
        raise _nothing(names, part, pairs, said)
    folder = into or folder_for(run.folder, answers)
    marks = marks_of(dataset, pairs, said.answers, every=not only_answered, shown=shown)
    gap = None
    if judge is not None:
        read = {name: pair for name, pair in pairs.items() if name in said.answers or not only_answered}
        verdicts = _judged(dataset, read, said.answers, judge, folder, watch)
        marks, gap = [*marks, *verdicts.marks], verdicts.gap
    table = told_by(marks, pairs, run.recipe.seed)
    yes, balanced = polarity(pairs, said.answers, table)
    scores = Scores(
        answers=names, split=part, form=form, judge=judge.model if judge else "", judge_gap=gap, asked=len(pairs),
        not_asked=len(every) - len(pairs), answered=len(said.answers), missing=len(pairs) - len(said.answers),
        only_answered=only_answered, elsewhere=said.elsewhere, unknown=len(said.strangers),
        strangers=said.strangers[:_TOLD], said_yes=yes, balanced=balanced, rows=table,
    )  # fmt: skip
    write(folder, scores, marks, answers)
    return Scored(scores, folder)


def _within(run: Run, dataset: Dataset, part: Part) -> dict[str, InstructionPair]:
    """The pairs of a part, by their ids."""
    within = dataset.pairs if part == "all" else dataset.within(part)
    pairs = {pair.id: pair for pair in within}
    if not pairs:
        counts = ", ".join(f"{split} {sum(1 for _ in dataset.within(split))}" for split in SPLITS)
        raise UsageError(
            f"no pair of {run.folder} is in the split {part}: {counts}",
            "Name another --split, or hold stories out: give the run its command again, with --set holdout.test=0.2.",
        )
    return pairs


def _asked_by(
    run: Run, dataset: Dataset, pairs: Mapping[str, InstructionPair], part: Part, form: str
) -> dict[str, InstructionPair]:
    """Those of the pairs that a form asks."""
    names = asked_by(run, form, dataset.pairs)
    asked = {name: pair for name, pair in pairs.items() if name in names}
    if not asked:
        raise UsageError(f"{form} asks no pair of the split {part}", "Name another --split or --form.")
    return asked


def _but_unmarked(
    pairs: Mapping[str, InstructionPair], said: Mapping[str, tuple[str, ...]]
) -> Mapping[str, InstructionPair]:
    """The pairs without those about marked subjects, where none of these is answered."""
    marked = {name for name, pair in pairs.items() if pair.form in REGIONS}
    return pairs if marked & said.keys() else {name: pair for name, pair in pairs.items() if name not in marked}


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
    elif not row.answers:
        raise UsageError(f"{row.where} has no answer to {pair.id}", 'Write what the model said as "answer".')
    else:
        gave = f"turn {row.turn}" if row.turn is not None else amount(len(row.answers), "answer")
        raise UsageError(
            f"{row.where} has {gave}, and {pair.id} asks {amount(count, 'question')}",
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
