from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.recipe import Choice, Recipe, read_recipe, recipe_names


def test_the_recipes_that_travel_along_can_be_built() -> None:
    assert set(recipe_names()) >= {"storyboard", "draft"}
    for name in recipe_names():
        recipe = read_recipe(name)
        for stage in ("story", "style", "render", "clip"):
            recipe.build(stage)
        for stage in ("verify", "qa", "screen", "export"):
            assert recipe.build_all(stage)


def test_a_recipe_reads_back_as_it_was_written(tmp_path: Path) -> None:
    recipe = read_recipe("draft", ["seed=7", 'look="noir"', "render.workers=1"])
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.toml(), "utf-8")
    assert read_recipe(str(path)) == recipe


def test_changes_reach_the_backend() -> None:
    renderer = read_recipe("storyboard", ["render.size=[512, 288]"]).build("render")
    assert renderer.size == (512, 288)
    assert read_recipe("storyboard", ["render.size=512x288"]).build("render").size == (512, 288)


def test_size_and_rate_reach_every_stage_that_does_not_say_otherwise() -> None:
    recipe = read_recipe("draft", ["size=320x180", "fps=8", "render.size=640x360"])
    assert recipe.build("render").size == (640, 360)
    assert (recipe.build("clip").size, recipe.build("clip").fps) == ((320, 180), 8)


def test_another_backend_leaves_the_options_of_the_old_one_behind() -> None:
    assert read_recipe("draft", ["clip.fps=8", "clip.backend=kenburns"]).clip == Choice(backend="kenburns")


def test_a_plugin_is_named_by_its_module_and_class() -> None:
    recipe = read_recipe("storyboard", ["verify.backend=dreamgen.verify.verifiers.pixels:PixelsVerifier"])
    assert [type(one).__name__ for _, one in recipe.build_all("verify")] == ["PixelsVerifier"]


def test_several_verifiers_are_a_list() -> None:
    recipe = read_recipe("storyboard", ['verify=["pixels", {backend="pixels", width=256}]'])
    assert [one.width for _, one in recipe.build_all("verify")] == [512, 256]
    with pytest.raises(UsageError, match="verify has 2 backends"):
        read_recipe("storyboard", ['verify=["pixels", "pixels"]', "verify.width=256"])


def test_an_option_of_the_only_verifier_needs_no_list() -> None:
    recipe = read_recipe("storyboard", ["verify=pixels", "verify.width=256"])
    assert recipe.verify == (Choice(backend="pixels", options=(("width", 256),)),)


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        (["rendr.size=512x288"], "unknown key in the recipe: 'rendr'", "Did you mean 'render'?"),
        (
            ["trust.target_eror=0.1"],
            "unknown key in the recipe's [trust]: 'target_eror'",
            "Did you mean 'target_error'?",
        ),
        (["render"], "--set 'render' has no value", "Write --set"),
        (["size=huge"], "size can't be 'huge'", "tuple"),
        (["seed.size=3"], "seed has no options", "--set seed=VALUE"),
        (["seed=many"], "seed can't be 'many'", "integer"),
        (["look=3"], "look can't be 3", "string"),
    ],
)
def test_a_wrong_change_is_explained(changes: list[str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        read_recipe("storyboard", changes)
    assert message in error.value.message
    assert hint in error.value.hint


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        (["render.backend=storybord"], "unknown render backend 'storybord'", "Did you mean 'storyboard'?"),
        (["render.sise=512x288"], "unknown option of the render backend 'storyboard': 'sise'", "Did you mean 'size'?"),
        (["render.size=big"], "render.size can't be 'big'", "tuple"),
        (["render.backend=nowhere:Nothing"], "names the module nowhere", ""),
        (["render.backend=dreamgen.core.base:Nothing"], "names Nothing", ""),
        (["render.backend=dreamgen.core.base:fingerprint"], "is not a class", ""),
    ],
)
def test_a_wrong_backend_is_explained(changes: list[str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        read_recipe("storyboard", changes).build("render")
    assert message in error.value.message
    assert hint in error.value.hint


def test_a_recipe_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(UsageError) as error:
        read_recipe("storybord")
    assert "Did you mean 'storyboard'?" in error.value.hint
    assert "draft" in error.value.hint


def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("seed = = 3")
    with pytest.raises(UsageError, match=r"mine\.toml is not a recipe"):
        read_recipe(str(path))


def test_defaults_are_the_storyboard_recipe() -> None:
    assert read_recipe("storyboard") == Recipe()


def test_an_option_goes_on_top_of_a_backend_by_its_name() -> None:
    clip = read_recipe("storyboard", ["clip=kenburns", "clip.fps=12"]).clip
    assert clip == Choice(backend="kenburns", options=(("fps", 12),))


@pytest.mark.parametrize("change", ["size=²x2", "size=x", "render.backend=..:Class", "render.backend=a b:c", "clip=3"])
def test_odd_words_are_mistakes_and_no_crash(change: str) -> None:
    with pytest.raises(UsageError):
        read_recipe("storyboard", [change]).check()


@pytest.mark.parametrize("change", ["size=64x36", "render.size=96x54", "clip.size=2x2"])
def test_pictures_too_small_to_tell_anything_by_are_refused(change: str) -> None:
    with pytest.raises(UsageError):
        read_recipe("storyboard", [change]).check()
    read_recipe("storyboard", ["size=114x64"]).check()


def test_all_words_that_an_option_takes_are_listed() -> None:
    with pytest.raises(UsageError, match=r"^render\.layout can't be 'magic'") as caught:
        read_recipe("sdxl", ["render.layout=magic"]).build("render")
    assert "'depth'" in caught.value.hint and "'image'" in caught.value.hint


def test_an_empty_name_of_a_model_is_refused() -> None:
    with pytest.raises(UsageError, match=r"diffusion\.model can't be ''"):
        read_recipe("sdxl", ["diffusion.model="])


def test_a_recipe_knows_whether_its_writer_asks_a_language_model() -> None:
    assert read_recipe("chat").asks and not read_recipe("storyboard").asks
    assert read_recipe("storyboard", ["story.backend=chat"]).asks


def test_a_list_whose_quotes_the_shell_ate_is_told_how_to_write_it() -> None:
    with pytest.raises(UsageError, match="can't be") as told:
        read_recipe("annotate", ["cut.detectors=[content]"])
    assert """'cut.detectors=["one", "other"]'""" in str(told.value)
