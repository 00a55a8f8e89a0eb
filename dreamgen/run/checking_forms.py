"""Forms of a dataset as their trainers read them: every pair arrives, and nothing in the files would trip a loader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from dreamgen.core.amounts import amount
from dreamgen.core.base import Record
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.errors import DreamgenError, UsageError, first_line, unknown_name
from dreamgen.export.ready import REFUSED
from dreamgen.export.rules.findings import Defect, Findings
from dreamgen.export.rules.known import (
    CLIPWISE,
    LEAVES_OUT,
    STORIES,
    TASKS,
    Loader,
    leaves_out,
    loader_of,
    rules_of,
)
from dreamgen.run import registry
from dreamgen.run.auditing import named
from dreamgen.run.exporting import shares_of
from dreamgen.run.folder import DATASET
from dreamgen.run.journal import read_lines
from dreamgen.run.opened import Run
from dreamgen.run.recipe import Choice

UNMARKED = "they ask about a subject that is marked in the picture, and this form has no marks"


class Wanted(NamedTuple):
    """The pairs of a run, as one of its forms is to hold them."""

    pairs: frozenset[str]
    """Ids of those that it can hold."""
    left: tuple[tuple[str, int], ...] = ()
    """Why pairs are left out, and how many."""
    clips: int = 0
    """That they are about."""


class Named(NamedTuple):
    """What has to be known of a pair to say which forms hold it."""

    id: str
    """As the dataset calls it."""
    clip: str
    """Likewise."""
    task: str
    """What it teaches."""
    form: str
    """How it is asked."""


class FormCheck(Record):
    """What was found of one form."""

    form: str
    """Its name."""
    folder: str
    """Where it lies."""
    pairs: int = 0
    """Of the run that it is to hold."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Why the others are not in it, and how many of them."""
    rows: int = 0
    """That the strict checker found, in all its files."""
    checked: bool = True
    """Whether there is a strict checker; a plugin's form has none."""
    loader: str = ""
    """The trainer's own loader that read it; empty where none did."""
    delivered: int | None = None
    """Rows that it delivered; None where none did."""
    decoded: bool | None = None
    """Whether it decoded a clip; None where none did."""
    notes: tuple[str, ...] = ()
    """What was not done, and why."""
    defects: tuple[str, ...] = ()
    """What is wrong, each with its file and line."""


def check_forms(run: Run, forms: Iterable[str]) -> Iterator[FormCheck]:
    """Looks at forms that lie in a run's folder.

    Args:
        run: whose.
        forms: their names, as `export_again` takes them.
    """
    every = [
        Named(pair.id, pair.clip, pair.task, pair.form)
        for share in shares_of(run)
        for block in share.pairs.blocks  # of all pairs, only some are in memory
        for pair in named(share.subject.id, block())
    ]
    for form in forms:
        folder = run.folder / DATASET / form.rpartition(":")[2]
        yield check_form(form, folder, wanted_by(run, form, folder, every))


def check_form(form: str, folder: Path, wanted: Wanted) -> FormCheck:
    """Looks at one form with its rules, and reads it with the trainer's own loader where that is installed."""
    rules, loader = rules_of(form), loader_of(form)
    if rules is None:
        notes = (f"nobody here knows the rules of {form}",)
        return FormCheck(form=form, folder=str(folder), checked=False, notes=notes)
    found = rules(folder)
    defects = [f"{defect.where}: {defect.what}" for defect in found.defects]
    lost, unlike = held_against(found, wanted, form)
    defects += [unlike] if unlike else []
    left = (*wanted.left, *([(leaves_out(form, folder), lost)] if lost else []))
    loaded, note = _loaded(loader, folder)
    if isinstance(loaded, Defect):
        defects.append(f"{loaded.where}: {loaded.what}")
    elif loaded is not None and loaded.rows != found.rows:
        defects.append(f"{loaded.by}: {loaded.rows} of {found.rows} rows arrived")
    read = loaded if isinstance(loaded, Loaded) else None
    return FormCheck(
        form=form,
        folder=str(folder),
        pairs=0 if form in STORIES else len(wanted.pairs) - lost,
        left_out=() if form in STORIES else left,
        rows=found.rows,
        loader=read.by if read else "",
        delivered=read.rows if read else None,
        decoded=read.decoded if read else None,
        notes=tuple(filter(None, (note, read.note if read else ""))),
        defects=tuple(defects),
    )


