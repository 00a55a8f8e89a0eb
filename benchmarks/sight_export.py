"""Writes the learned networks down as ONNX, weights halved to 16 bits, and the names of what they tell apart.

python benchmarks/sight_export.py WEIGHTS [--into dreamgen/verify/data]
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sight_data import DrawnStory, stories
from sight_labels import HEADS, PLACES, TIMES, WEATHERS
from sight_network import BodyNetwork, FrameNetwork, PortraitNetwork, Strange
from torch import nn

from dreamgen.verify.glance.crops import BODY, FRAME, HEAD, PORTRAIT, small

DATA = Path(__file__).parents[1] / "dreamgen" / "verify" / "data"
_SMALL = 256
"""Numbers up to which an array keeps its 32 bits."""


class _Listed(nn.Module):
    """A network whose results are a tuple in the order of `names`."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The values alone."""
        return tuple(self.network(*inputs).values())


def written(network: nn.Module, inputs: dict[str, torch.Tensor], path: Path) -> None:
    """Exports one network; normalisation is folded into the convolutions before it."""
    network.eval()
    with torch.no_grad():
        names = list(network(*inputs.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that folds on its own is called legacy
        torch.onnx.export(
            _Listed(network).eval(), tuple(inputs.values()), str(path), dynamo=False, opset_version=17,
            input_names=list(inputs), output_names=names, dynamic_axes={name: {0: "n"} for name in (*inputs, *names)},
        )  # fmt: skip
    onnx.save(halved(onnx.load(str(path))), str(path))


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large arrays of weights with 16 bits, made 32 again when the file is loaded."""
    kept, casts = [], []
    for weight in model.graph.initializer:
        array = numpy_helper.to_array(weight)
        if array.dtype != np.float32 or array.size <= _SMALL:
            kept.append(weight)
            continue
        kept.append(numpy_helper.from_array(array.astype(np.float16), f"{weight.name}.half"))
        casts.append(helper.make_node("Cast", [f"{weight.name}.half"], [weight.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    model.doc_string = model.producer_name = model.producer_version = ""
    for node in model.graph.node:
        node.doc_string = ""
    return model


def features_of(network: FrameNetwork, drawn: list[DrawnStory]) -> torch.Tensor:
    """What the frame network makes of the middle of every shot of some stories that it learned from."""
    rows = []
    with torch.no_grad():
        for story in drawn:
            frames = [story.frame(shot, 1) for shot in range(len(story.truth["shots"]))]
            rows.append(network(torch.from_numpy(np.stack([small(frame) for frame in frames])))["features"])
    return torch.cat(rows)


def main() -> None:
    """Writes three networks and sight.json; scales that were chosen before stay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--into", type=Path, default=DATA)
    options = parser.parse_args()
    torch.set_num_threads(1)
    networks = {"frame": FrameNetwork(), "body": BodyNetwork(), "portrait": PortraitNetwork()}
    for name, network in networks.items():
        network.load_state_dict(torch.load(options.weights / f"{name}.pt", weights_only=True))
        network.eval()
    frames = Strange(networks["frame"], features_of(networks["frame"], stories(options.corpus / "learn")[::4]))

    def bytes_of(channels: int, width: int, height: int) -> torch.Tensor:
        return torch.zeros(2, channels, height, width, dtype=torch.uint8)

    written(frames, {"frame": bytes_of(4, *FRAME)}, options.into / "sight-frames.onnx")
    squares = {"body": bytes_of(4, BODY, BODY), "head": bytes_of(4, HEAD, HEAD), "measures": torch.zeros(2, 8)}
    written(networks["body"], squares, options.into / "sight-bodies.onnx")
    written(networks["portrait"], {"portrait": bytes_of(3, *PORTRAIT)}, options.into / "sight-portraits.onnx")
    names = options.into / "sight.json"
    known = json.loads(names.read_text("utf-8")) if names.exists() else {"scales": {}}
    known["classes"] = {"place": PLACES, "time": TIMES, "weather": WEATHERS, **HEADS}
    names.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
    count = sum(weight.numel() for network in networks.values() for weight in network.parameters())
    size = sum((options.into / f"sight-{name}.onnx").stat().st_size for name in ("frames", "bodies", "portraits"))
    print(f"{count / 1e6:.2f} million weights, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
