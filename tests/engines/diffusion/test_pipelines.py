from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from dreamgen.engines.diffusion.blank_other import write_sd3
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import LoraUse, Order, Reference, Region, Sampling, WordUse
from dreamgen.engines.diffusion.pipelines import PipelinePainter
from dreamgen.engines.diffusion.studio import Studio, open_studio
from dreamgen.errors import ModelError, UsageError

SMALL = Sampling(size=(128, 128), steps=2)
GREY = np.full((128, 128, 3), 128, np.uint8)
EVERYWHERE = np.ones((128, 128), np.float32)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = write_sd3(tmp_path_factory.mktemp("other") / "sd3")
    return open_studio(Checkpoint(model=str(folder), family="other"))


def test_another_family_draws_by_its_own_pipeline(studio: Studio) -> None:
    orders = [Order("a red dog", seed=1), Order("a forest", seed=2, negative="blue")]
    first, second = studio.draw(orders, SMALL)
    assert first.image is not None and second.image is not None
    assert first.image.shape == (128, 128, 3)
    assert first.image.dtype == np.uint8
    assert (first.batch, first.strained) == (1, "")
    (again,) = studio.draw([orders[1]], SMALL)
    assert again.image is not None
    np.testing.assert_array_equal(again.image, second.image)


@pytest.mark.parametrize(
    ("order", "switch"),
    [
        (Order("a", seed=1, references=(Reference(GREY),)), "identity_lock"),
        (Order("a", seed=1, references=(Reference(GREY, lock="style"),)), "style_lock"),
        (Order("a", seed=1, loras=(LoraUse(Path("x")),)), "style_lock"),
        (Order("a", seed=1, words=(WordUse("x", Path("x")),)), "style_lock"),
        (Order("a", seed=1, control=GREY), "layout_lock"),
        (Order("a", seed=1, start=GREY), "layout_lock"),
        (Order("a", seed=1, regions=(Region("a dog", EVERYWHERE),)), "regions"),
    ],
)
def test_what_it_can_t_follow_is_refused_with_the_switch(studio: Studio, order: Order, switch: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(studio.draw([order], SMALL))
    assert f"render.{switch}=false" in caught.value.hint


def test_what_is_not_followed_at_all_is_not_refused(studio: Studio) -> None:
    order = Order("a", seed=1, references=(Reference(GREY, scale=0.0),), loras=(LoraUse(Path("x"), 0.0),))
    (drawing,) = studio.draw([order], SMALL)
    assert drawing.image is not None


def test_choices_that_the_pipeline_does_not_have_are_told(studio: Studio) -> None:
    sampling = SMALL.model_copy(update={"scheduler": "euler", "guidance_stop": 0.5})
    (drawing,) = studio.draw([Order("a", seed=1)], sampling)
    assert drawing.strained == "StableDiffusion3Pipeline has no choice of scheduler, guidance stop"


def test_sdxl_s_parts_are_refused() -> None:
    with pytest.raises(UsageError, match=r"diffusion\.refiner is for SDXL"):
        Studio(Checkpoint(family="other", refiner="owner/refiner"))


def test_nothing_can_be_learnt_with_it(studio: Studio) -> None:
    with pytest.raises(UsageError, match="only SDXL"):
        _ = studio.loaded


def test_another_model_is_not_taken_for_sdxl(studio: Studio) -> None:
    with pytest.raises(ModelError, match="StableDiffusion3Pipeline, which is not an SDXL model") as caught:
        list(Studio(studio.checkpoint.model_copy(update={"family": "sdxl"})).draw([Order("a", seed=1)], SMALL))
    assert "diffusion.family=other" in caught.value.hint


def test_sizes_that_the_pipeline_can_t_draw_are_told(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="StableDiffusion3Pipeline can't draw this"):
        list(studio.draw([Order("a", seed=1)], Sampling(size=(136, 128), steps=1)))
    painter = studio.painter
    assert isinstance(painter, PipelinePainter)
    monkeypatch.setattr(painter, "_called", lambda given: np.zeros((128, 112, 3), np.float32))
    with pytest.raises(UsageError, match="draws 112x128 instead of 128x128"):
        list(studio.draw([Order("a", seed=1)], SMALL))


def test_broken_numbers_are_no_picture(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio.painter, "_called", lambda given: np.full((128, 128, 3), np.nan, np.float32))
    (drawing,) = studio.draw([Order("a", seed=1)], SMALL)
    assert drawing.image is None


@pytest.mark.parametrize(("guidance", "negative"), [(4.0, " "), (1.0, None)])
def test_true_guidance_has_a_negative_prompt(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, guidance: float, negative: str | None
) -> None:
    painter, given = studio.painter, dict[str, Any]()

    def called(asked: dict[str, Any]) -> Any:
        given.update(asked)
        return np.zeros((128, 128, 3), np.float32)

    monkeypatch.setattr(painter, "_takes", {"true_cfg_scale": 4.0, "negative_prompt": None})
    monkeypatch.setattr(painter, "_called", called)
    list(studio.draw([Order("a", seed=1)], SMALL.model_copy(update={"guidance": guidance})))
    assert given == {"true_cfg_scale": guidance, "negative_prompt": negative}
