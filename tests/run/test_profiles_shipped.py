"""The profiles that come with the package are of the verifiers that come with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import dreamgen
from dreamgen.run.marks import mark_of
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import FOOTAGE, PROFILES, read_profile

SHIPPED = sorted((Path(dreamgen.__file__).parent / "verify" / "data" / PROFILES).glob("*.json"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_profile_is_of_the_code_that_is_shipped(path: Path) -> None:
    profile = read_profile(path)
    for who in profile.verifiers:
        ((name, verifier),) = read_recipe(changes=[f"verify={who.name}"]).build_all("verify")
        assert mark_of(name, verifier) == who.mark, f"measure again: {_how(path, profile.animator)}"
    kinds = {row.kind for row in profile.rows if not row.true}
    # of synthetic footage the measured kinds alone are known
    assert len(kinds) >= (9 if profile.animator == FOOTAGE else 12)
    assert (profile.filtering is None) == (profile.animator == FOOTAGE), "of films the filter's share is known too"


def _how(path: Path, animator: str) -> str:
    if animator == FOOTAGE:
        return f"python benchmarks/classic.py --first 1000 --videos 40 --write {path}"
    return f"the command for {path.name} in docs/trust.md"
