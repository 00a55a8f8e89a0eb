"""Verifiers that do not look are found out, and what nobody knows is not passed off as known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import dreamgen
from dreamgen.core.calibration import Calibration, Outcomes
from dreamgen.core.claims import Place
from dreamgen.core.pairs import InstructionPair, Program, Turn, Verdict
from dreamgen.core.trusted import Control, Trusted, Voice
from dreamgen.errors import UsageError
from dreamgen.run.calibrating import UNKNOWN, check, findings, pooled, refuse_early, refuse_few, refuse_unknown
from dreamgen.run.judging_again import calibrate_run, claims_of
from dreamgen.run.measuring import countable
from dreamgen.run.opened import Run, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import Reference
from tests.run.liars import NameReader


def row(kind: str, supported: int, refuted: int, false_supported: int = 0, false_refuted: int = 0) -> Calibration:
    return Calibration(
        kind=kind,
        true=Outcomes(supported=supported, refuted=refuted),
        false=Outcomes(supported=false_supported, refuted=false_refuted),
    )


def asks(clip: str, *claims: str) -> InstructionPair:
    """A pair that rests on these."""
    return InstructionPair(
        id="p", clip=clip, task="t", form="open", claims=claims, program=Program(name="p"),
        turns=(Turn(role="human", text="?"), Turn(role="assistant", text="!")),
    )  # fmt: skip


def judged_by(liar: str, run: Run) -> Voice:
    """What calibration finds of one of the verifiers in tests/run/liars.py on a finished run."""
    (voice,) = calibrate_run(run, [f"verify=tests.run.liars:{liar}"]).voices
    return voice


@pytest.fixture(scope="module")
def run(finished: Path) -> Run:
    return open_run(finished)


@pytest.mark.slow
def test_who_always_says_yes_is_found_out(run: Run) -> None:
    voice = judged_by("YesSayer", run)
    assert any("says yes to 100% of false claims" in one for one in voice.findings)
    assert any("do not depend on the pixels" in one for one in voice.findings)
    assert not voice.believed


@pytest.mark.slow
def test_who_always_says_no_is_found_out(run: Run) -> None:
    voice = judged_by("NoSayer", run)
    assert voice.findings == ("says no to 100% of true claims",)
    assert not voice.believed


@pytest.mark.slow
def test_who_reads_the_files_name_finds_nothing_in_it(run: Run) -> None:
    story = run.story
    clip = story.clips["scene-01"]
    here = [line for (where, _), line in story.claims.items() if where == clip.id]
    false = [line.twin for line in story.twins if line.clip == clip.id]
    open_eyes = [v.outcome for v in NameReader().verify(clip.footage(story.folder), [*here, *false], Path())]
    assert open_eyes == ["supported"] * len(here) + ["refuted"] * len(false), "it cheats where it can"
    voice = judged_by("NameReader", run)
    assert any("says yes to 100% of false claims" in one for one in voice.findings)


@pytest.mark.slow
@pytest.mark.parametrize("liar", ["Burglar", "Guesser", "Logician"])
def test_whose_answers_do_not_come_from_the_pixels_is_found_out(liar: str, run: Run) -> None:
    voice = judged_by(liar, run)
    assert any("its answers do not depend on the pixels" in one for one in voice.findings)
    assert not voice.believed


@pytest.mark.slow
def test_who_looks_is_heard_and_upholds_nothing_over_other_pixels(run: Run) -> None:
    voices = run.story.trusted.voices
    assert [voice.name for voice in voices] == ["pixels", "sight"]
    for voice in voices:
        assert voice.believed
        assert voice.findings == ()
        assert {control.shown for control in voice.controls} == {"another clip", "a blank video"}
        assert sum(control.upheld for control in voice.controls) <= 1
    assert sum(control.seen for control in voices[0].controls) >= 4


@pytest.mark.slow
def test_of_a_verifier_that_is_not_heard_nothing_counts_and_all_stands_unchecked(run: Run) -> None:
    found = calibrate_run(run, ["verify=tests.run.liars:YesSayer"])
    whole = next(one for one in found.residuals if one.kind == "all")
    assert (whole.said.supported, whole.said.refuted) == (0, 0)
    assert whole.error is None
    assert whole.basis == "nothing"
    assert found.pairs is None


@pytest.mark.slow
def test_asking_again_changes_nothing_in_the_run(run: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(run.folder.rglob("*"))}
    calibrate_run(run, ["verify=tests.run.liars:NoSayer"])
    assert {path: path.stat().st_mtime_ns for path in sorted(run.folder.rglob("*"))} == before


def test_a_handful_of_claims_condemns_nobody() -> None:
    assert findings([row("place", 2, 1, 2, 1)], []) == ()
    assert findings([row("place", 20, 0, 20, 0)], [])[0] == "says yes to 100% of false claims"
    shown = Control(shown="another clip", asked=20, upheld=1, seen=18, again=1)
    assert findings([row("place", 20, 0, 0, 20)], [shown]) == ()


def test_other_films_count_too_unless_they_tell_another_story() -> None:
    (both,) = pooled([row("place", 9, 1, 1, 19)], [row("place", 80, 20, 5, 95)])
    assert (both.true.supported, both.false.refuted, both.false.supported) == (9, 114, 6)
    (own,) = pooled([row("place", 9, 1, 12, 8)], [row("place", 80, 20, 5, 95)])
    assert (own.false.refuted, own.false.supported) == (8, 12)


def test_the_estimate_says_what_it_rests_on() -> None:
    said = {"place": Outcomes(supported=90, refuted=10), "cause": Outcomes(unsure=5)}
    rows = (row("place", 90, 0, 0, 20),)
    past = [row("place", 95, 5, 1, 99)]
    known = {one.kind: one for one in check(said, rows, {}, past, 1).trusted.residuals}
    alone = {one.kind: one for one in check(said, rows, {}, [], 1).trusted.residuals}
    assert (known["place"].basis, alone["place"].basis, known["cause"].basis) == ("reference", "run", "other kinds")
    assert known["all"].basis == "reference"
    assert alone["all"].basis == "run"


def test_where_false_claims_fare_otherwise_than_in_other_films_these_vouch_for_no_true_ones() -> None:
    said, past = {"place": Outcomes(supported=90, refuted=10)}, [row("place", 85, 15, 5, 95)]
    like = check(said, (row("place", 90, 10, 1, 19),), {}, past, 1).trusted.residuals[0]
    unlike = check(said, (row("place", 90, 10, 12, 8),), {}, past, 1).trusted.residuals[0]
    assert (like.basis, unlike.basis) == ("reference", "run")
    assert like.error is not None
    assert unlike.error is not None
    assert unlike.error.value > like.error.value


def test_a_claim_that_a_pair_names_twice_counts_once() -> None:
    claim = Place(start=0, end=1, place="forest")
    once, twice = asks("c", claim.id), asks("c", claim.id, claim.id)
    checked = check({"place": Outcomes(supported=60, refuted=40)}, (row("place", 9, 1, 20, 80),), {}, [], 1)
    seen = {("c", claim.id): Verdict(about=claim.id, outcome="supported", confidence=1, by="eye")}
    found = [checked.with_pairs([one], {("c", claim.id): claim}, seen).pairs for one in (once, twice)]
    assert found[0] is not None
    assert found[0] == found[1]


def test_a_pair_that_these_verifiers_would_have_dropped_is_not_among_what_is_left() -> None:
    woods, street = Place(start=0, end=1, place="forest"), Place(start=1, end=2, place="street")
    claims = {("c", one.id): one for one in (woods, street)}
    said = {
        ("c", woods.id): Verdict(about=woods.id, outcome="supported", confidence=1, by="eye"),
        ("c", street.id): Verdict(about=street.id, outcome="refuted", confidence=1, by="eye"),
    }
    checked = check({"place": Outcomes(supported=60, refuted=40)}, (row("place", 9, 1, 20, 80),), {}, [], 1)
    left = checked.with_pairs([asks("c", woods.id)], claims, said).pairs
    every = checked.with_pairs([asks("c", woods.id), asks("c", woods.id, street.id)], claims, said).pairs
    assert left is not None
    assert every == left


def test_what_the_film_has_from_a_scene_is_wrong_in_both_at_once() -> None:
    pairs, claims, same = [], {}, {}
    for number in range(20):
        for clip, start in (("scene-01", number), ("film", number + 30)):
            claim = Place(start=start, end=start + 1, place="forest")
            claims[clip, claim.id] = claim
            pairs.append(asks(clip, claim.id))
        same["film", pairs[-1].claims[0]] = ("scene-01", pairs[-2].claims[0])
    known = check({"place": Outcomes(supported=600, refuted=400)}, (row("place", 9, 1, 200, 800),), {}, [], 1)
    seen = {key: Verdict(about=key[1], outcome="supported", confidence=1, by="eye") for key in claims}
    apart, together = (one.with_pairs(pairs, claims, seen).pairs for one in (known, replace(known, same=same)))
    assert apart is not None
    assert together is not None
    assert apart.value == together.value
    assert together.high - together.low > 1.2 * (apart.high - apart.low)


def test_a_pair_is_as_wrong_as_the_claims_that_it_rests_on() -> None:
    claim = Place(start=0, end=1, place="forest")
    pair = asks("c", claim.id)
    seen = Verdict(about=claim.id, outcome="supported", confidence=1, by="eye")
    said = {"place": Outcomes(supported=60, refuted=40, unsure=10)}
    past = Calibration(
        kind="place", true=Outcomes(supported=99, refuted=1), false=Outcomes(supported=20, refuted=80, unsure=40)
    )
    checked = check(said, (), {}, [past], 1)
    found = checked.with_pairs([pair], {("c", claim.id): claim}, {("c", claim.id): seen}).pairs
    assert found is not None
    # of 100 claims about half are true; a fifth of the others was let through
    assert found.value == pytest.approx(0.17, abs=0.04)
    assert checked.right("place", seen) == pytest.approx(1 - found.value)
    assert checked.right("place", None) < checked.right("place", seen)


def test_what_nobody_knows_is_a_toss() -> None:
    checked = check({"cause": Outcomes(unsure=3)}, (), {}, [], 1)
    assert checked.right("cause", None) == UNKNOWN
    assert checked.trusted.residuals[0].basis == "nothing"


def test_an_unattended_run_needs_a_verifier_of_which_something_is_known() -> None:
    nothing = Reference("there is no profile of pixels")
    attended, alone = (
        read_recipe(changes=["verify=pixels"]),
        read_recipe(changes=["verify=pixels", "trust.unattended=true"]),
    )
    refuse_unknown(attended, nothing, [])
    with pytest.raises(UsageError, match=r"nobody knows how often pixels.* errs") as told:
        refuse_unknown(alone, nothing, [row("place", 9, 0, 0, 29)])
    assert "dreamgen calibrate" in told.value.hint
    assert "trust.uncalibrated=true" in told.value.hint
    refuse_unknown(alone, nothing, [row("place", 9, 0, 0, 30)])
    refuse_unknown(read_recipe(changes=["trust.unattended=true", "trust.uncalibrated=true"]), nothing, [])


def test_an_unattended_run_that_will_be_refused_makes_nothing_first(plot: Path, tmp_path: Path) -> None:
    alone, liar = "trust.unattended=true", "verify=tests.run.liars:YesSayer"
    ours = Path(dreamgen.__file__).parent / "verify" / "data" / "profiles" / "pixels.json"
    with pytest.raises(UsageError, match=r"nobody knows how often tests\.run\.liars:YesSayer errs"):
        dream(plot, read_recipe(changes=[alone, liar, f"trust.profile={ours}"]), tmp_path / "run")
    (tmp_path / "p.json").write_text("[]", "utf-8")
    with pytest.raises(UsageError, match=r"p\.json is no profile"):
        dream(plot, read_recipe(changes=[f"trust.profile={tmp_path / 'p.json'}"]), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_may_become_of_an_unattended_run_is_said_before_it_begins() -> None:
    alone, liar = "trust.unattended=true", "verify=tests.run.liars:YesSayer"
    assert "refused once it is filmed, if fewer than 30" in refuse_early(read_recipe(changes=[alone, liar]))
    assert refuse_early(read_recipe(changes=[liar])) == ""
    assert refuse_early(read_recipe(changes=[alone, liar, "trust.uncalibrated=true"])) == ""


def test_nobody_is_asked_where_there_is_too_little_to_ask() -> None:
    nothing, alone = Reference("there is no profile of pixels"), read_recipe(changes=["trust.unattended=true"])
    with pytest.raises(UsageError, match="has only 29 false claims to ask about, where 30 are needed"):
        refuse_few(alone, nothing, 29)
    refuse_few(alone, nothing, 30)
    refuse_few(read_recipe(), nothing, 0)


@pytest.mark.slow
def test_as_many_false_claims_are_asked_as_were_counted_beforehand(run: Run) -> None:
    clips = tuple(run.story.clips.values())
    assert countable(clips, claims_of(run)) == sum(row.false.n for row in run.story.trusted.vote)


def test_an_empty_trust_says_nothing() -> None:
    assert Trusted(vote=()).pairs is None
