from __future__ import annotations

import pytest

from dreamgen.engines.chat.flight import CalledOff
from dreamgen.engines.giving_up import given_up

torch = pytest.importorskip("torch")


def test_a_network_stops_before_the_next_layer_and_goes_on_another_time() -> None:
    layers = torch.nn.ModuleList(torch.nn.Linear(2, 2) for _ in range(4))
    asked: list[None] = []

    def unwanted() -> bool:
        asked.append(None)
        return len(asked) == 3

    def compute() -> object:
        found = torch.ones(2)
        for layer in layers:
            found = layer(found)
        return found

    network = torch.nn.ModuleDict({"layers": layers})
    with pytest.raises(CalledOff), given_up(network, unwanted):
        compute()
    assert len(asked) == 3
    compute()
    assert len(asked) == 3, "nobody asks any more"
