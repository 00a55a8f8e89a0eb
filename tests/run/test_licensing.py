from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.lineage import ModelUsed
from dreamgen.errors import UsageError
from dreamgen.run.licensing import FINDING, MAKING, TEACHING, licence_of, models_of, terms_of
from dreamgen.run.recipe import read_recipe


def used(name: str, *changes: str, written: bool = False, found: bool = False, **given: str) -> dict[str, ModelUsed]:
    stages = (*(FINDING if found else MAKING), *TEACHING)
    return {one.name: one for one in models_of(read_recipe(name, changes), stages, given, written=written)}


def test_what_is_drawn_by_rule_needs_no_model() -> None:
    assert used("storyboard", "chat.model=somebody") == {}


def test_every_part_of_a_pipeline_is_named_with_its_licence_and_what_it_did() -> None:
    models = used("sdxl")
    base = models["stabilityai/stable-diffusion-xl-base-1.0"]
    assert (base.licence, base.roles) == ("CreativeML Open RAIL++-M", ("drew the pictures",))
    assert base.terms.startswith("Its use restrictions bind")
    assert models["madebyollin/sdxl-vae-fp16-fix"].licence == "MIT"
    assert models["xinsir/controlnet-depth-sdxl-1.0"].roles == ("kept the layout",)
    adapters = [one for name, one in models.items() if name.startswith("h94/IP-Adapter/")]
    assert {one.licence for one in adapters} == {"Apache-2.0"} and all(one.terms == "" for one in adapters)
    assert "" not in {one.licence for one in models.values()}


def test_a_distilled_lora_has_a_licence_of_its_own() -> None:
    models = used("sdxl", "diffusion.distilled=dmd2", "render.steps=4", "render.guidance=1")
    [lora] = [one for name, one in models.items() if name.startswith("tianweiy/DMD2")]
    assert lora.licence.startswith("cc-by-nc-4.0") and lora.terms == "Not for commercial use"


def test_a_model_that_nobody_knows_is_unknown_until_somebody_says_it(tmp_path: Path) -> None:
    (weights := tmp_path / "mine").mkdir()
    changes = ("story.backend=chat", f"chat.model={weights}", "vision.model=openai:gpt-9", 'verify=["pixels", "vlm"]')
    models = used("storyboard", *changes, written=True)
    assert models["mine"] == ModelUsed(name="mine", roles=("wrote the stories",)), (
        "a folder's place is nobody's business"
    )
    assert models["openai:gpt-9"].licence == "" and models["openai:gpt-9"].roles == ("verified claims",)
    told = used("storyboard", *changes, written=True, mine="Llama 3.1 Community License")
    assert told["mine"].licence == "Llama 3.1 Community License"


def test_a_writer_that_wrote_none_of_the_stories_had_no_part_in_it() -> None:
    assert used("storyboard", "story.backend=chat", "chat.model=somebody", written=False) == {}


def test_one_model_with_several_parts_has_one_row() -> None:
    models = used("storyboard", "chat.model=m", "story.backend=chat", 'qa=["programs", "chat"]', written=True)
    assert models["m"].roles == ("wrote the stories", "drafted questions")


def test_a_backend_with_a_model_of_its_own_names_that_one() -> None:
    verify = 'verify=["pixels", {backend = "vlm", vision = {model = "looker"}}]'
    render = 'render={backend = "diffusion", diffusion = {model = "own/model"}}'
    models = used("storyboard", verify, render, "vision.model=another")
    assert models["looker"].roles == ("verified claims",) and "another" not in models
    assert models["own/model"].roles == ("drew the pictures",)


def test_footage_names_those_who_looked_at_it_and_nobody_who_draws() -> None:
    change = 'annotate=["classic", {backend = "regions", describe = false}]'
    models = used("sdxl", change, "vision.model=Qwen/Qwen3-VL-4B-Instruct", found=True)
    assert models.keys() == {"facebook/sam2.1-hiera-large", "IDEA-Research/grounding-dino-tiny"}
    assert {one.licence for one in models.values()} == {"Apache-2.0"}
    described = used("sdxl", change.replace("false", "true"), "vision.model=Qwen/Qwen3-VL-4B-Instruct", found=True)
    assert described["Qwen/Qwen3-VL-4B-Instruct"].roles == ("described the videos",)


def test_networks_that_compared_clips_and_frames_are_named() -> None:
    changes = ('embed={backend = "network", model = "owner/dino"}', 'cut.novelty={by = "clip", model = "owner/clip"}')
    models = used("storyboard", *changes, found=True)
    assert {name: one.roles for name, one in models.items()} == {
        "owner/dino": ("compared clips",), "owner/clip": ("compared frames",),
    }  # fmt: skip


def test_a_licence_for_a_model_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="no model called 'other' had a part") as caught:
        models_of(read_recipe("sdxl"), MAKING, {"other": "MIT"}, written=False)
    assert "stabilityai/stable-diffusion-xl-base-1.0" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        models_of(read_recipe("storyboard"), MAKING, {"other": "MIT"}, written=False)
    assert caught.value.hint == "It was made without any."


def test_licences_are_told_by_what_their_names_say() -> None:
    assert licence_of("stabilityai/stable-video-diffusion-img2vid-xt") == ""
    assert terms_of("cc-by-nc-sa-4.0") == terms_of("FLUX.1 [dev] Non-Commercial License") == "Not for commercial use"
    assert terms_of("openrail++") and terms_of("Apache-2.0") == terms_of("") == ""
