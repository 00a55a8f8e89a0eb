"""What is known of a run's verifiers from other films is told of the run where they are heard as they were there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.trusted import Trusted
from dreamgen.run.judging_again import calibrate_run
from dreamgen.run.marks import mark_of
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe
from dreamgen.verify.profiles import Filtering, Planted, Profile, Who, rows_of


def calibrated(run: Path, verifier: str, path: Path) -> Trusted:
    """A run held against a profile of a verifier that filters one wrong pair of four."""
    recipe = read_recipe(changes=[f"verify={verifier}"])
    ((name, built),) = recipe.build_all("verify")
    all_of_them = Planted(kind="all", wrong=(4, 4, 4), found=(1, 1, 1))
    profile = Profile(
        verifiers=(Who(name=name, mark=mark_of(name, built)),), stories=3, first=7, size=(192, 108), fps=8,
        animator="storyboard", rows=rows_of([("place", False, ("u0",))]),
        filtering=Filtering(settings=recipe.trust.settings, rows=(all_of_them,)),
    )  # fmt: skip
    path.write_text(profile.model_dump_json(), "utf-8")
    return calibrate_run(open_run(run), [f"verify={verifier}", f"trust.profile={path}"])


@pytest.mark.slow
def test_the_share_of_wrong_pairs_that_is_found_is_told_of_who_is_heard_as_in_the_profile(
    finished: Path, tmp_path: Path
) -> None:
    heard = calibrated(finished, "tests.run.liars:Shrugger", tmp_path / "profile.json")
    (recall,) = heard.recalls
    assert (recall.kind, recall.films, recall.share.value, recall.share.n) == ("all", 3, 0.25, 12)
    silenced = calibrated(finished, "tests.run.liars:YesSayer", tmp_path / "profile.json")
    assert not silenced.voices[0].believed and silenced.recalls == ()
