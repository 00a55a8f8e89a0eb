import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.base import derive_seed
from dreamgen.core.layout import Box
from dreamgen.core.media import Asset, Keyframe, LearnedWord, Style, StyleLora
from dreamgen.core.story import Act, Scene, Story
from dreamgen.engines.detection import Found
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.pictures import read_map, read_picture, write_png
from dreamgen.errors import MissingExtra, ModelError, UsageError
from dreamgen.render import needs
from dreamgen.render.renderers import diffusion
from dreamgen.render.renderers.diffusion import DiffusionRenderer

Film = Callable[..., list[Keyframe]]


@pytest.fixture
def weights(tmp_path: Path) -> Checkpoint:
    """Names of weights that nobody loads."""
    path = tmp_path / "weights"
    path.mkdir()
    return Checkpoint(**dict.fromkeys(("model", "identity", "style_adapter", "image_encoder", "control"), str(path)))


@pytest.fixture
def film(weights: Checkpoint, story: Story, style: Style, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Film:
    """Draws the cast and the shots with a stand-in for the studio, whose first two pictures are the portraits."""

    def draw(studio: Any, drawn: Story = story, look: Style = style, **options: Any) -> list[Keyframe]:
        monkeypatch.setattr(diffusion, "open_studio", lambda checkpoint: studio)
        given = {"size": (256, 144), "canvas": (128, 96), "workers": 1, "diffusion": weights}
        renderer = DiffusionRenderer(**{**given, **options})
        list(renderer.introduce(drawn, look, tmp_path))
        return list(renderer.render(drawn, look, tmp_path))

    return draw


def outcomes(keyframe: Keyframe) -> list[str]:
    """Of all attempts."""
    return [attempt.outcome for attempt in keyframe.attempts]


def test_everybody_in_a_picture_is_held_to_a_portrait_of_their_own(film: Film, dauber: Any, tmp_path: Path) -> None:
    studio = dauber()
    film(studio)
    first = studio.orders[2]
    left, right = first.references

    assert (left.lock, right.lock) == ("identity", "identity")
    assert (left.image != right.image).any()
    portrait = read_picture(tmp_path / "portraits" / "mara.png")
    assert left.image.shape[0] == left.image.shape[1] == max(portrait.shape)
    assert left.mask.shape == right.mask.shape == (96, 128)
    assert left.mask[:, :40].max() == 1.0 == right.mask[:, 50:70].max()
    assert left.mask[:, 64:].max() == 0.0 == right.mask[:, :40].max()
    assert [(region.mask == reference.mask).all() for region, reference in zip(first.regions, first.references,
            strict=True)] == [True, True]  # fmt: skip
    assert "red coat" in first.regions[0].words


def test_a_silhouette_binds_less_than_a_box(film: Film, dauber: Any) -> None:
    boxes, bodies = dauber(), dauber()
    film(boxes)
    film(bodies, identity_shape="silhouette")
    box, body = boxes.orders[2].references[0].mask, bodies.orders[2].references[0].mask
    assert 0 < body.sum() < box.sum()
    assert set(np.unique(body)) == {0.0, 1.0}


def test_each_lock_is_off_where_it_is_switched_off(film: Film, dauber: Any, style: Style, tmp_path: Path) -> None:
    lora, word, sample = (tmp_path / name for name in ("a.safetensors", "w.safetensors", "s.png"))
    lora.touch()
    word.touch()
    write_png(np.zeros((8, 8, 3), np.uint8), sample)
    learned = style.model_copy(
        update={
            "loras": (StyleLora(file=Asset(where=str(lora)), weight=0.7),),
            "learned": LearnedWord(word="dramatic", file=Asset(where=str(word))),
            "references": (Asset(where=str(sample)),),
        }
    )
    on, no_style, no_identity, no_layout, no_regions = (dauber() for _ in range(5))
    film(on, look=learned)
    film(no_style, look=learned, style_lock=False)
    film(no_identity, look=learned, identity_lock=False)
    film(no_layout, look=learned, layout_lock=False)
    film(no_regions, look=learned, regions=False)

    def summary(studio: Any) -> tuple[Any, ...]:
        order = studio.orders[2]
        locks = [reference.lock for reference in order.references]
        return locks.count("identity"), locks.count("style"), len(order.loras), len(order.words), len(order.regions), (
            order.control is not None), order.prompt.startswith("generate an image in dramatic style:")  # fmt: skip

    assert summary(on) == (2, 1, 1, 1, 2, True, True)
    assert summary(no_style) == (2, 0, 0, 0, 2, True, False)
    assert summary(no_identity) == (0, 1, 1, 1, 2, True, True)
    assert summary(no_layout) == (2, 1, 1, 1, 2, False, True)
    assert summary(no_regions) == (2, 1, 1, 1, 0, True, True)
    assert on.orders[2].loras[0].weight == 0.7


def test_what_there_is_no_room_for_is_told(
    film: Film, dauber: Any, style: Style, weights: Checkpoint, tmp_path: Path
) -> None:
    sample = tmp_path / "sample.png"
    write_png(np.zeros((8, 8, 3), np.uint8), sample)
    two = style.model_copy(update={"references": (Asset(where=str(sample)),) * 2})
    studio, unled = dauber(), dauber()

    assert film(studio, look=two)[0].strained == "2 style references, and room for the first 1"
    assert [reference.lock for reference in studio.orders[2].references].count("style") == 1
    # without an adapter, a style's pictures are there to be learned from
    assert film(unled, look=two, diffusion=weights.model_copy(update={"style_adapter": ""}))[0].strained == ""
    assert [reference.lock for reference in unled.orders[2].references] == ["identity", "identity"]


@pytest.fixture
def crowd(story: Story) -> Story:
    """One shot of five people."""
    extras = tuple(story.cast[0].model_copy(update={"id": f"extra-{n}", "name": f"Extra {n}"}) for n in range(3))
    shot = story.shots[0]
    far = tuple(
        shot.layout.placements[1].model_copy(
            update={"who": one.id, "depth": 0.9, "box": Box(x0=0.5 + 0.15 * n, y0=0.5, x1=0.6 + 0.15 * n, y1=0.82)}
        )
        for n, one in enumerate(extras)
    )
    layout = shot.layout.model_copy(update={"placements": (*shot.layout.placements, *far)})
    scene = story.scenes[0].model_copy(update={"shots": (shot.model_copy(update={"layout": layout}),)})
    return story.model_copy(update={"cast": (*story.cast, *extras), "acts": (Act(id="a", title="", scenes=(scene,)),)})


def test_of_a_crowd_the_largest_are_held(film: Film, dauber: Any, crowd: Story) -> None:
    studio = dauber()
    (keyframe,) = film(studio, crowd)

    assert keyframe.strained == "5 characters, and room to hold the 4 largest"
    assert len(studio.orders[-1].references) == len(studio.orders[-1].regions) == 4
    assert {likeness.entity for likeness in keyframe.likenesses} == {"mara", "tomi", "extra-0", "extra-1", "extra-2"}


def test_a_style_whose_file_is_gone_is_an_error(film: Film, dauber: Any, style: Style) -> None:
    gone = style.model_copy(update={"loras": (StyleLora(file=Asset(where="/gone.safetensors")),)})
    with pytest.raises(ModelError, match="gone"):
        film(dauber(), look=gone)


@pytest.mark.parametrize("canvas", [(100, 64), (8, 8), (0, 64)])
def test_a_canvas_that_cannot_be_drawn_is_refused(canvas: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="canvas"):
        DiffusionRenderer(canvas=canvas)


def test_a_picture_can_begin_from_the_storyboards(film: Film, dauber: Any) -> None:
    studio = dauber()
    film(studio, layout="image", strength=0.6)
    order = studio.orders[2]
    assert order.control is None
    assert order.start.shape == (96, 128, 3)
    assert order.strength == 0.6


def test_seeds_come_from_where_a_shot_is(film: Film, dauber: Any, story: Story) -> None:
    keyframes = film(dauber())
    assert [keyframe.attempts[0].seed for keyframe in keyframes] == [
        derive_seed(story.seed, "render", shot.id) for shot in story.shots
    ]


def test_counted_seeds_are_dreamframes_also_when_only_some_scenes_are_drawn(
    film: Film, dauber: Any, story: Story
) -> None:
    scene = story.scenes[0]
    apart = tuple(Scene(id=f"scene-{n}", title="x", shots=(shot,)) for n, shot in enumerate(scene.shots, 1))
    two = story.model_copy(update={"acts": (Act(id="act-1", title="x", scenes=apart),)})

    whole = film(dauber(), two, seeds="counted")
    second = film(dauber(), two.only(["scene-2"]), seeds="counted")

    assert [keyframe.attempts[0].seed for keyframe in whole] == [20, 21]
    assert [keyframe.attempts[0].seed for keyframe in second] == [21]


def test_a_shot_without_a_number_cannot_be_counted(film: Film, dauber: Any, story: Story) -> None:
    odd = story.scenes[0].model_copy(update={"shots": (story.shots[0].model_copy(update={"id": "opening"}),)})
    with pytest.raises(UsageError, match="opening"):
        film(dauber(), story.model_copy(update={"acts": (Act(id="a", title="", scenes=(odd,)),)}), seeds="counted")


def test_broken_pictures_are_drawn_again_with_another_seed(film: Film, dauber: Any, story: Story) -> None:
    first, second = film(dauber(broken={2}))
    assert outcomes(first) == ["not_a_number", "kept"]
    assert outcomes(second) == ["kept"]
    assert [attempt.seed for attempt in first.attempts] == [
        derive_seed(story.seed, "render", "shot-1"),
        derive_seed(story.seed, "render", "shot-1", "again", 1),
    ]


def test_a_shot_that_never_comes_out_stops_the_run_and_keeps_what_was_before(
    weights: Checkpoint, story: Story, style: Style, dauber: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = dauber(broken={3, 4, 5})
    monkeypatch.setattr(diffusion, "open_studio", lambda checkpoint: studio)
    renderer = DiffusionRenderer(size=(256, 144), canvas=(128, 96), workers=1, diffusion=weights)
    list(renderer.introduce(story, style, tmp_path))
    kept = []
    with pytest.raises(ModelError, match="shot-2: 3 pictures were drawn, and all were broken") as caught:
        for keyframe in renderer.render(story, style, tmp_path):
            kept.append(keyframe.shot)
    assert kept == ["shot-1"]
    assert "float32" in caught.value.hint


def test_characters_unlike_their_portraits_are_drawn_again_and_the_best_is_kept(film: Film, dauber: Any) -> None:
    # a look at mara's crop, at both portraits once, at tomi's crop; then at both crops each time
    studio = dauber(looks=[0.2, 1.0, 0.0, 0.28, 0.4, 0.28, 0.3, 0.28, 0.9, 0.28])
    first, second = film(studio, redraws=2, likeness=0.5)

    assert outcomes(first) == ["unlike", "unlike", "unlike"]
    assert [likeness.score for likeness in first.likenesses] == [0.4, 0.96]
    assert first.attempts[-1].seed == studio.orders[3].seed, "the best is told last"
    assert outcomes(second) == ["kept"]


def test_who_is_more_like_somebody_else_is_drawn_again(film: Film, dauber: Any) -> None:
    # mara is 0.6 like herself and 0.8 like tomi, then the other way round
    first, _ = film(dauber(looks=[0.6, 1.0, 0.0, 0.28, 0.8, 0.28, 0.8, 0.28]), likeness=0.5)
    assert outcomes(first) == ["unlike", "kept"]

    first, _ = film(dauber(looks=[0.6, 1.0, 0.0, 0.28, 0.8, 0.28]), likeness=0.5, likeness_margin=-2)
    assert outcomes(first) == ["kept"]


def test_without_redraws_what_was_drawn_is_kept_and_the_reason_told(film: Film, dauber: Any) -> None:
    first, _ = film(dauber(looks=[0.2]), redraws=0)
    assert outcomes(first) == ["unlike"]


def test_without_identity_lock_likeness_is_only_measured(film: Film, dauber: Any) -> None:
    first, _ = film(dauber(looks=[0.2]), identity_lock=False)
    assert outcomes(first) == ["kept"]
    assert first.likenesses[0].score == 0.2


class Detector:
    """Finds what it is told, picture by picture."""

    name = "somebody"

    def __init__(self, *found: list[Found]) -> None:
        self._found = list(found)

    def find(self, image: Any, words: Any, least: float = 0.0) -> list[Found]:
        """The next."""
        return self._found.pop(0)


def test_who_is_not_where_the_plan_says_is_drawn_again(
    film: Film, dauber: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    woman, boy = Box(x0=0.1, y0=0.35, x1=0.25, y1=0.86), Box(x0=0.4, y0=0.45, x1=0.52, y1=0.83)
    far = Box(x0=0.7, y0=0.4, x1=0.9, y1=0.9)
    right = [Found("a woman", woman, 0.9), Found("a boy", boy, 0.8), Found("a woman", far, 0.5)]
    wrong = [Found("a woman", far, 0.9), Found("a boy", boy, 0.9)]
    moved = [Found(one.words, Box(x0=one.box.x0 + 0.3, x1=one.box.x1 + 0.3, y0=one.box.y0, y1=one.box.y1), 0.9)
             for one in right[:2]]  # fmt: skip
    monkeypatch.setattr(diffusion, "open_detector", lambda *_: Detector(wrong, right, moved))

    first, second = film(dauber(), check=str(tmp_path), check_iou=0.3)

    assert outcomes(first) == ["misplaced", "kept"]
    assert outcomes(second) == ["kept"]
    assert first.alignments is not None
    assert [(one.entity, one.aligned, one.by) for one in first.alignments] == [
        ("mara", True, "somebody"), ("tomi", True, "somebody"),
    ]  # fmt: skip
    assert first.alignments[0].found == woman
    assert first.map is not None
    entities = read_map(tmp_path / first.map.image.path)
    rows, columns = np.nonzero(entities == dict(first.map.numbers)["mara"])
    edges = (columns.min() / 256, rows.min() / 144, (columns.max() + 1) / 256, (rows.max() + 1) / 144)
    assert edges == pytest.approx((0.1, 0.35, 0.25, 0.86), abs=0.01), "her mask fills the box where she was found"


def test_without_layout_lock_places_are_only_noted(
    film: Film, dauber: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diffusion, "open_detector", lambda *_: Detector([], []))
    for keyframe in film(dauber(), check=str(tmp_path), layout_lock=False):
        assert outcomes(keyframe) == ["kept"]
        assert keyframe.alignments is not None
        assert [(one.found, one.aligned, one.by) for one in keyframe.alignments] == [(None, False, "somebody")] * 2


def test_without_a_detector_places_are_only_intended(film: Film, dauber: Any) -> None:
    for keyframe in film(dauber()):
        assert keyframe.alignments is not None
        assert [(one.entity, one.aligned, one.by) for one in keyframe.alignments] == [
            ("mara", False, ""), ("tomi", False, ""),
        ]  # fmt: skip


def test_batches_stay_full_while_shots_are_drawn_again(film: Film, dauber: Any) -> None:
    keyframes = film(dauber(batch=2, broken={2}))
    assert [keyframe.shot for keyframe in keyframes] == ["shot-1", "shot-2"]
    assert [outcomes(keyframe) for keyframe in keyframes] == [["not_a_number", "kept"], ["kept"]]


def test_nothing_heavy_is_loaded_before_a_picture_is_drawn() -> None:
    code = "import sys; from dreamgen.render.renderers.diffusion import DiffusionRenderer as R; R(); " + (
        "sys.exit(any(name in sys.modules for name in ('torch', 'diffusers', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_the_extra_the_renderer_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda library: None)
    with pytest.raises(MissingExtra, match="torch"):
        DiffusionRenderer()


def test_portraits_begin_from_the_storyboards_where_there_are_steps_for_it(film: Film, dauber: Any) -> None:
    begun, drawn, short = dauber(), dauber(), dauber()
    film(begun)
    film(drawn, portrait_strength=1.0)
    film(short, steps=1)
    assert [studio.orders[0].start is None for studio in (begun, drawn, short)] == [False, True, True]
    assert "full body reference of a woman wearing a red coat" in begun.orders[0].prompt


def test_a_model_draws_at_a_size_that_it_knows(dauber: Any, film: Film) -> None:
    assert DiffusionRenderer(size=(1024, 576)).drawn_at == (1344, 768)
    studio = dauber()
    film(studio, canvas=(0, 0))
    assert [sampling.size for sampling in studio.samplings] == [(896, 1152), (1344, 768)]


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"identity": ""}, "diffusion.identity"),
        ({"control": ""}, "diffusion.control"),
        ({"image_encoder": ""}, "diffusion.image_encoder"),
    ],
)
def test_a_lock_wants_its_adapter(changes: dict[str, str], option: str, weights: Checkpoint) -> None:
    with pytest.raises(UsageError) as caught:
        DiffusionRenderer(diffusion=weights.model_copy(update=changes)).ready()
    assert option in caught.value.hint


