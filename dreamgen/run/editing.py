"""A finished run's film is cut anew for people, beside the one that the dataset rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dreamgen.clip.burning import Burned, check_font
from dreamgen.clip.credits import ending, opening
from dreamgen.clip.edits import Cut, Reel, Reels, SceneReel
from dreamgen.clip.soundtrack import Voice, mixed
from dreamgen.clip.subtitles import Subtitle, read_subtitles, srt, vtt
from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.story import Story
from dreamgen.engines.marking import mark_video
from dreamgen.engines.moviemaking import Movie, need, write_movie
from dreamgen.engines.sound import RATE, Sound, read_sound
from dreamgen.errors import UsageError
from dreamgen.illustrator.lettering import written
from dreamgen.run import disk
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.opened import StoryRun
from dreamgen.run.watch import SILENT, Watch

EDITED = "film-edited.mp4"
"""In the story's folder, where nothing else is asked for."""

_STAGE = "edit"
_SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".m4a", ".opus", ".aac")


class Edit(Record):
    """What is wanted."""

    cut: Cut = Cut()
    """How scenes give way to each other, and their speed."""
    titles: bool = True
    """Whether the film has an opening title and end credits."""
    subtitles: Path | None = None
    """An .srt or .vtt file to burn in, with the times of the edited film."""
    burn: bool = False
    """Whether the words that are spoken are burned in, where `subtitles` is None."""
    font: Path | None = None
    """A .ttf or .otf file for what is burned in; None for the embedded font."""
    music: Path | None = None
    """Played under the film."""
    volume: float = 0.5
    """Of the music, 1 as it is."""
    voice: Path | None = None
    """A sound file for the whole film, or a folder with one for every shot: shot-03.wav."""


@dataclass(frozen=True)
class Edited:
    """What was made."""

    film: Path
    """The mp4."""
    seconds: float
    """Its length."""
    subtitles: tuple[Path, ...]
    """Files with the words that are spoken; empty where nobody speaks."""
    notes: tuple[str, ...]
    """What did not go as one might think."""


def edit(story: StoryRun, wanted: Edit, out: Path | None = None, watch: Watch = SILENT) -> Edited:
    """Cuts a story's film anew.

    Args:
        story: with a film.
        wanted: how.
        out: the mp4 to write; film-edited.mp4 in the story's folder, where it is None.
        watch: hears of every frame.

    Raises:
        MissingExtra: without MoviePy.
        UsageError: when there is no film yet, `out` is one of the dataset's files, or a file can't be read.
    """
    need("dreamgen edit")
    path = _target(story, out)
    if wanted.font:
        check_font(wanted.font)
    scenes = [clip for name, clip in story.clips.items() if name != "film" and not clip.twin_of]
    reels = Reels(list(_parts(story, scenes, wanted)), wanted.cut, scenes[0].whole_fps)
    places = {scene.id: number + wanted.titles for number, scene in enumerate(scenes)}
    spoken = tuple(_spoken(story, reels, places))
    words = read_subtitles(wanted.subtitles) if wanted.subtitles else spoken if wanted.burn else ()
    burned = Burned(words, spoken, wanted.font)
    voices, notes = _voices(wanted.voice, scenes, reels, places)
    seconds = reels.frames / reels.fps
    music = read_sound(wanted.music) if wanted.music else None
    movie = Movie(
        frame=lambda index: burned.on(reels.at(index), index / reels.fps),
        frames=reels.frames,
        fps=reels.fps,
        sound=mixed(seconds, music, wanted.volume, voices) if music is not None or voices else None,
        fade=0.0 if wanted.cut.transition == "cut" else min(wanted.cut.seconds, seconds / 4),
    )
    watch.begins(_STAGE, reels.frames, 0)
    try:
        write_movie(movie, path, lambda: watch.made(_STAGE, path.name))
        mark_video(path, "generated" if any(scene.pictures == "generated" for scene in scenes) else "drawn")
    finally:
        reels.close()
        watch.ends(_STAGE)
    untold = _untold(story.story) if wanted.titles else ()
    return Edited(path, seconds, _write_words(spoken, path), (*notes, *_doubts(burned, seconds), *untold))


