"""A network in this process stops between two of its layers, when nobody wants what it computes any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dreamgen.engines.chat.flight import CalledOff


@contextmanager
def given_up(network: Any, unwanted: Callable[[], bool]) -> Iterator[None]:
    """While this is open, a torch network computes no further layer when it is not wanted any more.

    Args:
        network: with its layers in lists of modules, as transformers has them.
        unwanted: asked before every layer; the network raises `CalledOff` when it says yes.
    """
    import torch

    def look(*_: object) -> None:
        if unwanted():
            raise CalledOff("the answer was called off")

    # before every layer and not every token: on a CPU, a long question alone takes a while to be read
    lists = [module for module in network.modules() if isinstance(module, torch.nn.ModuleList)]
    hooks = [layer.register_forward_pre_hook(look) for layers in lists for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
