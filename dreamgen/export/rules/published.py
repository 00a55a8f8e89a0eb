"""The fields of PLM's published sets and their types, and whether a row has them.

`dataset_info` in the cards of facebook/PLM-VideoBench (revision 34336b1) and facebook/PLM-Video-Human.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

Fields = Mapping[str, Any]
"""Field to its type: string, int32, float; fields again for a record, and in a list for a list of records."""

_SOURCE: Final = {
    "source_video_id": "string", "source_dataset": "string", "source_start_time": "float", "source_end_time": "float",
}  # fmt: skip
_SUBJECT: Final = {"uid": "int32", "video": "string", "masklet_id": "int32", "total_frames": "int32"}
_EVENT: Final = {"caption": "string", "start_frame": "int32", "end_frame": "int32"}

PUBLISHED: Final[Mapping[str, Fields]] = MappingProxyType(
    {
        "fgqa": {
            "uid": "string", "qa_uid": "string", "video": "string", "question": "string", "answer": "string",
            "options": {"option_0": "string", "option_1": "string"}, "answer_index": "int32",
            "metadata": {**_SOURCE, "question_type": "string", "source_domain": "string"},
        },
        "sgqa": {"uid": "string", "video": "string", "question": "string", "answer": "string", "domain": "string"},
        "rcap": {**_SUBJECT, **_EVENT},
        "rtloc": {**_SUBJECT, **_EVENT},
        "rdcap": {
            **_SUBJECT, "dense_captions": [{"start_frame": "int32", "end_frame": "int32", "caption": "string"}],
        },
    }
)  # fmt: skip
"""Task to its fields."""

FOR_TRAINING: Final[Fields] = MappingProxyType(
    {
        "qa_id": "string", "segment_id": "string", "question": "string", "answer": "string",
        "metadata": {
            **_SOURCE, "what_description": "string", "q_type": "string", "q_subtype": "string", "domain": "string",
            "is_audited": "int32",
        },
    }
)  # fmt: skip
"""Those of fgqa where it is for training."""

_PYTHON: Final[Mapping[str, tuple[type, ...]]] = {"string": (str,), "int32": (int,), "float": (float, int)}
_MOST: Final = 2**31


def fields_of(task: str, split: str) -> Fields:
    """The fields of a task in train, val or test."""
    return FOR_TRAINING if (task, split) == ("fgqa", "train") else PUBLISHED[task]


def field_defects(row: Any, fields: Fields, place: str = "") -> Iterator[str]:
    """What a row lacks, has too much, or has of another type.

    Args:
        row: of a task, or a record in it.
        fields: that it should have.
        place: of the record: `metadata.`.
    """
    if not isinstance(row, dict):
        yield f"has {str(row)[:40]!r} for {place.rstrip('.') or 'a row'}, and no object"
        return
    lost, strange = [name for name in fields if name not in row], [name for name in row if name not in fields]
    if lost:
        yield f"lacks {place}{lost[0]}"
    if strange:
        yield f"has {place}{strange[0]}, which is in no published row"
    for name, kind in fields.items():
        if name in row:
            yield from _value_defects(row[name], kind, f"{place}{name}")


def _value_defects(value: Any, kind: Any, place: str) -> Iterator[str]:
    if isinstance(kind, Mapping):
        yield from field_defects(value, kind, f"{place}.")
    elif isinstance(kind, list):
        if not isinstance(value, list) or not value:
            yield f"has {str(value)[:40]!r} for {place}, and no list with something in it"
            return
        for one in value:
            yield from field_defects(one, kind[0], f"{place}[].")
    elif type(value) not in _PYTHON[kind]:
        yield f"has {str(value)[:40]!r} for {place}, which is no {kind}"
    elif kind == "int32" and not -_MOST <= value < _MOST:
        yield f"has {value} for {place}, which is more than 32 bits hold"