def test_shots_are_planned_in_16_9_and_only_sdxl_has_locks(weights: Checkpoint) -> None:
    with pytest.raises(UsageError, match="16:9"):
        DiffusionRenderer(diffusion=weights, size=(512, 512)).ready()
    with pytest.raises(UsageError, match="only SDXL"):
        DiffusionRenderer(diffusion=weights.model_copy(update={"family": "other"})).ready()


def test_weights_that_are_not_there_are_told_before_anything_is_made(weights: Checkpoint) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        DiffusionRenderer(diffusion=weights.model_copy(update={"vae": "/nowhere"})).ready()
    with pytest.raises(ModelError, match="owner/eyes"):
        offline = weights.model_copy(update={"offline": True})
        DiffusionRenderer(diffusion=offline, check="owner/eyes").ready()


@pytest.fixture(scope="session")
def drawn(
    checkpoint: Checkpoint, story: Story, style: Style, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, bytes]]:
    """Draws with the real studio on random weights; shot to the keyframe's bytes."""
    cast = tmp_path_factory.mktemp("cast")
    options: dict[str, Any] = {
        "size": (128, 72), "canvas": (128, 96), "workers": 1, "diffusion": checkpoint, "steps": 2, "redraws": 0,
        "control_scale": 1.0, "identity_scale": 1.0,
    }  # fmt: skip
    list(DiffusionRenderer(**options).introduce(story, style, cast))

    def draw(drawn: Story = story, look: Style = style, **changes: Any) -> dict[str, bytes]:
        renderer = DiffusionRenderer(**{**options, **changes})
        return {
            keyframe.shot: (cast / keyframe.image.path).read_bytes() for keyframe in renderer.render(drawn, look, cast)
        }

    return draw


