"""A run finds the profile that fits its verifiers and its films, and says why another does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.errors import UsageError
from dreamgen.run.marks import mark_of
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import FOOTAGE, find_reference
from dreamgen.verify.hearing import Hearing
from dreamgen.verify.profiles import Filtering, Planted, Profile, Who, read, rows_of, write
from dreamgen.verify.verifiers.pixels import PixelsVerifier

SAID = [
    *[("place", True, ("s18", "s10"))] * 8,
    *[("place", True, ("r4", "u0"))] * 2,
    *[("place", False, ("r18", "r10"))] * 18,
    *[("place", False, ("s8", "r10"))] * 2,
]


def profile(**changes: object) -> Profile:
    marks = (Who(name="pixels", mark=mark_of("pixels", PixelsVerifier())), Who(name="other", mark="0"))
    made = Profile(
        verifiers=marks, stories=3, first=7, size=(512, 288), fps=12, animator="storyboard", rows=rows_of(SAID)
    )
    return made.model_copy(update=changes)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose profiles are ours to choose."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profiles").mkdir()
    return tmp_path / "profiles" / "pixels.json"


def test_a_profile_that_fits_is_found_and_named(shelf: Path, clip: Clip) -> None:
    shelf.write_text(profile().model_dump_json(), "utf-8")
    found = find_reference(read_recipe(changes=["verify=pixels"]), [clip])
    assert found.words == "pixels.json: 3 films of random stories, seeds 7-9"
    (place,) = found.rows(0, Hearing())
    assert (place.true.supported, place.true.refuted, place.false.refuted, place.false.supported) == (8, 2, 18, 2)


def test_of_several_the_one_of_the_most_similar_pictures_is_taken(shelf: Path, clip: Clip) -> None:
    for width in (256, 512, 1024):
        one = profile(size=(width, width * 9 // 16), stories=width)
        shelf.with_name(f"{width}.json").write_text(one.model_dump_json(), "utf-8")
    recipe = read_recipe(changes=["verify=pixels"])
    for width, nearest in ((480, 512), (800, 1024), (1400, 1024), (300, 256)):
        found = find_reference(recipe, [clip.model_copy(update={"size": (width, 270)})])
        assert found.words.startswith(f"{nearest}.json: {nearest} films")


def test_what_two_said_together_is_counted_claim_by_claim() -> None:
    from dreamgen.run.reference import Reference

    both = Reference("", profile(), (0, 1))
    (place,) = both.vote([Hearing(), Hearing()], 0)
    assert (place.true.supported, place.true.refuted) == (8, 2)
    assert (place.false.refuted, place.false.supported, place.false.unsure) == (18, 0, 2)
    (either,) = both.vote([Hearing(), Hearing(distrust="lies")], 0)
    assert either.false.supported == 2


def test_one_of_another_version_is_noticed(shelf: Path, clip: Clip) -> None:
    stale = profile(verifiers=(Who(name="pixels", mark="1"), Who(name="other", mark="0")))
    shelf.write_text(stale.model_dump_json(), "utf-8")
    wanted = ["verify=pixels", f"trust.profile={shelf}"]
    found = find_reference(read_recipe(changes=wanted), [clip])
    assert found.profile is None
    assert found.words == "pixels.json was measured on another version of pixels, or other options"


def test_one_of_other_verifiers_is_told_where_it_was_asked_for(shelf: Path, clip: Clip) -> None:
    shelf.write_text(profile().model_dump_json(), "utf-8")
    both = ["verify=['pixels', 'sight']", f"trust.profile={shelf}"]
    found = find_reference(read_recipe(changes=both), [clip])
    assert found.profile is None
    assert found.words == "pixels.json was measured on pixels and other, and not on pixels and sight"


def test_one_of_other_films_is_no_measure_for_these(shelf: Path, clip: Clip) -> None:
    shelf.write_text(profile().model_dump_json(), "utf-8")
    wanted = ["verify=pixels", f"trust.profile={shelf}"]
    tiny = clip.model_copy(update={"size": (192, 108)})
    drawn = clip.model_copy(update={"pictures": "generated"})
    assert "films of 512x288, and these have 192x108" in find_reference(read_recipe(changes=wanted), [tiny]).words
    assert "a model drew these" in find_reference(read_recipe(changes=wanted), [drawn]).words
    still = read_recipe(changes=[*wanted, "clip=kenburns"])
    assert "films by storyboard, and kenburns made these" in find_reference(still, [clip]).words


def test_a_file_that_is_no_profile_is_told(tmp_path: Path, clip: Clip) -> None:
    (tmp_path / "p.json").write_text("[]", "utf-8")
    with pytest.raises(UsageError, match=r"p\.json is no profile of verifiers"):
        find_reference(read_recipe(changes=[f"trust.profile={tmp_path / 'p.json'}"]), [clip])


def test_a_verdict_in_short_keeps_its_outcome_and_nearly_its_confidence() -> None:
    assert read(write("refuted", 0.57)) == ("refuted", 0.55)
    assert read(write("supported", 1.0)) == ("supported", 1.0)
    assert read(write("unsure", 0.0)) == ("unsure", 0.0)


def test_found_footage_is_held_against_synthetic_videos_and_the_words_say_so(shelf: Path, clip: Clip) -> None:
    found = clip.model_copy(update={"pictures": "found", "origin": "found", "motion": "found", "size": (1920, 1080)})
    shelf.write_text(profile(animator=FOOTAGE).model_dump_json(), "utf-8")
    reference = find_reference(read_recipe(changes=["verify=pixels"]), [found])
    assert reference.profile is not None
    assert reference.words == "pixels.json: 3 synthetic videos of textures, noise and tones, seeds 7-9"
    named = read_recipe(changes=["verify=pixels", f"trust.profile={shelf}"])
    drawn = find_reference(named, [clip])
    assert drawn.profile is None and "synthetic videos" in drawn.words
    shelf.write_text(profile().model_dump_json(), "utf-8")
    other = find_reference(named, [found])
    assert other.profile is None and "drawn by rule, and these were found" in other.words


def test_a_kind_counts_no_oftener_than_there_were_synthetic_videos(shelf: Path, clip: Clip) -> None:
    found = clip.model_copy(update={"pictures": "found", "origin": "found", "motion": "found"})
    some = profile(animator=FOOTAGE)
    many = some.model_copy(update={"rows": tuple(row.model_copy(update={"n": 100 * row.n}) for row in some.rows)})
    shelf.write_text(many.model_dump_json(), "utf-8")
    reference = find_reference(read_recipe(changes=["verify=pixels"]), [found])
    for row in reference.rows(0, Hearing()):
        assert row.true.n <= some.stories + 2
        assert row.false.n <= some.stories + 2


def test_how_many_wrong_pairs_are_found_is_told_of_the_same_verifiers_and_settings(shelf: Path, clip: Clip) -> None:
    recipe = read_recipe(changes=["verify=pixels"])
    rows = (Planted(kind="place", wrong=(10, 0, 30), found=(10, 0, 20)), Planted(kind="all", wrong=(9,), found=(9,)))
    filtering = Filtering(settings=recipe.trust.settings, rows=rows)
    alone = profile(verifiers=profile().verifiers[:1], filtering=filtering)
    shelf.write_text(alone.model_dump_json(), "utf-8")
    place, _ = find_reference(recipe, [clip]).recalls(recipe.trust)
    assert (place.kind, place.films, place.share.n, place.share.value) == ("place", 2, 40, 0.75)
    stricter = recipe.trust.model_copy(update={"least_specificity": 0.9})
    assert find_reference(recipe, [clip]).recalls(stricter) == ()
    for other in (profile(filtering=filtering), profile(verifiers=alone.verifiers)):
        shelf.write_text(other.model_dump_json(), "utf-8")
        assert find_reference(recipe, [clip]).recalls(recipe.trust) == ()
