"""A chat model in this process, with weights that know nothing: all that it writes is dropped with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.model import ChatModel
from dreamgen.qa.synthesizers.fgqa import FgqaSynthesizer
from dreamgen.verify.screeners.blind_text import BlindTextScreener


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> ChatModel:
    pytest.importorskip("torch").set_num_threads(1)
    for library in ("llguidance", "langchain_openai", "json_repair"):
        pytest.importorskip(library)
    from dreamgen.engines.chat.blank import write_chat_model

    folder = write_chat_model(tmp_path_factory.mktemp("weights") / "tiny")
    return ChatModel(model=str(folder), device="cpu", max_output_tokens=1000, asks=1)


@pytest.mark.slow
def test_a_model_that_knows_nothing_asks_nothing(
    chat: ChatModel, clip: Clip, small_world: tuple[Claim, ...], tmp_path: Path
) -> None:
    synthesizer = FgqaSynthesizer(chat=chat, pairs=1, sheet=1, follow_ups=0, rounds=1)
    found = list(synthesizer.synthesize(clip, small_world, 7, tmp_path))
    assert found and all(isinstance(one, Reject) for one in found)
    assert list(synthesizer.synthesize(clip, small_world, 7, tmp_path)) == found


@pytest.mark.slow
def test_a_model_that_knows_nothing_is_right_in_no_order(chat: ChatModel, tmp_path: Path) -> None:
    pair = InstructionPair(
        id="p", clip="c", task="t", form="choice", claims=("c1",), options=("Red.", "Blue."), answer_index=0,
        turns=(Turn(role="human", text="Which colour is it?"), Turn(role="assistant", text="Red.")),
        program=Program(name="written"),
    )  # fmt: skip
    turned = pair.model_copy(update={"id": "q", "options": ("Blue.", "Red."), "answer_index": 1})
    found = [one.about for one in BlindTextScreener(chat=chat).screen((pair, turned), {}, tmp_path)]
    assert set(found) < {"p", "q"}
