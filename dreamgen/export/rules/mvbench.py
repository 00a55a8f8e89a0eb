"""MVBench: `MVBench_dataset` and `check_ans` of video_chat2/mvbench.ipynb, and `mcq_acc` of lmms-eval's task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import Row, keyed, listed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.held_out import choice_defects, hear, look_at_version, telling, text_defect
from dreamgen.export.rules.leaks import look_beside
from dreamgen.export.rules.videos import Videos
from dreamgen.export.version_mark import Mark

TASKS: Final = {
    "action_sequence": "Action Sequence",
    "action_prediction": "Action Prediction",
    "action_antonym": "Action Antonym",
    "fine_grained_action": "Fine-grained Action",
    "unexpected_action": "Unexpected Action",
    "object_existence": "Object Existence",
    "object_interaction": "Object Interaction",
    "object_shuffle": "Object Shuffle",
    "moving_direction": "Moving Direction",
    "action_localization": "Action Localization",
    "scene_transition": "Scene Transition",
    "action_count": "Action Count",
    "moving_count": "Moving Count",
    "moving_attribute": "Moving Attribute",
    "state_change": "State Change",
    "fine_grained_pose": "Fine-grained Pose",
    "character_order": "Character Order",
    "egocentric_navigation": "Egocentric Navigation",
    "episodic_reasoning": "Episodic Reasoning",
    "counterfactual_inference": "Counterfactual Inference",
}
"""File to what the notebook's table calls it."""
MOST_OPTIONS: Final = 5


def look(folder: Path) -> Findings:
    """Reads json/<task>.json as data_list.json names them: choices whose answer is the words of one candidate."""
    found = Findings()
    videos, mark = Videos(folder), Mark()
    table = keyed(folder / "data_list.json", found)
    for path in sorted((folder / "json").glob("*.json")):
        if path.stem not in TASKS:
            found.wrong(path.name, "is no task of MVBench, and nobody would read it")
            continue
        entry = table.get(TASKS[path.stem])
        if not isinstance(entry, list) or len(entry) != 4 or entry[0] != path.name:
            found.wrong("data_list.json", f"does not name {path.name}, and nobody would read it")
            continue
        for where, row in listed(path, found):
            found.pairs[str(row.get("id"))] += 1
            for what in _row_defects(row, str(entry[1]), path.stem if entry[3] else "", videos):
                if what:
                    found.wrong(where, what)
            hear(mark, path.stem, row.get("video"), row.get("question"), row.get("candidates"), row.get("answer"))
    if not found.rows:
        found.wrong("json", "has no question")
    look_at_version(folder, mark, found)
    look_beside(folder, found)
    return found


def _row_defects(row: Row, prefix: str, bound: str, videos: Videos) -> Iterator[str]:
    """What is wrong with a row; `bound` is its task where that is read between two moments."""
    video = row.get("video")
    yield videos.defect(f"{prefix}{video}" if isinstance(video, str) else video)
    yield telling(str(video))
    yield text_defect(row.get("question"), "question")
    yield from choice_defects(row.get("candidates"), row.get("answer"), MOST_OPTIONS)
    if bound:
        yield _span_defect(row.get("start"), row.get("end"), bound)


def _span_defect(start: Any, end: Any, task: str) -> str:
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (start, end)):
        return "has no start and end, which this task is read with"
    if not 0 <= start < end:
        return f"is read from {start} to {end} seconds, which is no stretch of a clip"
    if start and task == "action_localization":
        return f"is shown from second {start} on, which gives away when it happens"
    return ""