def test_each_switch_changes_the_picture_and_back_restores_its_bytes(
    drawn: Callable[..., dict[str, bytes]], style: Style, lora: Path
) -> None:
    learned = style.model_copy(update={"loras": (StyleLora(file=Asset(where=str(lora))),)})
    before = drawn(look=learned)
    off = {}
    for switch in ("style_lock", "identity_lock", "layout_lock", "regions"):
        off[switch] = drawn(look=learned, **{switch: False})
        assert all(off[switch][shot] != before[shot] for shot in before), switch
    assert drawn(look=learned) == before
    assert off["style_lock"] == drawn()


def test_a_scene_alone_is_drawn_as_within_the_whole(drawn: Callable[..., dict[str, bytes]], story: Story) -> None:
    apart = tuple(Scene(id=f"scene-{n}", title="x", shots=(shot,)) for n, shot in enumerate(story.shots, 1))
    two = story.model_copy(update={"acts": (Act(id="act-1", title="x", scenes=apart),)})
    assert drawn(two.only(["scene-2"])) == {"shot-2": drawn(two)["shot-2"]}


def test_likenesses_are_measured_by_the_adapters_own_encoder(
    checkpoint: Checkpoint, story: Story, style: Style, tmp_path: Path
) -> None:
    renderer = DiffusionRenderer(size=(128, 72), canvas=(128, 96), workers=1, diffusion=checkpoint, steps=2, redraws=0)
    list(renderer.introduce(story, style, tmp_path))
    for keyframe in renderer.render(story, style, tmp_path):
        assert [likeness.entity for likeness in keyframe.likenesses] == ["mara", "tomi"]
        assert all(-1 <= likeness.score < 1 for likeness in keyframe.likenesses)


def test_a_crowd_and_a_style_reference_are_not_too_much_for_the_studio(
    checkpoint: Checkpoint, crowd: Story, style: Style, tmp_path: Path
) -> None:
    sample = tmp_path / "sample.png"
    write_png(np.zeros((8, 8, 3), np.uint8), sample)
    led = style.model_copy(update={"references": (Asset(where=str(sample)),)})
    renderer = DiffusionRenderer(size=(128, 72), canvas=(128, 96), workers=1, diffusion=checkpoint, steps=2, redraws=0)
    list(renderer.introduce(crowd, led, tmp_path))
    assert [keyframe.shot for keyframe in renderer.render(crowd, led, tmp_path)] == ["shot-1"]
