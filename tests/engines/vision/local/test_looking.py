from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from dreamgen.engines.chat import flight
from dreamgen.engines.chat.flight import called_off, in_order
from dreamgen.engines.vision.seeing import Frames
from dreamgen.errors import ModelError
from tests.engines.vision.local.noisy import QUESTIONS, model, noise, question

pytest.importorskip("torch")
pytest.importorskip("transformers")

from dreamgen.engines.vision.local import LocalSees, choosing, looking
from dreamgen.engines.vision.local import weights as loaded


def test_answers_come_in_the_order_of_the_questions_whatever_they_are(smol: Path) -> None:
    mixed = [
        question("Say what you see.", ()),
        QUESTIONS[0],
        question("Which? A) red B) blue", ("A", "B"), system="Answer with a letter."),
        question("What is there?", ()),
        QUESTIONS[1],
    ]
    seen = list(LocalSees(model(smol, max_output_tokens=3), together=2).ask(noise(), mixed))
    assert [one.query for one in seen] == mixed
    assert [len(one.chances) for one in seen] == [0, 2, 2, 0, 2]


def test_the_chances_of_choices_are_what_they_are_before_anything_is_said(smol: Path) -> None:
    (seen,) = LocalSees(model(smol)).ask(noise(), QUESTIONS[:1])
    assert 0 < sum(seen.chances) <= 1
    assert seen.text == ("Yes", "No")[seen.chances.index(max(seen.chances))]
    assert not seen.failure
    assert seen.tokens_out == 0


def test_a_clip_is_encoded_once_for_twenty_questions(each: Path) -> None:
    sees = LocalSees(model(each), together=8)
    frames = noise(4)
    queries = [question(f"Is number {number} there? Yes or no.") for number in range(20)]
    assert len(list(sees.ask(frames, queries))) == 20
    account = sees.account
    assert account.questions == 20
    assert account.clips == 1
    assert account.visual_asked == 20 * account.visual_encoded > 0
    assert account.visual_reused == 19 * account.visual_encoded
    assert account.reuse >= 0.95
    # and what is read for a question is not much more than the question
    assert account.prefill_tokens < 20 * account.visual_encoded + 20 * 60


def test_what_was_read_of_a_clip_serves_the_next_call_too(smol: Path) -> None:
    sees = LocalSees(model(smol))
    frames = noise(seed=21)
    first = [seen.chances for seen in sees.ask(frames, QUESTIONS)]
    read = sees.account.prefill_tokens
    assert [seen.chances for seen in sees.ask(frames, QUESTIONS)] == first
    assert sees.account.clips == 1
    assert sees.account.prefill_tokens - read < read
    list(sees.ask(noise(seed=22), QUESTIONS[:1]))
    assert sees.account.clips == 2


@pytest.mark.parametrize(("where", "what"), [(loaded, "_load"), (looking, "begin")])
def test_a_model_in_this_process_is_not_left_while_it_works_and_stops_soon(
    where: Any, what: str, smol: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.0)
    # somebody else may have loaded it
    monkeypatch.setattr(loaded, "_LOADED", {})
    sees, works, ended = LocalSees(model(smol)), Event(), list[bool]()

    def slow(*told: Any) -> Any:
        works.set()
        ended.append(called_off().wait(60))
        return does(*told)

    def work(number: int, stop: Event) -> int:
        return len(list(sees.ask(noise(), QUESTIONS[:1]))) if number else 0

    does = getattr(where, what)
    monkeypatch.setattr(where, what, slow)
    results = in_order(work, range(2), 2)
    next(results)
    assert works.wait(60)
    results.close()  # type: ignore[attr-defined]
    assert ended == [True]
    assert sees.account.questions == 0


def test_tokens_of_shared_frames_count_with_the_first_question(smol: Path) -> None:
    sees = LocalSees(model(smol))
    seen = list(sees.ask(noise(seed=23), QUESTIONS))
    assert sum(one.tokens_in for one in seen) == sees.account.prefill_tokens
    assert seen[0].tokens_in > max(one.tokens_in for one in seen[1:]) + sees.account.visual_encoded


def test_on_a_cpu_an_answer_does_not_depend_on_who_else_is_asked(smol: Path) -> None:
    frames = noise()
    everyone = {seen.query: seen for seen in LocalSees(model(smol)).ask(frames, QUESTIONS)}
    (alone,) = LocalSees(model(smol)).ask(frames, QUESTIONS[2:3])
    assert alone.chances == everyone[QUESTIONS[2]].chances


