"""A run's folder gone through from the bytes of its files to the sums of its books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from dreamgen.core.amounts import amount
from dreamgen.core.claims import Claim
from dreamgen.core.receipts import Tally
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.books import CALIBRATION, RECEIPT, STORIES, VIDEOS
from dreamgen.run.checking_rows import check_forms
from dreamgen.run.checking_store import Stored, check_store
from dreamgen.run.flaws import Checked, Ledger
from dreamgen.run.folder import DATASET
from dreamgen.run.lock import locked
from dreamgen.run.opened import FoundRun, Part, Run, StoryRun, open_run
from dreamgen.run.packing import files_of, made_of
from dreamgen.run.store import ENTRIES

_CLAIMS: Final = TypeAdapter(tuple[Claim, ...])


def check_run(folder: Path, item: str = "", place: str = "", *, forms: bool = True) -> Checked:
    """Goes through the run of a story or of videos.

    Args:
        folder: of the run.
        item: its name, where it is one of many.
        place: where it lies then, below the folder of all.
        forms: whether it has a dataset of its own.

    Raises:
        UsageError: when there is no run.
    """
    ledger = Ledger(item, place)
    stored = check_store(folder, ledger)
    try:
        run = open_run(folder)
        part = run.part
        receipts = [part.receipt, run.receipt]
    except DreamgenError as error:
        if not item and isinstance(error, UsageError) and not stored:
            raise
        ledger.wrong("records", "recipe.toml", error.message, ("recipe.toml",))
        return ledger.close()
    if None in receipts:
        ledger.wrong("books", RECEIPT, "missing or damaged: the run is not whole", _books(part))
    for check in (_check_follows, _check_claims, _check_verdicts, _check_pairs, _check_books):
        with _told_once(folder, part, ledger):
            check(run, part, stored, ledger)
    if forms:
        with _told_once(folder, part, ledger):
            check_forms(run, part, ledger)
    _check_strays(folder, part, stored, ledger)
    return ledger.close()


@contextmanager
def _told_once(folder: Path, part: Part, ledger: Ledger) -> Iterator[None]:
    """A record that can't be read is told once, whatever rests on it; of an entry that can't, it is told already."""
    try:
        yield
    except DreamgenError as error:
        if not ledger.found("entries") and not ledger.found("records", error.message):
            ledger.wrong("records", part.place, error.message, _unreadable(folder, part))


def _check_follows(run: Run, part: Part, stored: Sequence[Stored], ledger: Ledger) -> None:
    """What is written down a second time says the same as the store."""
    for name, stage in (("story.json", "story"), ("style.json", "style")):
        entry = next((one for one in stored if one.entry.made.stage == stage and one.base in ("", _front(part))), None)
        if entry is None or not isinstance(part, StoryRun):
            continue
        record = part.story if stage == "story" else part.style
        ledger.looked("records")
        if record != type(record).model_validate(entry.entry.value, strict=False):
            ledger.wrong("records", _front(part) + name, "not what the store says", (_front(part) + name,))
    known = _told(part, stored)
    for clip in part.clips if known else ():
        written = {claim for of, claim in part.claims if of == clip}
        ledger.looked("records")
        if written != known.get(clip, set()):
            off = len(written ^ known.get(clip, set()))
            why = f"{amount(off, 'claim')} about {clip} not as the store has it"
            ledger.wrong("records", _front(part) + "claims.jsonl", why, (_front(part) + "claims.jsonl",))


def _told(part: Part, stored: Sequence[Stored]) -> dict[str, set[str]]:
    """Clip to the ids of the claims that the store has of it."""
    told: dict[str, set[str]] = {}
    for one in stored:
        stage, value = one.entry.made.stage, one.entry.value
        if stage == "claims":
            said = value
        elif stage.startswith("annotate-") and isinstance(value, dict):
            said = value.get("claims", [])
        else:
            continue
        try:
            claims = _CLAIMS.validate_python(said, strict=False)
        except ValidationError:
            continue
        told.setdefault(one.entry.made.item, set()).update(claim.id for claim in claims)
    return told


def _check_claims(run: Run, part: Part, stored: Sequence[Stored], ledger: Ledger) -> None:
    """Every claim that a kept pair rests on is there, and the pixels do not refute it."""
    for pair in part.pairs:
        for claim in pair.claims:
            ledger.looked("claims")
            verdict = part.verdicts.get((pair.clip, claim))
            if (pair.clip, claim) not in part.claims:
                ledger.wrong("claims", pair.id, f"rests on {claim}, which nobody claims", _records(part))
            elif verdict is not None and verdict.outcome == "refuted":
                ledger.wrong("claims", pair.id, f"rests on {claim}, which the pixels refute", _records(part))


def _check_verdicts(run: Run, part: Part, stored: Sequence[Stored], ledger: Ledger) -> None:
    ledger.looked("verdicts", len(part.verdicts))
    away = (_front(part) + "verdicts.jsonl",)
    for clip, claim in part.verdicts.keys() - part.claims.keys():
        ledger.wrong("verdicts", claim, f"judged of {clip}, of which nobody claims it", away)
    lost = part.claims.keys() - part.verdicts.keys()
    if lost and part.verdicts:
        why = f"{amount(len(lost), 'claim')} without one, such as {min(lost)[1]} of {min(lost)[0]}"
        ledger.wrong("verdicts", _front(part) + "verdicts.jsonl", why, away)


def _check_pairs(run: Run, part: Part, stored: Sequence[Stored], ledger: Ledger) -> None:
    names = Counter(pair.id for pair in part.pairs)
    for pair in part.pairs:
        ledger.looked("pairs")
        if pair.clip not in part.clips:
            ledger.wrong("pairs", pair.id, f"is about {pair.clip}, and there is no such clip", _records(part))
        elif not (part.folder / part.clips[pair.clip].video.path).is_file():
            ledger.wrong("pairs", pair.id, f"{part.clips[pair.clip].video.path} is missing")
    for name, count in names.items():
        if count > 1:
            ledger.wrong("pairs", name, f"{count} pairs have this name", _records(part))


def _check_books(run: Run, part: Part, stored: Sequence[Stored], ledger: Ledger) -> None:
    receipt, whole = part.receipt, run.receipt
    if receipt is None or whole is None:
        return
    rejects = Counter((f"{reject.kind}s", reject.reason) for reject in part.rejects)
    there = {"pairs": len(part.pairs), "claims": len(part.claims) - _lost(rejects, "claims")}
    if isinstance(part, FoundRun):
        there |= {"clips": len(part.clips), "videos": len(part.sources) - _cut_badly(part)}
    for tally in receipt.tallies:
        _check_tally(tally, rejects, there, part, ledger)
    ledger.expect("books", RECEIPT, whole.tallies == receipt.tallies, True, _books(part))
    entries = {(one.base, one.entry.made.stage, one.entry.made.item): one.entry.made.key for one in stored}
    made = Counter(key for (base, _, _), key in entries.items() if base)
    ledger.looked("books")
    if Counter(one.key for one in receipt.made) != made:
        ledger.wrong("books", _front(part) + RECEIPT, "lists other entries than the store has", _books(part))


def _check_tally(
    tally: Tally, rejects: Counter[tuple[str, str]], there: dict[str, int], part: Part, ledger: Ledger
) -> None:
    name, away = _front(part) + RECEIPT, (*_books(part), *_records(part))
    dropped = sum(count for _, count in tally.dropped)
    ledger.looked("books")
    if tally.made != tally.kept + dropped:
        why = f"{tally.what}: made {tally.made}, but kept {tally.kept} and dropped {dropped}"
        ledger.wrong("books", name, why, away)
    told = {reason: count for (what, reason), count in rejects.items() if what == tally.what}
    if dict(tally.dropped) != told:
        why = f"{tally.what}: dropped {dropped}, but rejects.jsonl has {sum(told.values())} with other reasons or sums"
        ledger.wrong("books", name, why, away)
    if there.get(tally.what, tally.kept) != tally.kept:
        ledger.wrong("books", name, f"{tally.what}: kept {tally.kept}, but {there[tally.what]} are there", away)


def _lost(rejects: Counter[tuple[str, str]], what: str) -> int:
    return sum(count for (kind, _), count in rejects.items() if kind == what)


def _cut_badly(part: Part) -> int:
    """Videos that could be read, and not be cut."""
    return sum(reject.kind == "video" and reject.stage == "cut" for reject in part.rejects)


def _check_strays(folder: Path, part: Part, stored: Sequence[Stored], ledger: Ledger) -> None:
    """Files in places where only a run writes, and that no entry of the store names."""
    known = {one.path for one in stored} | made_of(part.place)
    known |= {one.base + ref.path for one in stored for ref in one.entry.made.outputs}
    ours = (f"{ENTRIES}/", f"{DATASET}/", f"{STORIES}/", f"{VIDEOS}/")
    for name in sorted(files_of(folder)):
        if not name.startswith(ours):
            continue
        ledger.looked("strays")
        if name in known:
            continue
        inside = name.removeprefix(_front(part))
        if name.startswith((f"{ENTRIES}/", f"{DATASET}/")) or (inside != name and "/" in inside):
            if f"{ENTRIES}/" not in name:  # an entry that can't be read is told as such
                ledger.wrong("strays", name, "nothing in the store names it", (name,))
        elif inside == name:
            ledger.note(f"{name.split('/')[1]} in {name.split('/')[0]}/ is of an earlier run, and was not looked at")


def _front(part: Part) -> str:
    return f"{part.place}/"


def _records(part: Part) -> tuple[str, ...]:
    """What a run writes anew from the store."""
    return tuple(f"{_front(part)}{name}" for name in ("claims.jsonl", "verdicts.jsonl", "pairs.jsonl", "rejects.jsonl"))


def _books(part: Part) -> tuple[str, ...]:
    return (RECEIPT, f"{_front(part)}{RECEIPT}")


def _unreadable(folder: Path, part: Part) -> tuple[str, ...]:
    return (*_records(part), *_books(part), *(f"{_front(part)}{name}" for name in ("twins.jsonl", CALIBRATION)))


def mend(folder: Path, checked: Checked, *, lock: bool = True) -> Checked:
    """Takes away what is damaged, and the receipts that vouch for it, so that a rerun makes it again.

    Args:
        folder: that was checked.
        checked: what was found.
        lock: whether to make sure that nobody works in it.

    Raises:
        DreamgenError: when somebody does.
    """
    if lock:
        with locked(folder):
            return mend(folder, checked, lock=False)
    away = {name for flaw in checked.flaws for name in flaw.away}
    if away:
        away |= {path.relative_to(folder).as_posix() for path in (folder / RECEIPT, *folder.glob(f"*/*/{RECEIPT}"))}
        away |= {f"{VIDEOS}/{RECEIPT}"}
    gone = 0
    for name in sorted(away):
        if (folder / name).is_file():
            (folder / name).unlink()
            gone += 1
    return checked.model_copy(update={"mended": gone})
