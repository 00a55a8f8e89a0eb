from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.ablation import ablate, plans
from dreamgen.run.evaluating import Weights
from dreamgen.run.recipe import Recipe, read_recipe


def sdxl(*changes: str) -> Recipe:
    if find_spec("diffusers") is None:  # importing it takes seconds, and none of these tests needs it
        pytest.skip("the extra `diffusion` is not installed")
    return read_recipe("sdxl", changes)


def test_every_lock_is_taken_off_alone_and_then_all_of_them() -> None:
    made, left_out = plans(sdxl())
    assert [plan.name for plan in made] == ["all", "no-style", "no-identity", "no-layout", "no-expansion", "none"]
    assert left_out == ()
    renderers = {plan.name: plan.recipe.build("render") for plan in made}
    locks = {
        name: (one.style_lock, one.identity_lock, one.layout_lock, one.phrasing) for name, one in renderers.items()
    }
    assert locks == {
        "all": (True, True, True, "staged"),
        "no-style": (False, True, True, "staged"),
        "no-identity": (True, False, True, "staged"),
        "no-layout": (True, True, False, "staged"),
        "no-expansion": (True, True, True, "plot"),
        "none": (False, False, False, "plot"),
    }
    assert not renderers["none"].regions


def test_a_lock_that_is_off_takes_its_check_with_it() -> None:
    made = {
        plan.name: plan.recipe.build("render") for plan in plans(sdxl("render.likeness=0.6", "render.check=owl"))[0]
    }
    assert (made["all"].likeness, made["all"].check) == (0.6, "owl")
    assert made["no-identity"].likeness == -1
    assert made["no-layout"].check == ""
    assert made["no-style"].likeness == 0.6


def test_variants_differ_from_the_recipe_in_nothing_else() -> None:
    recipe = sdxl("seed=7", "render.steps=12")
    for plan in plans(recipe)[0]:
        assert plan.recipe.model_copy(update={"render": recipe.render}) == recipe
        assert plan.recipe.build("render").steps == 12


def test_what_is_off_already_is_left_out_with_the_reason() -> None:
    made, left_out = plans(sdxl("render.style_lock=false", "render.layout_lock=false", 'render.phrasing="plot"'))
    assert [plan.name for plan in made] == ["all", "no-identity"]
    assert ("no-style", "style_lock is off in the recipe") in left_out
    assert len(left_out) == 3


def test_with_every_lock_off_there_is_nothing_to_compare() -> None:
    off = ("render.style_lock=false", "render.layout_lock=false", "render.identity_lock=false", "render.phrasing=plot")
    with pytest.raises(UsageError, match="every lock off already"):
        plans(sdxl(*off))


def test_the_storyboard_has_no_locks(plot: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'storyboard' has no locks to switch off"):
        ablate(plot, read_recipe("storyboard"), tmp_path / "out", Weights())
    assert not (tmp_path / "out").exists()
