"""One shard of the dataset: the clips, pairs and rejects of a block of the plan, made once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import Field

from dreamgen.bulk.glancing import amiss
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.places import Places
from dreamgen.bulk.shard_story import ShardStory
from dreamgen.core.base import Record, fingerprint
from dreamgen.core.receipts import Reject, Tally, tallied
from dreamgen.core.trusted import Trusted
from dreamgen.engines.parquet import Table, new_table, parquet_version, table_suffix
from dreamgen.engines.tarring import Tar
from dreamgen.errors import DreamgenError
from dreamgen.export.columns import COLUMNS, REJECTED, VERSION, Place, pair_row, sample_key
from dreamgen.export.counts import Counts, counts_of
from dreamgen.export.holdout import Holdout, family_of_plot
from dreamgen.export.webdataset import VIDEO, add_sample
from dreamgen.run import disk, keys
from dreamgen.run.books import read_receipt
from dreamgen.run.decisions import read_decisions
from dreamgen.run.opened import JoinedLine
from dreamgen.run.pooling import pooled
from dreamgen.run.written import Authors

_MAKING: Final = ".making-"
_MENDED: Final = "mended"
"""Of the folder in which a shard is made: copies of clips that are changed for it."""


class Work(Record):
    """One shard to make."""

    folder: Path
    """Of the bulk run."""
    number: int
    """Of the shard, from 0."""
    stories: tuple[str, ...]
    """Each item of the block that is done, in the plan's order."""
    put_aside: tuple[Reject, ...] = ()
    """A line for each that is not."""
    holdout: Holdout = Holdout()
    """The shares of the stories that are held out of training."""
    seed: int = 0
    """Decides which."""


class ShardFile(Record):
    """A file of a shard."""

    name: str = Field(pattern=r"^[a-z]+-[0-9]{5,}\.[a-z]+$")
    """In the folder of the dataset."""
    bytes: int
    """Its size."""
    sha256: str
    """Of its bytes, in hex."""


class Shard(Record):
    """What is in one shard."""

    number: int
    """From 0."""
    key: str
    """The fingerprint of everything that shaped it."""
    files: tuple[ShardFile, ...]
    """Clips, where there are any; pairs; rejects."""
    stories: tuple[JoinedLine, ...]
    """Where its stories lie, in order."""
    rejects: int
    """Rows of its table of rejects."""
    validation: int
    """How many of the pairs are of stories that are held out to look at while training."""
    test: int = 0
    """The same for benchmarks."""
    tallies: tuple[Tally, ...]
    """The bookkeeping of its stories."""
    counts: Counts
    """What its pairs and clips are."""
    trusted: Trusted
    """How far its pairs can be trusted."""
    authors: Authors
    """Who wrote its stories."""


class Built(Record):
    """How the making of a shard ended."""

    number: int
    """Of the shard."""
    shard: Shard | None = None
    """It is there."""
    damaged: tuple[tuple[str, str], ...] = ()
    """Each item whose files are not what its records say, and what is wrong; the shard is not there."""
    fault: str = ""
    """What the machine could not do."""


def build(work: Work) -> Built:
    """Makes a shard, unless it is there and whole. A full disk is told in what it returns."""
    try:
        return _built(work)
    except OSError as error:
        return Built(number=work.number, fault=f"the shard {work.number} can't be made: {error}")


def _built(work: Work) -> Built:
    decisions = read_decisions(work.folder)
    stories, damaged = [], []
    for name in work.stories:
        try:
            _check_files(Places(work.folder), name)
            stories.append(ShardStory(work.folder, name, decisions))
        except DreamgenError as error:
            damaged.append((name, error.message))
    if damaged:
        return Built(number=work.number, damaged=tuple(damaged))
    shaping = work.model_dump(mode="json", exclude={"folder"})
    digests = [story.digest for story in stories]
    key = fingerprint([VERSION, keys.package_version(), parquet_version(), shaping, digests])
    known = read_receipt(Places(work.folder).shard(work.number), Shard)
    if known is not None and known.key == key and all(_whole(work, file) for file in known.files):
        return Built(number=work.number, shard=known)
    return _make(work, stories, key)


def _check_files(places: Places, name: str) -> None:
    mark = read_receipt(places.settled(name), Settled)
    if mark and (why := amiss(places.item(name), mark.files, read=True)):
        raise DreamgenError(why, "Run the same command again: it is then made anew.")


def put_aside(name: str, why: str) -> Reject:
    """The line of an item that is not in the dataset."""
    return Reject(what=name, kind="item", stage="bulk", reason="put_aside", detail=why)


def _whole(work: Work, file: ShardFile) -> bool:
    path = Places(work.folder).dataset / file.name
    return path.is_file() and path.stat().st_size == file.bytes and disk.sha256(path) == file.sha256


