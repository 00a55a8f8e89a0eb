"""Finds the profile that says how often a run's verifiers err."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from pydantic import ValidationError

import dreamgen
from dreamgen.core.calibration import Calibration, Outcomes, calibrate
from dreamgen.core.media import Clip
from dreamgen.core.trusted import Recall
from dreamgen.errors import UsageError
from dreamgen.run.marks import mark_of
from dreamgen.run.recipe import Recipe
from dreamgen.run.trust import Trust
from dreamgen.verify.hearing import Hearing
from dreamgen.verify.profiles import Known, Profile, read, recalls
from dreamgen.verify.voting import agree

PROFILES: Final = "profiles"
"""The folder of profiles, in the working folder and in the package."""

LIKE_SIZE: Final = 2.0
"""A profile holds for films that are so many times wider or narrower than those that it was measured on."""


FOOTAGE: Final = "synthetic footage"
"""The animator of a profile that was measured on videos that benchmarks/footage.py makes, of textures, noise and tones.
They stand in for footage that nobody here made, whose truth nobody knows; they are no camera's."""


@dataclass(frozen=True)
class Reference:
    """What is known of a run's verifiers from other films."""

    words: str
    """Where from, or why nothing is."""
    profile: Profile | None = None
    """What was measured, where it fits."""
    columns: tuple[int, ...] = ()
    """Where the run's verifiers stand in it."""

    def alone(self, number: int) -> tuple[Known, ...]:
        """What one of the run's verifiers said; nothing without a profile that fits."""
        return self.profile.alone(self.columns[number]) if self.profile else ()

    def rows(self, number: int, hearing: Hearing) -> tuple[Calibration, ...]:
        """The same, counted by kind."""
        return self._cautious(counted(self.alone(number), hearing))

    @property
    def provided(self) -> str:
        """What its numbers suppose of the films that they are used for; empty where those are of the same sort."""
        if self.profile is None or self.profile.animator != FOOTAGE:
            return ""
        return "the verifiers err on these videos as on synthetic ones, and no oftener where the annotators err"

    def vote(self, hearings: Sequence[Hearing], least: int) -> tuple[Calibration, ...]:
        """What all of the run's verifiers said together, counted by kind."""
        if not self.profile:
            return ()
        said = []
        for row in self.profile.rows:
            each = [read(row.said[column]) for column in self.columns]
            outcomes = [hearing.outcome(row.kind, *one) for hearing, one in zip(hearings, each, strict=True)]
            said.append((row.kind, row.true, agree(outcomes, least), row.n))
        return self._cautious(calibrate((kind, true, outcome) for kind, true, outcome, n in said for _ in range(n)))

    def recalls(self, trust: Trust) -> tuple[Recall, ...]:
        """How many wrong pairs the filter finds; nothing where it was measured with others, or with other settings."""
        filtering = self.profile.filtering if self.profile else None
        whole = self.profile is not None and sorted(self.columns) == list(range(len(self.profile.verifiers)))
        if filtering is None or not whole or filtering.settings != trust.settings:
            return ()
        films = {row.kind: sum(map(bool, row.wrong)) for row in filtering.rows}
        return tuple(
            Recall(kind=kind, films=films[kind], share=share) for kind, share in recalls(filtering.rows).items()
        )

    def _cautious(self, rows: tuple[Calibration, ...]) -> tuple[Calibration, ...]:
        """Of synthetic videos a kind counts no oftener than there were videos.

        Whatever fools a verifier in one of them fools it all through, and footage of another sort may fool it anew.
        """
        if self.profile is None or self.profile.animator != FOOTAGE:
            return rows
        most = self.profile.stories
        return tuple(
            row.model_copy(update={"true": _fewer(row.true, most), "false": _fewer(row.false, most)}) for row in rows
        )


def _fewer(said: Outcomes, most: int) -> Outcomes:
    """The same shares of at most so many; what is seldom stays at least once."""
    if said.n <= most:
        return said
    share = most / said.n
    return Outcomes(**{word: ceil(share * getattr(said, word)) for word in Outcomes.model_fields})


def counted(known: Sequence[Known], hearing: Hearing) -> tuple[Calibration, ...]:
    """What a verifier said, as far as it is heard, counted by kind."""
    return calibrate(
        (one.kind, one.true, hearing.outcome(one.kind, one.outcome, one.confidence))
        for one in known
        for _ in range(one.n)
    )


