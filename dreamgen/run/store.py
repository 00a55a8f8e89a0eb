"""Content-keyed artefacts: made once, kept while nothing that shaped them has changed, safe to kill at any moment.

An item's files are written to a temporary folder, synced and put in place; last of all an entry lands that says
what was made and from what. A file's existence proves nothing, the key in its entry does, and the files must still
have the bytes that the entry names. After a kill at any moment the next run makes the item in flight again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import MediaRef
from dreamgen.core.receipts import Made
from dreamgen.errors import DreamgenError
from dreamgen.run import disk
from dreamgen.run.hints import AGAIN
from dreamgen.run.listening import waits_told
from dreamgen.run.watch import SILENT, Watch

T = TypeVar("T")

ENTRIES = ".store"
"""The folder of the entries, one small file an item."""


class Step(Record):
    """Who makes something: what the keys of all its items share."""

    stage: str
    """story, style, render, clip, film, claims, verify, qa, export."""
    backend: str
    """The name in the registry."""
    options: tuple[tuple[str, str], ...] = ()
    """The backend's fields that shape the result, as JSON."""
    code: str = ""
    """The fingerprint of the source and prompts that it runs on; see `keys.code_version`."""
    seed: int = 0
    """The story's seed."""


class Entry(Record):
    """What the store knows about one item."""

    made: Made
    """The key and the files."""
    value: JsonValue
    """The record that was made, as JSON."""


