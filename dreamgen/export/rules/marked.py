"""Rows about marked subjects in PLM's sets: frames of the clip, boxes for the subject, and masks that fit them.

lmms-eval's plm_videobench looks boxes up by (video, masklet_id) in metadata/ and draws those of the frames that it
samples; SA-V's reader, sav_dataset/utils/sav_utils.py in facebookresearch/sam2, reads CLIP_manual.json beside the clip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from dreamgen.engines.codes import tight_box
from dreamgen.engines.video import Facts
from dreamgen.export.rules.boxes import Clips, box_defects, drawn
from dreamgen.export.rules.files import Row, lined, parsed
from dreamgen.export.rules.findings import Findings

LEAST_FRAMES: Final = 32
"""lmms-eval takes so many of each clip, and `assert n <= m` stops it at a shorter one."""
_GONE: Final = "out of frame"


class Marked:
    """The boxes of a folder's metadata, and what rows say of their subjects.

    Args:
        folder: of the form.
        clips: below its clips/.
        found: notes what is wrong.
    """

    def __init__(self, folder: Path, clips: Clips, found: Findings) -> None:
        self._folder, self._clips, self._found = folder, clips, found
        self._boxes: dict[tuple[str, int], Mapping[str, Any]] = {}

    def read(self, split: str) -> None:
        """The boxes of a split; none at all where it has no such rows."""
        path = self._folder / "metadata" / f"metadata_{split}.jsonl"
        if not path.is_file():
            return
        apart = Findings()
        for where, line in lined(path, apart):
            video, number, boxes = line.get("video"), line.get("masklet_id"), line.get("bbox")
            if not isinstance(video, str) or type(number) is not int:
                apart.wrong(where, f"has boxes of {video!r} and {number!r}, and no clip with a number")
                continue
            if (video, number) in self._boxes:
                apart.wrong(where, f"has the boxes of {number} in {video} a second time: the last ones are read")
            facts = self._clips.facts(video)
            told = list(box_defects(boxes, facts.frames, facts.size)) if facts else []
            if facts and not told and isinstance(boxes, Mapping):
                told = list(self._mask_defects(video, number, boxes, facts))
            for what in told:
                apart.wrong(where, what)
            self._boxes[video, number] = boxes if isinstance(boxes, Mapping) else {}
        self._found.defects += apart.defects

    def defects(self, row: Row, task: str, split: str) -> Iterator[str]:
        """What is wrong with a row whose fields are of the right types."""
        total, facts = row["total_frames"], self._clips.facts(row["video"])
        if facts and total != facts.frames:
            yield f"says that {row['video']} has {total} frames, and it has {facts.frames}"
        if split != "train" and total < LEAST_FRAMES:
            yield f"is of a clip of {total} frames: lmms-eval stops at fewer than {LEAST_FRAMES}"
        boxes = self._boxes.get((row["video"], row["masklet_id"]))
        if boxes is None:
            yield f"marks {row['masklet_id']} in {row['video']}, of which metadata has no boxes: lmms-eval stops"
        told = row["dense_captions"] if task == "rdcap" else [row]
        strange = next((one for one in told if not 0 <= one["start_frame"] <= one["end_frame"] < total), None)
        if strange:
            yield f"speaks of the frames {strange['start_frame']} to {strange['end_frame']} of {total}"
            return
        if task == "rdcap":
            yield from _tile_defects(told, total)
        for one in told:
            yield from _text_defects(one, boxes)

    def _mask_defects(self, video: str, number: int, boxes: Mapping[str, Any], facts: Facts) -> Iterator[str]:
        path = self._folder / "clips" / f"{PurePosixPath(video).stem}_manual.json"
        if not path.is_file():
            yield f"is of {video}, which has no {path.name} beside it"
            return
        apart = Findings()
        told = parsed(path, apart)
        self._found.defects += apart.defects
        if apart.defects:
            return
        try:
            yield from _unlike(told, number, boxes, facts)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            yield f"is of {video}, whose {path.name} SA-V's reader can't take: {type(error).__name__} {error}"


def _unlike(told: Any, number: int, boxes: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    """How the masks of a subject differ from its boxes: both are made of the same pixels."""
    rows, ids, size = told["masklet"], told["masklet_id"], list(facts.size[::-1])
    if number not in ids:
        yield f"is of the masklet {number}, and the masks are of {ids}"
        return
    if any(len(row) != len(ids) for row in rows) or told["masklet_num"] != len(ids):
        yield f"has masks of which some frame has not the {len(ids)} of the others"
        return
    step = -(-facts.frames // len(rows))
    if len(range(0, facts.frames, step)) != len(rows):
        yield f"has masks for {len(rows)} frames of {facts.frames}, which is not every so-manieth"
        return
    for place, row in enumerate(rows):
        code = row[ids.index(number)]
        if code["size"] != size:
            yield f"has a mask of {code['size']} in pictures of {size}"
            return
        box = tight_box(code["counts"], facts.size)
        if (list(box) if box else None) != boxes.get(str(place * step)):
            yield f"has the box {boxes.get(str(place * step))} at frame {place * step}, and a mask within {box}"
            return


def _tile_defects(told: list[Row], total: int) -> Iterator[str]:
    stop = 0
    for one in told:
        if one["start_frame"] != stop:
            yield f"goes on at frame {one['start_frame']} after frame {stop - 1}: captions have no gap and no overlap"
            return
        stop = one["end_frame"] + 1
    if stop != total:
        yield f"ends at frame {stop - 1} of {total}"


def _text_defects(one: Row, boxes: Mapping[str, Any] | None) -> Iterator[str]:
    if not one["caption"].strip():
        yield "has an empty caption"
    elif boxes is not None:
        frames = range(one["start_frame"], one["end_frame"] + 1)
        seen = sum(drawn(boxes, frame) for frame in frames)
        where = f"in frames {frames[0]} to {frames[-1]}"
        if _GONE in one["caption"] and seen:
            yield f"says that the subject is out of frame {where}, where it has boxes"
        elif _GONE not in one["caption"] and not seen:
            yield f"tells what the subject does {where}, where it has no box"
