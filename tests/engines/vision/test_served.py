from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from dreamgen.engines.chat import pace
from dreamgen.engines.chat.budget import BudgetSpent
from dreamgen.engines.chat.ledger import Answered, calls, usage
from dreamgen.engines.vision.choosing import WITHOUT
from dreamgen.engines.vision.frames import frames_name, sample
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.remembering import VISION
from dreamgen.engines.vision.seeing import YES_NO, Frames, Query, Seen
from dreamgen.engines.vision.served import open_served
from dreamgen.errors import DreamgenError, ModelError, UsageError
from tests.scripted import Asked, Behave, ScriptedServer, Told

GOOD, BAD = "sk-very-secret-0123456789", "sk-wrong-secret-9876543210"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long after a failure."""
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.02)


def shown(red: int = 200, count: int = 3) -> Frames:
    """A clip that is more or less red, and gets darker."""
    pixels = np.zeros((count, 18, 32, 3), np.uint8)
    pixels[..., 0] = (red - 20 * np.arange(count))[:, None, None]
    times = tuple(0.5 + number for number in range(count))
    return Frames(pixels, times, float(count), frames_name(pixels, times))


def redness(asked: Asked) -> Told:
    """Says Yes as surely as the first picture is red."""
    yes = float(asked.pictures[0][..., 0].mean()) / 255
    return Told("Yes" if yes > 0.5 else "No", {"Yes": yes, "No": 1 - yes})


def queries(count: int = 1, choices: tuple[str, ...] = YES_NO) -> list[Query]:
    return [Query("verify/claim", f"claim-{one}", "Look well.", f"Is it red? ({one})", choices) for one in range(count)]


def served(url: str, **options: object) -> VisionModel:
    return VisionModel.model_validate({"model": "scripted", "base_url": url, **options})


def seen(
    server: ScriptedServer, kept: Path, asked: Sequence[Query] = (), frames: Frames | None = None, **options: object
) -> list[Seen]:
    return list(open_served(served(server.url, **options), kept).ask(frames or shown(), asked or queries()))


def counted(kept: Path) -> tuple[int, int]:
    """Calls that were answered, and that failed, in the ledger."""
    ends = [isinstance(call.ended, Answered) for call in calls(kept / VISION)]
    return ends.count(True), ends.count(False)


def test_the_chances_follow_from_the_pictures(tmp_path: Path) -> None:
    with ScriptedServer(reply=redness) as server:
        (red,) = seen(server, tmp_path, frames=shown(240))
        (dark,) = seen(server, tmp_path, frames=shown(60))
    assert red.chances == pytest.approx((240 / 255, 15 / 255), abs=0.02)
    assert dark.chances == pytest.approx((60 / 255, 195 / 255), abs=0.02)
    assert (red.text, dark.text) == ("Yes", "No")
    assert not red.failure and not red.detail


def test_the_frames_come_first_each_after_its_time_and_the_question_last(tmp_path: Path) -> None:
    with ScriptedServer(reply=redness) as server:
        seen(server, tmp_path)
    (asked,) = server.asked
    (message,) = asked.messages
    kinds = [part.get("text") or part["type"] for part in message["content"]]
    assert kinds == [
        "0.5 s:", "image_url", "1.5 s:", "image_url", "2.5 s:", "image_url", "Look well.\n\nIs it red? (0)",
    ]  # fmt: skip
    assert [round(float(picture[..., 0].mean())) for picture in asked.pictures] == pytest.approx([200, 180, 160], abs=2)
    assert asked.body["temperature"] == 0 and asked.body["max_tokens"] == 16


def test_all_questions_of_a_clip_begin_with_the_same_bytes_and_the_first_goes_ahead(tmp_path: Path) -> None:
    four, alone = Barrier(4, timeout=60), []

    def reply(asked: Asked) -> Told:
        if asked.index:
            # none of the others is answered before four of them are there
            four.wait()
        else:
            alone.append(server.peak)
        return redness(asked)

    with ScriptedServer(reply=reply) as server:
        seen(server, tmp_path, queries(9), concurrency=4)
    assert alone == [1] and server.peak == 4
    texts = [json.dumps(asked.messages) for asked in server.asked]
    same = next(at for at, letters in enumerate(zip(*texts, strict=False)) if len(set(letters)) > 1)
    assert same > 0.97 * len(texts[0])


def test_answers_come_in_the_order_of_the_questions(tmp_path: Path) -> None:
    storm = Behave(status=503, share=0.5, times=1, each=True)
    with ScriptedServer([storm], reply=lambda asked: Told(asked.user[-2] + " it is")) as server:
        found = seen(server, tmp_path, queries(8, ()), concurrency=4)
    assert [one.text for one in found] == [f"{number} it is" for number in range(8)]


def test_frames_close_together_have_times_that_tell_them_apart(tmp_path: Path) -> None:
    frames = shown()
    close = Frames(frames.pixels, (1.0, 1.04, 1.08), 3.0, "0" * 32)
    with ScriptedServer(reply=redness) as server:
        seen(server, tmp_path, frames=close)
    assert "1.04 s:" in server.asked[0].text


def test_without_frames_words_alone_are_sent(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: Told("No", {"No": 0.9, "Yes": 0.1})) as server:
        (blind,) = open_served(served(server.url), tmp_path).ask(None, queries())
    assert blind.chances == pytest.approx((0.1, 0.9))
    assert server.asked[0].messages[0]["content"] == "Look well.\n\nIs it red? (0)"


def test_free_words_are_handed_on_as_they_are(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: Told("A red coat, and a lamp.")) as server:
        (one,) = seen(server, tmp_path, queries(1, ()), max_output_tokens=100)
    assert (one.text, one.chances, one.failure) == ("A red coat, and a lamp.", (), "")
    assert server.asked[0].body["max_tokens"] == 100 and "logprobs" not in server.asked[0].body


def test_refusals_and_cut_off_words_are_failures(tmp_path: Path) -> None:
    for habit, failure in (("refuse", "refused"), ("filtered", "refused")):
        with ScriptedServer([Behave(habit)], reply=lambda asked: Told("Yes")) as server:  # type: ignore[arg-type]
            (one,) = seen(server, tmp_path / habit)
        assert one.failure == failure
    with ScriptedServer(reply=lambda asked: Told("one two three " * 20)) as server:
        (one,) = seen(server, tmp_path / "long", queries(1, ()), max_output_tokens=20)
    assert one.failure == "cut_off" and one.detail.startswith("one two three")


def test_what_is_turned_away_for_what_it_shows_is_a_refusal_and_not_asked_again(tmp_path: Path) -> None:
    blocked = Behave(status=400, message="rejected by the content_filter")
    for calls_made in (1, 0):
        with ScriptedServer([blocked]) as server:
            (one,) = seen(server, tmp_path)
        assert one.failure == "refused" and "content_filter" in one.detail
        assert len(server.asked) == calls_made


def test_one_that_thinks_first_gets_room_for_it_from_then_on(tmp_path: Path) -> None:
    thought = f"<think>{'well ' * 30}</think> Yes"
    with ScriptedServer(reply=lambda asked: Told(thought)) as server:
        found = seen(server, tmp_path, queries(3), max_output_tokens=100)
    assert [one.text for one in found] == ["Yes"] * 3
    assert [asked.body["max_tokens"] for asked in server.asked] == [16, 100, 100, 100]
    with ScriptedServer(reply=lambda asked: Told(thought)) as server:
        seen(server, tmp_path, queries(4), max_output_tokens=100)
    assert [asked.body["max_tokens"] for asked in server.asked] == [100]


def test_one_that_never_comes_to_the_point_is_cut_off_until_it_is_given_more_room(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: Told(f"<think>{'well ' * 30}</think> Yes")) as server:
        (one,) = seen(server, tmp_path, max_output_tokens=20)
        assert one.failure == "cut_off" and "vision.max_output_tokens" in one.detail
        assert seen(server, tmp_path, max_output_tokens=20)[0].failure == "cut_off"
        assert len(server.asked) == 2
        assert seen(server, tmp_path, max_output_tokens=90)[0].text == "Yes"


@pytest.mark.parametrize(
    ("message", "status", "tops"),
    [
        ("This model does not support logprobs.", 400, None), ("You are not allowed to request logprobs", 403, None),
        ("top_logprobs must be at most 5", 422, 5), ("logprobs: not implemented", 501, None),
    ],
)  # fmt: skip
def test_a_server_that_gives_no_or_fewer_probabilities_is_asked_for_what_it_gives(
    tmp_path: Path, message: str, status: int, tops: int | None
) -> None:
    most = tops or 0
    refusal = Behave(status=status, message=message, when=lambda asked: asked.body.get("top_logprobs", 0) > most)
    with ScriptedServer([refusal], reply=redness) as server:
        found = seen(server, tmp_path, queries(3), concurrency=1)
        assert [one.detail for one in found] == ["" if tops else WITHOUT] * 3
        refused = len(server.asked) - server.answered
        assert refused == (1 if tops else 2)
        seen(server, tmp_path, queries(4))
        assert len(server.asked) == 4 + refused
    assert server.asked[-1].body.get("top_logprobs") == tops


def test_a_parameter_that_is_not_taken_is_left_out(tmp_path: Path) -> None:
    fixed = Behave(
        status=400,
        message="temperature is not supported with this model",
        when=lambda asked: "temperature" in asked.body,
    )
    with ScriptedServer([fixed], reply=redness) as server:
        assert [one.text for one in seen(server, tmp_path, queries(3))] == ["Yes"] * 3
    assert server.statuses.count(400) == 1


def film_of(asked: Asked, into: Path) -> Frames | None:
    """The film that was sent along, as it is decoded; None where pictures were sent."""
    (message,) = asked.messages
    urls = [part["video_url"]["url"] for part in message["content"] if part["type"] == "video_url"]
    if not urls:
        return None
    (into / "sent.mp4").write_bytes(base64.b64decode(urls[0].removeprefix("data:video/mp4;base64,")))
    return sample(into / "sent.mp4", 16, 448)


def test_a_server_that_takes_films_is_sent_one_with_every_frame_at_its_time(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: Told("Yes")) as server:
        assert seen(server, tmp_path, parts="video")[0].text == "Yes"
    assert "A video of 3.0 s, by its frames at 0.5 s, 1.5 s, 2.5 s:" in server.asked[0].text
    film = film_of(server.asked[0], tmp_path)
    assert film is not None
    assert film.times == (0.0, 1.0, 2.0)  # from its first frame on
    assert film.pixels[..., 0].mean((1, 2)) == pytest.approx([200, 180, 160], abs=4)


def test_a_server_that_takes_no_films_gets_pictures_and_that_is_remembered(tmp_path: Path) -> None:
    refusal = Behave(status=400, message="video_url is not supported", when=lambda asked: "A video of" in asked.text)
    with ScriptedServer([refusal], reply=redness) as server:
        assert [one.text for one in seen(server, tmp_path, queries(3), parts="video")] == ["Yes"] * 3
        seen(server, tmp_path, frames=shown(90), parts="video")
    assert server.statuses.count(400) == 1
    assert film_of(server.asked[-1], tmp_path) is None


def test_a_server_that_breaks_down_over_a_film_may_take_pictures(tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=500)]) as server, pytest.raises(ModelError) as caught:
        seen(server, tmp_path, parts="video", tries=1)
    assert "vision.parts=pictures" in caught.value.hint


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("scripted is not a multimodal model", 400),
        ("Invalid content type. image_url is only supported by certain models.", 400),
        ("image input is not supported - hint: you may need to provide the mmproj", 500),
        ("messages[0].content: Input should be a valid string", 422),
    ],
)
def test_a_model_that_takes_no_pictures_is_found_out_at_once(tmp_path: Path, message: str, status: int) -> None:
    with (
        ScriptedServer([Behave(status=status, message=message, when=lambda asked: bool(asked.pictures))]) as server,
        pytest.raises(ModelError, match=f"takes no pictures \\({status}\\)") as caught,
    ):
        seen(server, tmp_path, queries(5))
    assert len(server.asked) == 1
    assert "vision-language model" in caught.value.hint


def test_a_server_that_takes_fewer_pictures_says_how_many(tmp_path: Path) -> None:
    limit = Behave(status=400, message="At most 2 image(s) may be provided in one prompt.")
    with ScriptedServer([limit]) as server, pytest.raises(ModelError, match="takes no 16 pictures") as caught:
        seen(server, tmp_path)
    assert "vision.frames=2" in caught.value.hint


def test_frames_that_do_not_fit_the_context_are_told_so(tmp_path: Path) -> None:
    full = Behave(status=400, message="This model's maximum context length is 2048 tokens")
    with ScriptedServer([full]) as server, pytest.raises(ModelError, match="too many for its context") as caught:
        seen(server, tmp_path)
    assert "vision.frames" in caught.value.hint


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_storm_passes_and_every_try_is_in_the_ledger(tmp_path: Path, status: int) -> None:
    with ScriptedServer([Behave(status=status, times=2, each=True)], reply=redness) as server:
        found = seen(server, tmp_path, queries(5), concurrency=3)
    assert [one.text for one in found] == ["Yes"] * 5
    assert counted(tmp_path) == (5, 10)


def test_a_line_that_goes_dead_or_hangs_is_tried_again(tmp_path: Path) -> None:
    with ScriptedServer([Behave("drop", times=1), Behave("hang", times=1)], reply=redness) as server:
        (one,) = seen(server, tmp_path, timeout=0.4, tries=50)
    assert one.text == "Yes"
    answered, failed = counted(tmp_path)
    # on a busy machine an answer may take too long as well
    assert answered == 1 and failed >= 2


def test_a_server_that_breaks_down_leaves_what_was_answered(tmp_path: Path) -> None:
    down = Behave(status=503, message="overloaded", when=lambda asked: "(3)" in asked.user)
    with ScriptedServer([down], reply=redness) as server, pytest.raises(ModelError, match="overloaded") as caught:
        seen(server, tmp_path, queries(5), concurrency=1, tries=2)
    assert "run it again" in caught.value.hint
    assert "vision.concurrency" in caught.value.hint and "chat." not in caught.value.hint
    with ScriptedServer(reply=redness) as server:
        assert len(seen(server, tmp_path, queries(5))) == 5
    assert [asked.user.rpartition(" ")[2] for asked in server.asked] == ["(3)", "(4)"]


def test_nothing_is_asked_twice_and_another_address_is_no_other_model(tmp_path: Path) -> None:
    with ScriptedServer(reply=redness) as server:
        first = seen(server, tmp_path, queries(4))
    with ScriptedServer(reply=redness) as other:
        assert seen(other, tmp_path, queries(4)) == first
        assert other.asked == []
        seen(other, tmp_path, queries(4), frames=shown(90))
        assert len(other.asked) == 4


def test_a_server_that_is_not_there_is_told_in_the_words_of_its_table(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be reached") as caught:
        list(open_served(served("http://127.0.0.1:9/v1", tries=2), tmp_path).ask(shown(), queries()))
    assert "vision.base_url" in caught.value.hint
    assert "chat." not in str(caught.value) and "--base-url" not in str(caught.value)


def test_the_key_is_sent_and_told_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EYES_KEY", GOOD)
    with ScriptedServer(reply=redness, key=GOOD) as server:
        seen(server, tmp_path, key_env="EYES_KEY")
        assert server.asked[0].key == GOOD
    monkeypatch.setenv("EYES_KEY", BAD)
    with ScriptedServer(key=GOOD) as server, pytest.raises(ModelError) as caught:
        seen(server, tmp_path, queries(2), key_env="EYES_KEY")
    told = "".join(traceback.format_exception(caught.value)) + "".join(
        path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()
    )
    assert "secret" not in told and "EYES_KEY" in told


def test_a_limit_of_calls_or_tokens_is_kept(tmp_path: Path) -> None:
    with ScriptedServer(reply=redness) as server:
        with pytest.raises(BudgetSpent, match=r"vision\.max_calls = 2"):
            seen(server, tmp_path / "calls", queries(5), max_calls=2)
        assert len(server.asked) == 2
        with pytest.raises(BudgetSpent, match=r"vision\.max_tokens = 20000"):
            seen(server, tmp_path / "tokens", queries(50), max_tokens=20_000)
    assert sum(one.tokens_in + one.tokens_out for one in usage(tmp_path / "tokens" / VISION)) <= 20_000


def test_what_it_cost_is_in_the_account(tmp_path: Path) -> None:
    with ScriptedServer(reply=redness) as server:
        found = seen(server, tmp_path, queries(3))
    (spent,) = usage(tmp_path / VISION)
    assert (spent.model, spent.purpose, spent.calls) == ("scripted", "verify/claim", 3)
    assert spent.tokens_in == sum(one.tokens_in for one in found) > 0


def test_a_model_in_this_process_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere served"):
        open_served(VisionModel(model="Qwen/Qwen3-VL-4B-Instruct"), tmp_path)


@pytest.fixture
def broken() -> Iterator[ScriptedServer]:
    with ScriptedServer(reply=lambda asked: ["no", "text"]) as server:
        yield server


def test_a_server_that_answers_nonsense_is_prose_or_an_error_but_no_choice(
    broken: ScriptedServer, tmp_path: Path
) -> None:
    try:
        (one,) = seen(broken, tmp_path, tries=1)
    except DreamgenError:
        return
    assert one.failure == "prose"


def test_a_provider_is_asked_through_langchain_with_its_own_word_for_the_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any-key-0123456789")
    with ScriptedServer(reply=redness) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        (one,) = open_served(VisionModel(model="openai:scripted"), tmp_path).ask(shown(240), queries())
    assert one.chances == pytest.approx((240 / 255, 15 / 255), abs=0.02)
    (asked,) = server.asked
    assert asked.body["max_completion_tokens"] == 16 and asked.body["top_logprobs"] == 20
    assert asked.key == "sk-any-key-0123456789"