def _target(story: StoryRun, out: Path | None) -> Path:
    if "film" not in story.clips:
        raise UsageError(f"{story.folder} has no film yet", UNFINISHED)
    path = out or story.folder / EDITED
    if path.suffix.lower() != ".mp4":
        raise UsageError(f"{path} is no name of an mp4", "Choose a name that ends in .mp4.")
    kept = {(story.folder / clip.video.path).resolve() for clip in story.clips.values()}
    if path.resolve() in kept:
        raise UsageError(
            f"{path} belongs to the dataset, whose masks and times are those of its frames", "Choose another --out."
        )
    return path


def _parts(story: StoryRun, scenes: Sequence[Clip], wanted: Edit) -> Iterator[Reel]:
    fps, size = scenes[0].whole_fps, scenes[0].size
    if wanted.titles:
        yield opening(story.story.title, size, fps, story.style)
    for scene in scenes:
        yield SceneReel(story.folder / scene.video.path, scene.frames, wanted.cut.speed)
    if wanted.titles:
        names = [member.name for member in story.story.cast]
        yield from ending(names, scenes[0].pictures == "generated", size, fps, story.style)


def _spoken(story: StoryRun, reels: Reels, places: dict[str, int]) -> Iterator[Subtitle]:
    """What is said in the scenes, as the plot spells it, where it is in the edited film."""
    shots = {shot.id: shot for shot in story.story.shots}
    for name, place in places.items():
        clip = story.clips[name]
        for span in clip.spans:
            first, stop = span.first / clip.fps, span.stop / clip.fps
            for event in shots[span.shot].events:
                start, end = first + event.start, min(first + event.end, stop)
                if event.says and start < end:
                    start, end = (round(reels.moment(place, moment), 3) for moment in (start, end))
                    yield Subtitle(start=start, end=end, words=event.says)


def _voices(
    where: Path | None, scenes: Sequence[Clip], reels: Reels, places: dict[str, int]
) -> tuple[tuple[Voice, ...], tuple[str, ...]]:
    """What is heard when, and what one should know of it."""
    if where is None:
        return (), ()
    if not where.is_dir():
        return (Voice(0.0, read_sound(where)),), _too_long(where.name, read_sound(where), reels.frames / reels.fps)
    starts = {span.shot: (places[scene.id], span, scene.fps) for scene in scenes for span in scene.spans}
    files = {path.stem: path for path in sorted(where.iterdir()) if path.suffix.lower() in _SOUNDS}
    if not files.keys() & starts.keys():
        raise UsageError(f"{where} holds no sound that is named for a shot", f"Such as {next(iter(starts))}.wav")
    voices, notes = [], [f"{files[name].name} is for no shot of this film" for name in files if name not in starts]
    for shot, (part, span, fps) in starts.items():
        if shot in files:
            voice = Voice(reels.moment(part, span.first / fps), read_sound(files[shot]))
            voices.append(voice)
            room = (span.stop - span.first) / fps / reels.cut.speed
            notes += _too_long(files[shot].name, voice.sound, room)
    return tuple(voices), tuple(notes)


def _too_long(name: str, sound: Sound, room: float) -> tuple[str, ...]:
    over = len(sound) / RATE - room
    return (f"{name} is {over:.1f} s longer than what it is for",) if over > 0.05 else ()


def _doubts(burned: Burned, seconds: float) -> Iterator[str]:
    for one in burned.subtitles:
        if one.start >= seconds:
            yield f"the subtitle {one.words!r} begins after the film's end"
    lacking = burned.lacking()
    if lacking:
        signs = " ".join(lacking)
        yield f"the font has no sign for {signs}: words are spelled otherwise or left out; --font names one that has"


def _untold(story: Story) -> Iterator[str]:
    """What the title and the credits can't show."""
    for text in (story.title, *(member.name for member in story.cast)):
        if not written(text).whole:
            yield f"titles leave out {text!r} or parts of it, since their font lacks signs"


def _write_words(spoken: Sequence[Subtitle], film: Path) -> tuple[Path, ...]:
    paths = (film.with_suffix(".srt"), film.with_suffix(".vtt"))
    if not spoken:
        # those of an earlier cut would be out of step
        for path in paths:
            path.unlink(missing_ok=True)
        return ()
    for path, text in zip(paths, (srt(spoken), vtt(spoken)), strict=True):
        disk.write_whole(path, text)
    return paths