def _make(work: Work, stories: list[ShardStory], key: str) -> Built:
    dataset = Places(work.folder).dataset
    with _workshop(dataset, work.number) as into:
        shard, damaged = _filled(work, stories, key, into)
        if damaged:
            return Built(number=work.number, damaged=damaged)
        for file in shard.files:
            (into / file.name).replace(dataset / file.name)
        disk.sync_folder(dataset)
    if not any(file.name.startswith("clips") for file in shard.files):
        (dataset / _clips(work)).unlink(missing_ok=True)
    disk.write_whole(Places(work.folder).shard(work.number), shard.model_dump_json(indent=1) + "\n")
    return Built(number=work.number, shard=shard)


@contextmanager
def _workshop(dataset: Path, number: int) -> Iterator[Path]:
    """A folder to make a shard in; those that a killed driver left are cleared away."""
    dataset.mkdir(parents=True, exist_ok=True)
    start = f"{_MAKING}{number:05d}-"
    for left in dataset.glob(f"{start}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=start, dir=dataset, ignore_cleanup_errors=True) as into:
        yield Path(into)


def _filled(work: Work, stories: list[ShardStory], key: str, into: Path) -> tuple[Shard, tuple[tuple[str, str], ...]]:
    """Writes the files of a shard. They are of no use when a story is damaged, but all that are shall be known."""
    names = {what: f"{what}-{work.number:05d}{table_suffix()}" for what in ("pairs", "rejects")}
    damaged: list[tuple[str, str]] = []
    sums = _Sums()
    with (
        Tar(into / _clips(work)) as tar,
        new_table(into / names["pairs"], COLUMNS) as pairs,
        new_table(into / names["rejects"], REJECTED) as rejects,
    ):
        for reject in work.put_aside:
            _reject(rejects, reject, reject.what, sums)
        while stories:
            story = stories.pop(0)  # what is read of a story is not kept while the next one is
            try:
                _add_clips(work, story, tar, pairs, sums, into)
                for reject in story.rejects:
                    _reject(rejects, reject, story.name, sums)
                sums.close(story)
            except DreamgenError as error:
                damaged.append((story.name, error.message))
            except (FileNotFoundError, KeyError) as error:
                damaged.append((story.name, f"{story.run.folder} is damaged: {error}"))
    files = [*([_clips(work)] if sums.counts.clips else []), *names.values()]
    shard = Shard(
        number=work.number, key=key, files=tuple(_file(into / name) for name in files),
        stories=tuple(sums.lines), rejects=sums.rejects, validation=sums.validation, test=sums.test,
        tallies=tallied(sums.tallies), counts=sums.counts, trusted=pooled(sums.trusted),
        authors=sums.authors,
    )  # fmt: skip
    return shard, tuple(damaged)


class _Sums:
    """What has gone into a shard so far."""

    def __init__(self) -> None:
        self.rejects = self.validation = self.test = 0
        self.counts = Counts()
        self.authors = Authors()
        self.lines: list[JoinedLine] = []
        self.tallies: list[Tally] = []
        self.trusted: tuple[Trusted, ...] = ()

    def close(self, story: ShardStory) -> None:
        """A story is in."""
        self.lines.append(story.line)
        self.tallies += story.tallies
        self.trusted = (pooled((*self.trusted, story.run.trusted)),)
        self.authors = self.authors.with_story(story.run.story)


def _add_clips(work: Work, story: ShardStory, tar: Tar, table: Table, sums: _Sums, into: Path) -> None:
    family = family_of_plot(story.name, story.run.story.plot)
    split, pairs = work.holdout.split_of(family, work.seed), story.pairs
    clips = story.ready(into / _MENDED / story.name)
    for clip, media in clips:
        asked = [pair for pair in pairs if pair.clip == clip.id]
        add_sample(tar, clip, asked, media, story.name, split)
        place = Place(
            story=story.name, split=split, shard=_clips(work), video=f"{sample_key(clip.id)}.{VIDEO}"
        )  # fmt: skip
        for pair in asked:
            table.add(pair_row(pair, clip, place))
    sums.counts += counts_of(pairs, [clip for clip, _ in clips])
    sums.validation += len(pairs) * (split == "validation")
    sums.test += len(pairs) * (split == "test")


def _reject(table: Table, reject: Reject, story: str, sums: _Sums) -> None:
    table.add({"story": story, **{one.name: getattr(reject, one.name) for one in REJECTED if one.name != "story"}})
    sums.rejects += 1


def _clips(work: Work) -> str:
    return f"clips-{work.number:05d}.tar"


def _file(path: Path) -> ShardFile:
    return ShardFile(name=path.name, bytes=path.stat().st_size, sha256=disk.sha256(path))