class Store:
    """The artefacts of one folder.

    Args:
        folder: where the files go; paths in records are relative to it.
        watch: hears what is made.
    """

    def __init__(self, folder: Path, watch: Watch = SILENT) -> None:
        self.folder = folder
        self.watch = watch

    def once(
        self,
        step: Step,
        inputs: object,
        shape: TypeAdapter[T],
        make: Callable[[Path], T],
        given: Iterable[MediaRef] = (),
    ) -> T:
        """The one artefact of a stage, made only when it is missing or out of date; see `each`."""

        def make_all(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, T]]:
            for item in items:
                yield item, make(into)

        return self.each(step, {step.stage: inputs}, shape, make_all, given)[step.stage]

    def each(
        self,
        step: Step,
        inputs: Mapping[str, object],
        shape: TypeAdapter[T],
        make: Callable[[tuple[str, ...], Path], Iterator[tuple[str, T]]],
        given: Iterable[MediaRef] = (),
        lasting: Callable[[T], bool] = lambda value: True,
    ) -> dict[str, T]:
        """The artefacts of a stage, of which only the missing and outdated ones are made.

        Args:
            step: who makes them.
            inputs: item to everything else that shapes it; hashed by `fingerprint`.
            shape: reads and writes what is made. Its `MediaRef`s are the files to keep.
            make: gets the items to make and an empty folder, and yields each item with its artefact as soon as its
                files are complete in that folder.
            given: files of this store that `make` reads; they appear in its folder under the same paths.
            lasting: whether to keep an artefact; one that is not kept has no files, and is made again the next time.

        Returns:
            Item to artefact, in the order of `inputs`.
        """
        lent = tuple({ref.path: ref for ref in given}.values())
        keys = {item: key_of(step, item, value) for item, value in inputs.items()}
        values = self._kept(step.stage, keys, shape)
        missing = tuple(item for item in inputs if item not in values)
        self.watch.begins(step.stage, len(keys), len(keys) - len(missing))
        try:
            if missing:
                with self._workshop(lent) as into, waits_told(step.stage, self.watch):
                    for item, value in make(missing, Path(into)):
                        if lasting(value):
                            self._keep(step, item, keys[item], shape, value, Path(into), {ref.path for ref in lent})
                        values[item] = value
                        self.watch.made(step.stage, item)
        finally:
            self.watch.ends(step.stage)
        unmade = [item for item in inputs if item not in values]
        if unmade:
            raise RuntimeError(f"{step.backend} made nothing for {', '.join(unmade)}")
        return {item: values[item] for item in inputs}

    def has(self, stage: str, item: str, key: str) -> bool:
        """Whether an item was made under this key; its files are not looked at."""
        try:
            return Entry.model_validate_json(self._entry(stage, item).read_bytes()).made.key == key
        except (OSError, ValidationError):
            return False

    def stages(self) -> tuple[str, ...]:
        """The stages of which something was made here."""
        return tuple(sorted(path.name for path in (self.folder / ENTRIES).glob("*") if path.is_dir()))

    def forget(self, stage: str) -> None:
        """Clears away all that a stage once made."""
        self._kept(stage, {}, TypeAdapter(object))

    def made(self) -> tuple[Made, ...]:
        """How everything in this folder came to be, by stage and item."""
        return tuple(entry.made for entry in entries(self.folder))

    def write(self, name: str, text: str) -> None:
        """Writes a file that follows from artefacts and needs no entry of its own."""
        disk.write_whole(self.folder / name, text)

    def _kept(self, stage: str, keys: Mapping[str, str], shape: TypeAdapter[T]) -> dict[str, T]:
        """The artefacts that still stand. All else that the stage once made is cleared away."""
        values: dict[str, T] = {}
        current: set[str] = set()
        outdated: list[tuple[Path, tuple[MediaRef, ...]]] = []
        for path in sorted((self.folder / ENTRIES / stage).glob("*.json")):
            try:
                entry = Entry.model_validate_json(path.read_text("utf-8"))
            except (ValidationError, UnicodeDecodeError):
                outdated.append((path, ()))
                continue
            made = entry.made
            if keys.get(made.item) == made.key and all(map(self._holds, made.outputs)):
                try:
                    values[made.item] = shape.validate_python(entry.value, strict=False)
                except ValidationError:
                    outdated.append((path, ()))
                    continue
                current.update(ref.path for ref in made.outputs)
            else:
                outdated.append((path, made.outputs))
        for path, outputs in outdated:
            for ref in outputs:
                if ref.path not in current:
                    self._remove(self.folder / ref.path)
            path.unlink()
        return values

    def _keep(
        self, step: Step, item: str, key: str, shape: TypeAdapter[T], value: T, into: Path, lent: set[str]
    ) -> None:
        """Puts an artefact's files in place and then, last of all, its entry."""
        made = Made(
            stage=step.stage, item=item, key=key, backend=step.backend, options=step.options, seed=step.seed,
            outputs=self._land(value, into, lent),
        )  # fmt: skip
        entry = Entry(made=made, value=shape.dump_python(value, mode="json"))
        disk.write_whole(self._entry(step.stage, item), entry.model_dump_json(indent=1))

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        for folder in path.relative_to(self.folder).parents:
            if folder.name:
                disk.drop_if_empty(self.folder / folder)

    def _holds(self, ref: MediaRef) -> bool:
        path = self.folder / ref.path
        return path.is_file() and disk.sha256(path) == ref.sha256

    def _land(self, value: object, into: Path, lent: set[str]) -> tuple[MediaRef, ...]:
        outputs = tuple({ref.path: ref for ref in references(value) if ref.path not in lent}.values())
        for ref in outputs:
            if disk.sha256(into / ref.path) != ref.sha256:
                raise RuntimeError(f"{ref.path} changed after its record was made")
        disk.place_all((into / ref.path, self.folder / ref.path) for ref in outputs if not self._holds(ref))
        return outputs

    def _workshop(self, lent: Iterable[MediaRef]) -> tempfile.TemporaryDirectory[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix=".making-", dir=self.folder, ignore_cleanup_errors=True)
        for ref in lent:
            disk.lend(self.folder / ref.path, Path(folder.name) / ref.path)
        return folder

    def _entry(self, stage: str, item: str) -> Path:
        return self.folder / ENTRIES / stage / f"{item}.json"


def key_of(step: Step, item: str, inputs: object) -> str:
    """The fingerprint of everything that shapes an item."""
    return fingerprint([step, item, inputs])


def entries(folder: Path, stage: str = "*") -> tuple[Entry, ...]:
    """The entries of one stage, or of all, in the order of their names.

    Raises:
        DreamgenError: for one that can't be read.
    """
    return tuple(_read(path) for path in sorted((folder / ENTRIES).glob(f"{stage}/*.json")))


def _read(path: Path) -> Entry:
    try:
        return Entry.model_validate_json(path.read_text("utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise DreamgenError(f"{path} is damaged", AGAIN) from error


def references(value: Any) -> Iterator[MediaRef]:
    """Every file that a record, or a tuple of records, refers to."""
    if isinstance(value, MediaRef):
        yield value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from references(getattr(value, field))
    elif isinstance(value, tuple):
        for part in value:
            yield from references(part)