def find_reference(recipe: Recipe, clips: Sequence[Clip]) -> Reference:
    """The profile that fits the recipe's verifiers and these films, or why there is none.

    Of several in one folder it is the one whose films have sides the most like these; a working folder's own go before
    those that dreamgen brings along.

    Raises:
        UsageError: when the recipe names a file that is no profile.
    """
    marks = [mark_of(name, verifier) for name, verifier in recipe.build_all("verify")]
    names = [choice.backend for choice in recipe.verify]
    near: list[str] = []
    for folder in _folders(recipe.trust.profile):
        fitting: list[tuple[float, Reference]] = []
        for path, profile in folder:
            columns = profile.columns(marks)
            if columns is None:
                near += _other(path, profile, names, asked=bool(recipe.trust.profile))
                continue
            wrong = _unlike(profile, recipe, clips)
            if wrong:
                near.append(f"{path.name} was measured on {wrong}")
                continue
            fitting.append((_off(profile, clips), Reference(f"{path.name}: {seeds_told(profile)}", profile, columns)))
        if fitting:
            return min(fitting, key=lambda one: one[0])[1]
    return Reference("; ".join(near) or f"there is no profile of {' and '.join(names)}")


def _other(path: Path, profile: Profile, names: Sequence[str], *, asked: bool) -> Iterator[str]:
    """Why a profile of other verifiers was not taken, where that is worth a word."""
    known = [who.name for who in profile.verifiers]
    if set(known) >= set(names):
        yield f"{path.name} was measured on another version of {' and '.join(names)}, or other options"
    elif asked:  # of those that nobody asked for it goes without saying
        yield f"{path.name} was measured on {' and '.join(known)}, and not on {' and '.join(names)}"


def _off(profile: Profile, clips: Sequence[Clip]) -> float:
    """How many times wider or narrower the films are than those that a profile was measured on, at most."""
    ratios = [clip.size[0] / profile.size[0] for clip in clips]
    return max((max(ratio, 1 / ratio) for ratio in ratios), default=1.0)


def seeds_told(profile: Profile) -> str:
    """What a profile was measured on."""
    last = profile.first + profile.stories - 1
    if profile.animator == FOOTAGE:
        return f"{profile.stories} synthetic videos of textures, noise and tones, seeds {profile.first}-{last}"
    if last == profile.first:
        return f"a film of a random story, seed {last}"
    return f"{profile.stories} films of random stories, seeds {profile.first}-{last}"


def _unlike(profile: Profile, recipe: Recipe, clips: Sequence[Clip]) -> str:
    """What the profile's films have that these films don't; empty where they are alike."""
    if any(clip.pictures == "generated" for clip in clips):
        return "pictures that were drawn by rule, and a model drew these"
    if any(clip.pictures == "found" for clip in clips):
        return "" if profile.animator == FOOTAGE else "films that were drawn by rule, and these were found"
    if profile.animator == FOOTAGE:
        return "synthetic videos, and these films were drawn by rule"
    if recipe.clip.backend != profile.animator:
        return f"films by {profile.animator}, and {recipe.clip.backend} made these"
    widths = [clip.size[0] / profile.size[0] for clip in clips]
    if any(not 1 / LIKE_SIZE <= width <= LIKE_SIZE for width in widths):
        return f"films of {profile.size[0]}x{profile.size[1]}, and these have {clips[0].size[0]}x{clips[0].size[1]}"
    return ""


def _folders(wanted: str) -> Iterator[list[tuple[Path, Profile]]]:
    """The file that is wanted, or those of each folder that there are, ours last."""
    if wanted:
        yield [(Path(wanted), read_profile(Path(wanted)))]
        return
    ours = Path(dreamgen.__file__).parent / "verify" / "data"
    for folder in (Path.cwd(), ours):
        yield [(path, read_profile(path)) for path in sorted((folder / PROFILES).glob("*.json"))]


def read_profile(path: Path) -> Profile:
    """The profile in a file.

    Raises:
        UsageError: when there is none.
    """
    try:
        return Profile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise UsageError(
            f"{path} is no profile of verifiers", "Make one with `dreamgen calibrate --stories 8`."
        ) from None
