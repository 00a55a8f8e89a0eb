from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.clip.subtitles import read_subtitles
from dreamgen.engines.sound import RATE, read_sound
from dreamgen.engines.video import probe, read_frame_at, read_frames
from dreamgen.run.opened import StoryRun, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe

pytest.importorskip("moviepy")

CLI = CliRunner()


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    """A second of a hum."""
    path = tmp_path / "hum.wav"
    write_hum(path, 1.0)
    return path


def write_hum(path: Path, seconds: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        turns = np.arange(round(seconds * 16000)) * 2 * np.pi * 300 / 16000
        file.writeframes((12000 * np.sin(turns)).astype(np.int16).tobytes())


def scenes(story: StoryRun) -> list[float]:
    return [clip.seconds for name, clip in story.clips.items() if name != "film"]


@pytest.mark.slow
def test_a_film_is_cut_anew_and_the_datasets_own_stays(run: Path) -> None:
    story = open_run(run).story
    before = (story.folder / "film.mp4").read_bytes()
    told = CLI.invoke(app, ["edit", str(run), "--transition", "wipe", "--seconds", "0.5"])
    assert told.exit_code == 0, told.output
    film = story.folder / "film-edited.mp4"
    assert told.stdout.strip() == str(film)
    assert "the dataset keeps its own film" in told.stderr
    assert (story.folder / "film.mp4").read_bytes() == before
    # title and credits, and half a second less at every change
    wanted = 2.5 + sum(scenes(story)) + 3.0 - 0.5 * (len(scenes(story)) + 1)
    assert probe(film).seconds == pytest.approx(wanted, abs=0.01)


@pytest.mark.slow
def test_a_transition_changes_the_frames_that_it_should(run: Path, tmp_path: Path) -> None:
    story = open_run(run).story
    fps = story.clips["film"].whole_fps
    films = {}
    for how in ("cut", "crossfade"):
        films[how] = tmp_path / f"{how}.mp4"
        command = ["edit", str(run), "--transition", how, "--no-titles", "-q", "--out", str(films[how])]
        assert CLI.invoke(app, command).exit_code == 0
    first, second = (story.folder / clip.video.path for name, clip in story.clips.items() if name != "film")
    last = probe(first).frames
    # with cuts, every frame is that of a scene
    assert apart(read_frame_at(films["cut"], last - 1), read_frame_at(first, last - 1)) < 6
    assert apart(read_frame_at(films["cut"], last), read_frame_at(second, 0)) < 6
    # with half a second of crossfade, the middle frame is a mixture of both
    overlap = fps // 2
    at = last - overlap + overlap // 2
    share = (overlap // 2 + 1) / (overlap + 1)
    old, new = read_frame_at(first, at), read_frame_at(second, overlap // 2)
    mixture = old * (1 - share) + new * share
    middle = read_frame_at(films["crossfade"], at)
    assert apart(middle, mixture) < 6
    assert apart(middle, old) > 10
    assert apart(middle, new) > 10


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


@pytest.mark.slow
def test_what_is_spoken_comes_as_subtitles_at_its_new_time(run: Path) -> None:
    plan = next(run.glob("stories/*/story.json"))
    plan.write_text(plan.read_text("utf-8").replace("Have you seen my dog?", "Où est mon chien — 犬?"), "utf-8")
    story = open_run(run).story
    told = CLI.invoke(app, ["edit", str(run), "--transition", "cut", "--subtitles"])
    assert told.exit_code == 0
    assert "the font has no sign for ù — 犬" in told.stderr
    (said,) = read_subtitles(story.folder / "film-edited.srt")
    claims = {clip: claim for (clip, _), claim in story.claims.items() if claim.kind == "speech" and clip != "film"}
    ((clip, claim),) = claims.items()
    names = [name for name in story.clips if name != "film"]
    start = 2.5 + sum(scenes(story)[: names.index(clip)]) + claim.start
    assert said.start == pytest.approx(start, abs=0.002)
    # as the plot spells it, whatever a caption can show of it
    assert said.words == "Où est mon chien — 犬?"
    assert read_subtitles(story.folder / "film-edited.vtt") == (said,)


@pytest.mark.slow
def test_a_translation_is_burned_in(run: Path, tmp_path: Path) -> None:
    (tmp_path / "fr.srt").write_text("1\n00:00:03,500 --> 00:00:04,500\nBonjour 猫.\n", "utf-8")
    plain, french = tmp_path / "plain.mp4", tmp_path / "french.mp4"
    assert CLI.invoke(app, ["edit", str(run), "-q", "--out", str(plain)]).exit_code == 0
    told = CLI.invoke(app, ["edit", str(run), "--out", str(french), "--srt", str(tmp_path / "fr.srt")])
    assert told.exit_code == 0
    assert "the font has no sign for 猫" in told.stderr
    both = zip(read_frames(plain), read_frames(french), strict=True)
    changed = [n for (n, one), (_, other) in both if apart(one[-16:], other[-16:]) > 20]
    assert changed == list(range(28, 36))


@pytest.mark.slow
def test_music_fills_the_film_and_voices_speak_in_their_shots(run: Path, hum: Path, tmp_path: Path) -> None:
    story = open_run(run).story
    second = story.story.shots[1]
    folder = tmp_path / "voices"
    folder.mkdir()
    write_hum(folder / f"{second.id}.wav", 0.5)
    write_hum(folder / "shot-99.wav", 0.5)
    out = tmp_path / "film.mp4"
    command = ["edit", str(run), "--transition", "cut", "--no-titles", "--out", str(out), "--voice", str(folder)]
    told = CLI.invoke(app, command)
    assert told.exit_code == 0, told.output
    assert "shot-99.wav is for no shot of this film" in told.stderr
    span = next(span for clip in story.clips.values() for span in clip.spans if span.shot == second.id)
    start = span.first / story.clips["film"].fps
    sound = read_sound(out).astype(float)
    assert np.abs(sound[round((start + 0.1) * RATE) : round((start + 0.4) * RATE)]).mean() > 2000
    assert np.abs(sound[: round((start - 0.2) * RATE)]).mean() < 50

    assert CLI.invoke(app, ["edit", str(run), "-q", "--out", str(out), "--music", str(hum)]).exit_code == 0
    music = np.abs(read_sound(out).astype(float))
    assert len(music) / RATE == pytest.approx(probe(out).seconds, abs=0.1)
    assert music[3 * RATE : -3 * RATE].mean() > 2000
    assert music[: RATE // 20].mean() < 300


@pytest.mark.slow
def test_a_faster_film_is_shorter(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "fast.mp4"
    command = ["edit", str(run), "-q", "--transition", "cut", "--no-titles", "--speed", "2", "--out", str(out)]
    assert CLI.invoke(app, command).exit_code == 0
    assert probe(out).seconds == pytest.approx(sum(scenes(open_run(run).story)) / 2, abs=0.3)


@pytest.mark.slow
def test_the_datasets_film_is_never_overwritten(run: Path) -> None:
    story = open_run(run).story
    before = (story.folder / "film.mp4").read_bytes()
    told = CLI.invoke(app, ["edit", str(run), "--out", str(story.folder / "film.mp4")])
    assert told.exit_code == 2
    assert "belongs to the dataset" in told.stderr
    assert (story.folder / "film.mp4").read_bytes() == before
    assert CLI.invoke(app, ["edit", str(run), "--out", str(run / "film.avi")]).exit_code == 2


@pytest.mark.slow
def test_sound_that_can_not_be_read_is_told(run: Path, tmp_path: Path) -> None:
    (tmp_path / "music.mp3").write_bytes(b"no music")
    told = CLI.invoke(app, ["edit", str(run), "--music", str(tmp_path / "music.mp3")])
    assert told.exit_code == 2
    assert "can't be read as sound" in told.stderr
    (tmp_path / "voices").mkdir()
    told = CLI.invoke(app, ["edit", str(run), "--voice", str(tmp_path / "voices")])
    assert told.exit_code == 2
    assert "shot-01.wav" in told.stderr
    assert not (open_run(run).story.folder / "film-edited.mp4").exists()


@pytest.mark.slow
def test_a_run_without_a_film_is_told(plot: Path, tiny: tuple[str, ...], tmp_path: Path) -> None:
    dream(plot, read_recipe("storyboard", tiny), tmp_path / "run", "plan")
    told = CLI.invoke(app, ["edit", str(tmp_path / "run")])
    assert told.exit_code == 2
    assert "has no film yet" in told.stderr


def test_an_unknown_transition_is_guessed(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["edit", str(tmp_path), "--transition", "whipe"])
    assert told.exit_code == 2
    assert "Did you mean 'wipe'?" in told.stderr


@pytest.mark.slow
def test_without_moviepy_the_extra_is_named(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.moviemaking.installed", lambda library: False)
    told = CLI.invoke(app, ["edit", str(finished)])
    assert told.exit_code == 3
    assert 'pip install "dreamgen[film]"' in told.stderr