def test_questions_are_asked_without_pictures_too(each: Path) -> None:
    sees = LocalSees(model(each), together=4)
    blind = [seen.chances for seen in sees.ask(None, QUESTIONS)]
    sighted = [seen.chances for seen in sees.ask(noise(), QUESTIONS)]
    assert all(0 < sum(chances) <= 1 for chances in blind)
    assert blind != sighted
    assert sees.account.visual_asked == len(QUESTIONS) * sees.account.visual_encoded


def test_where_no_choice_is_likely_the_answer_is_what_it_says_instead(smol: Path) -> None:
    (seen,) = LocalSees(model(smol)).ask(noise(), [question("Which? Answer zebra or quince.", ("zebra", "quince"))])
    assert seen.failure == "prose"
    assert seen.chances == ()
    assert seen.text == ""
    assert seen.detail
    assert seen.tokens_out > 0


def test_free_words_that_do_not_end_are_cut_off_and_told(smol: Path) -> None:
    cut = question("Say what you see.", ())
    (seen,) = LocalSees(model(smol, max_output_tokens=2)).ask(noise(), [cut])
    assert seen.failure == "cut_off"
    assert seen.tokens_out == 2
    assert "vision.max_output_tokens" in seen.detail


def test_nothing_is_loaded_and_nothing_told_where_nothing_is_asked(smol: Path) -> None:
    sees = LocalSees(model(smol))
    assert list(sees.ask(noise(), [])) == []
    assert sees.account.questions == 0


def test_a_batch_that_is_too_large_is_halved_and_told(smol: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def short(weights: Any, begun: Any, rows: Sequence[Any], *rest: Any) -> Any:
        sizes.append(len(rows))
        if len(rows) > 2:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate")
        return choosing.chances(weights, begun, rows, *rest)

    monkeypatch.setattr(looking, "chances", short)
    sees = LocalSees(model(smol), together=8)
    queries = [question(f"Is it {number}? Yes or no.") for number in range(6)]
    seen = list(sees.ask(noise(), queries))
    assert [one.query for one in seen] == queries
    assert all(one.chances for one in seen)
    assert sizes == [6, 4, 2, 2, 2]
    assert sees.account.strained == "batch 8 halved to 2 (out of memory)"


def test_one_question_that_is_too_large_is_an_error_with_the_next_move(
    smol: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(looking, "chances", never)
    with pytest.raises(ModelError) as caught:
        list(LocalSees(model(smol)).ask(noise(), QUESTIONS))
    assert "one question about one clip" in caught.value.message
    assert "vision.frames" in caught.value.hint


def test_a_fault_of_ours_is_not_taken_for_short_memory(smol: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(looking, "chances", broken)
    with pytest.raises(RuntimeError, match="shapes differ"):
        list(LocalSees(model(smol)).ask(noise(), QUESTIONS))


def test_more_frames_than_a_model_can_read_are_an_error_with_the_next_move(tmp_path: Path) -> None:
    from dreamgen.engines.vision.blank import Size, write_vision_model

    small = write_vision_model(tmp_path / "small", "smolvlm", size=Size(context=64))
    with pytest.raises(ModelError, match="reads 64") as caught:
        list(LocalSees(model(small)).ask(noise(12), QUESTIONS))
    assert "vision.frames" in caught.value.hint


def test_a_clip_without_frames_is_refused(smol: Path) -> None:
    nothing = Frames(noise().pixels[:0], (), 1.0, "0" * 32)
    with pytest.raises(ModelError, match="without a frame"):
        list(LocalSees(model(smol)).ask(nothing, QUESTIONS))


def test_weights_that_compute_no_numbers_are_an_error_and_no_answer(
    written: Callable[[str], Path], tmp_path: Path
) -> None:
    import shutil

    from safetensors.torch import load_file, save_file

    folder = tmp_path / "broken"
    shutil.copytree(written("internvl"), folder)
    tensors = load_file(folder / "model.safetensors")
    (head,) = (name for name in tensors if name.endswith("lm_head.weight"))
    tensors[head].fill_(float("nan"))
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="no numbers"):
        list(LocalSees(model(folder)).ask(noise(), QUESTIONS))