def wanted_by(run: Run, form: str, folder: Path, pairs: Iterable[InstructionPair | Named]) -> Wanted:
    """What a form is to hold of these pairs, with the options that the run's recipe gives it.

    Args:
        run: whose.
        form: its name, as the recipe calls it.
        folder: where it lies, with what its exporter says that no loader would take.
        pairs: of the dataset.
    """
    choice = next((one for one in run.recipe.export if one.backend == form), Choice(backend=form))
    try:
        exporter = registry.build("export", choice.backend, dict(choice.options))
    except (DreamgenError, ValidationError, KeyError):
        exporter = None
    marked, tasks = getattr(exporter, "marks_subjects", False), getattr(exporter, "tasks", ())
    refused = {one.what: f"refused, {one.reason}" for one in read_lines(folder / REFUSED, Reject)}
    left: Counter[str] = Counter()
    held: dict[str, str] = {}
    for pair in pairs:
        why = "" if marked or not pair.form.startswith("region_") else UNMARKED
        why = why or refused.get(pair.id, "") or (TASKS if tasks and pair.task not in tasks else "")
        if why:
            left[why] += 1
        else:
            held[pair.id] = pair.clip
    return Wanted(frozenset(held), tuple(left.items()), len(set(held.values())))


def asked_by(run: Run, form: str, pairs: Iterable[InstructionPair]) -> Set[str]:
    """Ids of the pairs that a form which lies in a run's folder asks.

    Args:
        run: whose.
        form: its name.
        pairs: of the dataset.

    Raises:
        UsageError: when the run has no such form.
    """
    folder = run.folder / DATASET / form.rpartition(":")[2]
    rules = rules_of(form)
    if ":" not in form and (rules is None or form in STORIES):
        raise unknown_name("form", form, registry.BACKENDS["export"])
    if not folder.is_dir():
        raise UsageError(
            f"{run.folder} has no dataset in the form {form}", f"Write it: dreamgen export {run.folder} --format {form}"
        )
    found = rules(folder).pairs if rules else {}
    # a form whose rows don't say of which pair they are holds all that it can
    return found.keys() or wanted_by(run, form, folder, pairs).pairs


def held_against(found: Findings, wanted: Wanted, form: str) -> tuple[int, str]:
    """How many pairs a form leaves out by its nature, and what is wrong with its rows; empty where nothing is."""
    if form in STORIES:
        return 0, ""
    if form in CLIPWISE:
        return 0, f"{amount(found.rows, 'row')} for {amount(wanted.clips, 'clip')}" if found.rows < wanted.clips else ""
    some = form in LEAVES_OUT
    if not found.pairs:  # rows that do not say of which pair they are
        short = len(wanted.pairs) - found.rows
        told = f"{amount(found.rows, 'row')} for {amount(len(wanted.pairs), 'pair')}"
        return (max(short, 0), "") if some or not short else (0, told)
    strange = sorted(found.pairs.keys() - wanted.pairs)
    if strange:
        return 0, f"{amount(len(strange), 'row')} of no pair that was kept, such as {strange[0]}"
    twice = [name for name, count in found.pairs.items() if count > 1]
    if twice:
        return 0, f"{amount(len(twice), 'pair')} twice in it, such as {twice[0]}"
    lost = sorted(wanted.pairs - found.pairs.keys())
    return (len(lost), "") if some or not lost else (0, f"{amount(len(lost), 'pair')} missing, such as {lost[0]}")


def _loaded(loader: Loader | None, folder: Path) -> tuple[Loaded | Defect | None, str]:
    """What the trainer's own loader makes of a folder, or why it was not asked."""
    if loader is None:
        return None, ""
    try:
        return loader(folder), ""
    except ImportError as error:
        return None, f"its own loader is not installed: {first_line(error)}"
    except Exception as error:  # whatever the trainer's code raises would have stopped the training
        return Defect(loader.__module__.rpartition(".")[2], f"its own loader fails: {first_line(error)}"), ""
