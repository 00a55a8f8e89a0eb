from __future__ import annotations

from collections.abc import Sequence

import pytest

from dreamgen.core.base import fingerprint
from dreamgen.core.pairs import Form, InstructionPair, Program, Turn
from dreamgen.core.streaming import Block, PairStream, survey


def pair(name: str, clip: str, form: Form = "open", answer: str = "Mara.") -> InstructionPair:
    turns = (Turn(role="human", text="Who?"), Turn(role="assistant", text=answer))
    return InstructionPair(
        id=name, clip=clip, task="who", form=form, turns=turns, claims=("c1",), program=Program(name="who")
    )


ONE = (pair("a", "x"), pair("b", "y", "yes_no"), pair("c", "x"))
TWO = (pair("d", "z", "region_caption"), pair("e", "z"))


class Shelf:
    """Two blocks, and how often each was read."""

    def __init__(self) -> None:
        self.read = [0, 0]

    def blocks(self) -> list[Block]:
        def block(number: int) -> Block:
            def read() -> Sequence[InstructionPair]:
                self.read[number] += 1
                return (ONE, TWO)[number]

            return read

        return [block(0), block(1)]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_stream_is_the_sequence_of_all_pairs(shelf: Shelf) -> None:
    stream = PairStream(shelf.blocks())
    assert [*iter(stream)] == [*iter(stream)] == [*ONE, *TWO] and shelf.read == [2, 2]
    assert len(stream) == 5 and (stream[0], stream[3], stream[-1]) == (ONE[0], TWO[0], TWO[1])
    assert stream[1:4] == (*ONE, *TWO)[1:4] and stream[::-2] == (*ONE, *TWO)[::-2] and TWO[0] in stream
    with pytest.raises(IndexError):
        stream[5]


def test_what_there_is_to_know_of_all_pairs_is_known_after_one_walk(shelf: Shelf) -> None:
    stream = PairStream(shelf.blocks())
    assert (len(stream), stream.survey.forms) == (5, {"open": 3, "yes_no": 1, "region_caption": 1})
    assert stream.survey.where == {"x": 0, "y": 0, "z": 1} and stream.survey.sizes == (3, 2)
    assert shelf.read == [1, 1]


def test_pairs_about_some_clips_are_read_from_their_blocks_alone(shelf: Shelf) -> None:
    stream = PairStream(shelf.blocks())
    stream.survey  # noqa: B018 -- says where which clip is
    assert tuple(stream.about({"z"})) == TWO and shelf.read == [1, 2]
    assert stream.of("x") == (ONE[0], ONE[2]) and stream.of("y") == ONE[1:2] and shelf.read == [2, 2]


def test_some_pairs_are_a_stream_too(shelf: Shelf) -> None:
    stream = PairStream(shelf.blocks())
    some = stream.only(lambda pair: pair.form == "open").only(lambda pair: pair.clip != "x")
    assert tuple(some) == TWO[1:] and len(some) == 1 and some.survey.where == {"z": 1}
    assert not stream.only(lambda pair: False) and stream


def test_without_forms_nobody_has_to_walk_again(shelf: Shelf) -> None:
    left = PairStream(shelf.blocks()).without({"region_caption", "yes_no"})
    assert (len(left), left.survey.forms, left.survey.where) == (3, {"open": 3}, {"x": 0, "z": 1})
    assert shelf.read == [1, 1] and tuple(left) == (ONE[0], ONE[2], TWO[1])


def test_the_digest_follows_from_the_pairs_and_their_order() -> None:
    def digest(*pairs: InstructionPair) -> str:
        return PairStream([lambda: pairs]).digest

    assert digest(*ONE, *TWO) == PairStream([lambda: ONE, lambda: TWO]).digest
    assert digest(*ONE) == digest(*ONE) != digest(*ONE[::-1])
    assert digest(pair("a", "x")) != digest(pair("a", "x", answer="Tom."))
    stream = PairStream([lambda: ONE])
    assert fingerprint([stream]) == fingerprint([stream.digest]) != fingerprint([stream.without({"yes_no"})])


def test_names_that_come_twice_and_turns_without_words_are_told() -> None:
    found = survey([(pair("a", "x"), pair("a", "x")), (pair("b", "y", answer=" "),)])
    assert (found.twice, found.wordless) == (("a",), ("b",))


def test_a_clip_is_in_one_block() -> None:
    with pytest.raises(ValueError, match="x are in two blocks"):
        len(PairStream([lambda: ONE, lambda: ONE]))
