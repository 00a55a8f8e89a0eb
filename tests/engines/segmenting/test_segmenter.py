import sys
from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.layout import Box
from dreamgen.engines.imaging import resized
from dreamgen.engines.masks import region_of, without_specks
from dreamgen.engines.segmenting import Hint, Reel, Segmenter, open_reel, open_segmenter
from dreamgen.engines.video import write_video
from dreamgen.errors import MissingExtra, ModelError, UsageError

LEFT, RIGHT = Box(x0=0.1, y0=0.2, x1=0.4, y1=0.8), Box(x0=0.5, y0=0.1, x1=0.9, y1=0.9)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small SAM 2 with random weights."""
    pytest.importorskip("transformers")
    from dreamgen.engines.segmenting.blank import write_segmenter

    return write_segmenter(tmp_path_factory.mktemp("sam"), seed=2)


@pytest.fixture(scope="module")
def eyes(folder: Path) -> Segmenter:
    return open_segmenter(str(folder), "cpu", offline=True)


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """Fourteen frames of noise that slides, of which all are annotated."""
    noise = np.random.default_rng(3).integers(0, 255, (48, 160, 3), np.uint8)
    path = tmp_path_factory.mktemp("film") / "noise.mp4"
    write_video((noise[:, 3 * n : 3 * n + 64] for n in range(14)), path, 6, (64, 48))
    return open_reel(path, 6)


def test_masks_are_those_of_the_library_with_the_whole_film_in_memory(eyes: Segmenter, reel: Reel) -> None:
    import torch
    from transformers import Sam2VideoModel
    from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession

    hints = [Hint(8, LEFT), Hint(11, RIGHT)]
    (told,) = eyes.follow(reel, [hints])

    model = Sam2VideoModel.from_pretrained(eyes.name).eval()
    mean, spread = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
    pictures = [
        ((resized(picture[..., ::-1], 64, 64).astype(np.float32) / 255 - mean) / spread).transpose(2, 0, 1)
        for _, picture in reel.forwards()
    ]
    session = Sam2VideoInferenceSession(
        video=torch.from_numpy(np.stack(pictures)), video_height=48, video_width=64, dtype=torch.float32
    )
    for hint in hints:
        assert hint.box is not None
        corners = [[hint.box.x0 * 64, hint.box.y0 * 64], [hint.box.x1 * 64, hint.box.y1 * 64]]
        given = {"point_coords": torch.tensor([[corners]]), "point_labels": torch.tensor([[[2, 3]]], dtype=torch.int32)}
        session.add_point_inputs(session.obj_id_to_idx(1), hint.frame, given)
        session.obj_with_new_inputs = [1]
        model(inference_session=session, frame_idx=hint.frame)
    outs = [
        *model.propagate_in_video_iterator(session, start_frame_idx=8),
        *model.propagate_in_video_iterator(session, start_frame_idx=8, reverse=True),
    ]
    whole = {
        out.frame_idx: torch.nn.functional.interpolate(out.pred_masks, (48, 64), mode="bilinear")[0, 0] > 0
        for out in outs
    }

    assert [glimpse.frame for glimpse in told] == sorted(whole) == list(range(14))
    for glimpse in told:
        assert glimpse.region == region_of(without_specks(whole[glimpse.frame].numpy()))
    assert len({glimpse.region for glimpse in told}) > 6


def test_the_same_film_gives_the_same_masks_and_more_things_change_none(eyes: Segmenter, reel: Reel) -> None:
    one, other = [Hint(4, LEFT)], [Hint(10, points=((0.7, 0.5, True), (0.1, 0.1, False)))]

    both = eyes.follow(reel, [one, other])

    assert both == [*eyes.follow(reel, [one]), *eyes.follow(reel, [other])]
    assert both[0] != both[1]
    assert eyes.follow(reel, []) == []
    for glimpse in both[0]:
        assert 0 <= glimpse.fit <= 1
        assert 0 <= glimpse.there <= 1


def test_a_thing_is_followed_where_somebody_wants_it_and_nowhere_else(eyes: Segmenter, reel: Reel) -> None:
    things = [[Hint(6, LEFT)], [Hint(9, RIGHT)]]
    whole = eyes.follow(reel, things)

    parts = eyes.follow(reel, things, [(3, 9), (9, 14)])

    assert [[glimpse.frame for glimpse in row] for row in parts] == [[*range(3, 9)], [*range(9, 14)]]
    # on the way back the network also remembers what came after the hint, as far as it was followed there
    assert (parts[0][3:], parts[1]) == (whole[0][6:9], whole[1][9:])


def test_memory_does_not_grow_with_the_film() -> None:
    pytest.importorskip("transformers")
    from types import SimpleNamespace

    import torch

    from dreamgen.engines.device import machine
    from dreamgen.engines.segmenting.sessions import Thread, Window

    held: list[int] = []

    def network(inference_session: object, frame_idx: int, reverse: bool) -> object:
        outputs = inference_session.output_dict_per_obj[0]  # type: ignore[attr-defined]
        big = {name: torch.zeros(1) for name in ("pred_masks", "high_res_masks", "maskmem_features", "maskmem_pos_enc")}
        kind = "cond_frame_outputs" if frame_idx == 500 else "non_cond_frame_outputs"
        outputs[kind][frame_idx] = {**big, "object_pointer": torch.zeros(1)}
        held.append(sum(len(kept) for kind in outputs.values() for kept in kind.values()))
        return SimpleNamespace(pred_masks=torch.zeros(1, 1, 4, 4), object_score_logits=torch.zeros(1, 1))

    network.config = SimpleNamespace(num_maskmem=7, max_object_pointers_in_encoder=16)  # type: ignore[attr-defined]
    thread = Thread(network, Window(1000), (64, 48), {500: [(1.0, 1.0, 1)]}, machine("cpu"), (0, 1000))
    thread.look(500, "hinted")
    for place in range(501, 1000):
        thread.look(place, "forwards")
    for place in range(499, -1, -1):
        thread.look(place, "backwards")

    assert len(held) == 1000
    # what is looked back on from here, and from where the way back begins
    assert max(held) <= 100


@pytest.mark.parametrize("device", ["cuda:99", "toaster"])
def test_a_device_that_is_not_there_is_told_in_words(folder: Path, device: str) -> None:
    with pytest.raises(UsageError):
        open_segmenter(str(folder), device, offline=True)


def test_weights_that_are_not_there_pickled_or_of_another_family_are_an_error(folder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    with pytest.raises(ModelError, match="can't be loaded"):
        open_segmenter(str(tmp_path / "nowhere"), "cpu", offline=True)
    (tmp_path / "config.json").write_text('{"model_type": "clip_vision_model"}')
    with pytest.raises(ModelError, match="no video segmenter") as caught:
        open_segmenter(str(tmp_path), "cpu", offline=True)
    assert "sam2_video" in caught.value.hint
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    torch.save(load_file(folder / "model.safetensors"), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="can't be loaded"):
        open_segmenter(str(tmp_path), "cpu", offline=True)


def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from dreamgen.engines.segmenting import ready, segmenter

    monkeypatch.setattr(segmenter, "installed", lambda library: library != "transformers")
    with pytest.raises(MissingExtra, match="transformers") as caught:
        ready()
    assert "dreamgen[vlm]" in caught.value.hint


def test_a_hint_that_points_at_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a box, or a click"):
        Hint(0, points=((0.5, 0.5, False),))
