"""The `sight` corpus holds the truth, and the networks learn from it; one story, drawn small."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from dreamgen.core.claims import Presence

pytestmark = pytest.mark.slow
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
Find = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def script() -> Iterator[Find]:
    """A benchmark's script as a module, as it finds its neighbours when it is run."""
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("onnx")
    known = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield import_module
    for name in set(sys.modules) - known:
        if name.startswith(("sight_", "verifier_")):
            del sys.modules[name]


@pytest.fixture(scope="module")
def corpus(script: Find, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stories of two shots."""
    folder = tmp_path_factory.mktemp("corpus")
    for seed in (100_000, 100_001):
        script("sight_corpus").draw_story(folder, 2, False, seed)
    return folder


def test_a_drawn_story_is_the_same_again_and_never_in_the_style_left_out(
    script: Find, corpus: Path, tmp_path: Path
) -> None:
    module = script("sight_corpus")
    module.draw_story(tmp_path, 2, False, 100_000)
    one, again = (script("sight_data").DrawnStory(folder / "100000.zip") for folder in (corpus, tmp_path))
    assert one.truth == again.truth
    assert (one.frame(1, 2) == again.frame(1, 2)).all()
    assert module.LEFT_OUT not in {module.style_of(seed, False).name for seed in range(100_000, 100_400)}
    assert module.style_of(1, True).name == module.LEFT_OUT


def test_heads_are_inside_the_bodies_and_claims_tell_who_is_there(script: Find, corpus: Path) -> None:
    heads = 0
    for story in script("sight_data").stories(corpus):
        for shot, claims in zip(story.truth["shots"], script("sight_claims").true_claims(story), strict=False):
            there = {claim.entity for claim in claims if isinstance(claim, Presence)}
            assert there <= {placement["who"] for placement in shot["placements"]}
        for shot in range(2):
            for _, body, seen in story.bodies(shot, 0):
                if "head" in seen and seen.get("face", 0.0) > 0.5:
                    x0, y0, x1, y1 = body.box
                    heads += 1
                    assert x0 - 0.01 < body.x < x1 + 0.01
                    assert y0 - 0.01 < body.y < y1 + 0.01
    assert heads > 0


def test_the_networks_learn_from_what_was_drawn(script: Find, corpus: Path) -> None:
    torch = script("torch")
    data, training, network = (script(f"sight_{name}") for name in ("data", "training", "network"))
    drawn, lot = data.stories(corpus), np.random.default_rng(0)
    rows = [data.frame_example(drawn[0], 0, 1, lot) for _ in range(2)]
    frames = [torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)]
    people = [torch.from_numpy(np.ascontiguousarray(array)) for array in data.people_batch(drawn, lot, moments=2)]
    torch.manual_seed(0)
    for networks, batch, loss_of in (
        ([network.FrameNetwork()], frames, training.frame_loss),
        ([network.BodyNetwork(), network.PortraitNetwork()], people, training.people_loss),
    ):
        adam = torch.optim.Adam([weight for one in networks for weight in one.parameters()], 1e-3)
        losses = []
        for _ in range(5):
            loss = loss_of(*networks, batch)
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(float(loss.detach()))
        assert losses[-1] < losses[0]


def test_there_are_about_two_million_weights(script: Find) -> None:
    module = script("sight_network")
    networks = (module.FrameNetwork(), module.BodyNetwork(), module.PortraitNetwork())
    assert 1e6 < sum(weight.numel() for network in networks for weight in network.parameters()) < 2.3e6


def test_what_is_exported_sees_the_same(script: Find, tmp_path: Path) -> None:
    torch, network = script("torch"), script("sight_network").PortraitNetwork().eval()
    portraits = torch.randint(0, 255, (2, 3, 128, 96), dtype=torch.uint8)
    script("sight_export").written(network, {"portrait": portraits}, tmp_path / "portraits.onnx")
    found = import_module("dreamgen.engines.sight").open_network(tmp_path / "portraits.onnx")
    with torch.no_grad():
        wanted = network(portraits)["vector"].numpy()
    assert np.allclose(found.run({"portrait": portraits.numpy()})["vector"], wanted, atol=0.01)
    assert (tmp_path / "portraits.onnx").stat().st_size < 1.2e6  # half of 32 bits


def test_scales_read_odds_as_probabilities(script: Find) -> None:
    lot = np.random.default_rng(0)
    true = np.arange(4000) % 2 == 0
    odds = np.where(true, lot.normal(1.0, 1.0, 4000), lot.normal(-1.0, 1.0, 4000))
    scale = script("sight_choosing").scale_of(odds.astype(np.float32), true)
    assert scale.slope == pytest.approx(2.0, abs=0.15)  # two normal spreads 2 apart
    assert scale.shift == pytest.approx(0.0, abs=0.15)
    assert 0.9 < scale.supports < 1.0
    assert 0.0 < scale.refutes < 0.1
