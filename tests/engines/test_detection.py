import json
import sys
from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.detection import open_detector
from dreamgen.errors import ModelError, UsageError

WORDS = ("a woman", "a red dog")
PICTURE = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def owl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small OWLv2 with random weights."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    from dreamgen.engines.diffusion.blank_networks import blank_tokenizer

    folder, tokens = tmp_path_factory.mktemp("owl"), blank_tokenizer("!")
    small = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 4}
    text = {"vocab_size": len(tokens), "bos_token_id": len(tokens) - 2, "eos_token_id": len(tokens) - 1}
    torch.manual_seed(0)
    config = transformers.Owlv2Config(
        text_config={**small, **text, "max_position_embeddings": 16},
        vision_config={**small, "image_size": 64, "patch_size": 16},
        projection_dim=32,
    )
    return _saved(folder, transformers.Owlv2ForObjectDetection(config), tokens, {"height": 64, "width": 64})


@pytest.fixture(scope="session")
def dino(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Grounding DINO with random weights."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "a", "woman", "red", "dog")
    torch.manual_seed(0)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 37}
    config = transformers.GroundingDinoConfig(
        text_config=transformers.BertConfig(vocab_size=60, **small),
        backbone_config=transformers.SwinConfig(
            image_size=64, embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 2, 2, 2], window_size=4,
            out_features=["stage2", "stage3", "stage4"],
        ),
        d_model=32, encoder_layers=1, decoder_layers=2, encoder_ffn_dim=32, decoder_ffn_dim=32,
        encoder_attention_heads=2, decoder_attention_heads=2, num_queries=12,
    )  # fmt: skip
    tokens = transformers.BertTokenizer(vocab={word: number for number, word in enumerate(words)})
    model = transformers.GroundingDinoForObjectDetection(config)
    return _saved(tmp_path_factory.mktemp("dino"), model, tokens, {"shortest_edge": 64, "longest_edge": 120})


def _saved(folder: Path, model: object, tokens: object, size: dict[str, int]) -> Path:
    model.save_pretrained(folder)  # type: ignore[attr-defined]
    tokens.save_pretrained(folder)  # type: ignore[attr-defined]
    numbers = {"image_mean": [0.48, 0.45, 0.4], "image_std": [0.26, 0.26, 0.27], "size": size}
    (folder / "preprocessor_config.json").write_text(json.dumps(numbers))
    return folder


@pytest.mark.parametrize("kind", ["owl", "dino"])
def test_what_is_found_lies_in_the_frame_the_surest_first(kind: str, request: pytest.FixtureRequest) -> None:
    detector = open_detector(str(request.getfixturevalue(kind)), "cpu", offline=True)

    found = detector.find(PICTURE, WORDS, 0.05)

    assert found
    assert found == detector.find(PICTURE, WORDS, 0.05)
    assert {one.words for one in found} <= set(WORDS)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert 0 <= one.box.x0 < one.box.x1 <= 1
        assert 0 <= one.box.y0 < one.box.y1 <= 1
    assert detector.find(PICTURE, ()) == []


def test_owls_boxes_are_of_the_picture_and_not_of_the_square_it_sees(owl: Path) -> None:
    detector = open_detector(str(owl), "cpu", offline=True)
    square = np.full((160, 160, 3), 128, np.uint8)
    square[:90] = PICTURE

    wide = {round(one.score, 3): one.box for one in detector.find(PICTURE, WORDS, 0.05)}
    high = {round(one.score, 3): one.box for one in detector.find(square, WORDS, 0.05)}

    assert wide
    for score, box in wide.items():
        assert high[score].x1 == pytest.approx(box.x1, abs=1e-3)
        assert min(90 / 160, high[score].y1) == pytest.approx(box.y1 * 90 / 160, abs=1e-3)


def test_what_counts_as_found_is_up_to_whoever_asks_and_else_to_the_family(owl: Path) -> None:
    detector = open_detector(str(owl), "cpu", offline=True)
    scores = [one.score for one in detector.find(PICTURE, WORDS, 1e-6)]
    middle = scores[len(scores) // 2]
    assert len(detector.find(PICTURE, WORDS, middle - 1e-4)) < len(scores)
    assert detector.find(PICTURE, WORDS) == [one for one in detector.find(PICTURE, WORDS, 1e-6) if one.score >= 0.2]


def test_a_gpu_that_is_not_there_is_told_in_words(owl: Path) -> None:
    with pytest.raises(UsageError, match="cuda:99 is asked for"):
        open_detector(str(owl), "cuda:99", offline=True)


def test_the_same_detector_is_opened_once(owl: Path) -> None:
    assert open_detector(str(owl), "cpu", offline=True) is open_detector(str(owl), "cpu", offline=True)


def test_weights_that_are_not_there_or_of_another_family_are_an_error(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text('{"model_type": "clip_vision_model"}')

    with pytest.raises(ModelError, match="can't be loaded"):
        open_detector(str(tmp_path / "nowhere"), "cpu", offline=True)
    with pytest.raises(ModelError, match="clip_vision_model") as caught:
        open_detector(str(tmp_path), "cpu", offline=True)
    assert "grounding-dino, owlv2, owlvit" in caught.value.hint


def test_pickled_weights_are_not_read(owl: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    for path in owl.iterdir():
        if path.suffix != ".safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save(load_file(owl / "model.safetensors"), tmp_path / "pytorch_model.bin")

    with pytest.raises(ModelError, match="can't be loaded"):
        open_detector(str(tmp_path), "cpu", offline=True)
