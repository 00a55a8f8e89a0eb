"""The columns of PLM's published sets, by task.

Names and types are those of the cards of facebook/PLM-VideoBench (revision 34336b1: fgqa, sgqa, rcap, rdcap, rtloc, for
testing) and of facebook/PLM-Video-Human (fgqa, for training; the others have the same columns). An older revision of
the former called qa_uid qa_id and answer_index answer_idx; the task files of lmms-eval read the names that stand here.
"""

from __future__ import annotations

from typing import Final

from dreamgen.engines.parquet import Column

_OPTIONS: Final = (Column("option_0", "text", ""), Column("option_1", "text", ""))
_SOURCE: Final = (
    Column("source_video_id", "text", "The story, or the video that the clip was cut from."),
    Column("source_dataset", "text", "The collection that it belongs to."),
    Column("source_start_time", "number32", "Seconds of it at which the clip begins."),
    Column("source_end_time", "number32", "Seconds of it at which the clip ends."),
)

FGQA: Final = (
    Column("uid", "text", "Of the row."),
    Column("qa_uid", "text", "Of the question: only who is right in all of its rows has answered it (MBAcc)."),
    Column("video", "text", "The clip's file."),
    Column("question", "text", ""),
    Column("answer", "text", "The right one of the options, in words."),
    Column("options", "record", "The right answer and one that is wrong.", _OPTIONS),
    Column("answer_index", "whole32", "Which of them is right, from 0."),
    Column(
        "metadata",
        "record",
        "",
        (
            *_SOURCE,
            Column("question_type", "text", "One of PLM's twelve."),
            Column("source_domain", "text", "What kind of activity it shows; empty where nobody said."),
        ),
    ),
)

FGQA_TRAIN: Final = (
    Column("qa_id", "text", "Of the question."),
    Column("segment_id", "text", "The clip's file, without its ending."),
    Column("question", "text", ""),
    Column("answer", "text", ""),
    Column(
        "metadata",
        "record",
        "",
        (
            *_SOURCE,
            Column("what_description", "text", "What somebody said of the segment before it was asked about; empty."),
            Column("q_type", "text", "One of PLM's twelve."),
            Column("q_subtype", "text", "What is asked for within the type."),
            Column("domain", "text", "What kind of activity it shows; empty where nobody said."),
            Column("is_audited", "whole32", "1 where a person watched the clip and found the pair right."),
        ),
    ),
)

SGQA: Final = (
    Column("uid", "text", "Of the row."),
    Column("video", "text", "The clip's file."),
    Column("question", "text", ""),
    Column("answer", "text", ""),
    Column("domain", "text", "What kind of activity it shows; empty where nobody said."),
)

_SUBJECT: Final = (
    Column("uid", "whole32", "Of the row, from 0."),
    Column("video", "text", "The clip's file."),
    Column("masklet_id", "whole32", "The number of the subject among the clip's masklets."),
    Column("total_frames", "whole32", "Length of the clip."),
)
_BOUNDS: Final = (
    Column("start_frame", "whole32", "The first frame, from 0."),
    Column("end_frame", "whole32", "The last frame, included."),
)
_CAPTION: Final = Column("caption", "text", "What the subject does.")

RCAP: Final = (*_SUBJECT, _CAPTION, *_BOUNDS)
RTLOC: Final = RCAP
RDCAP: Final = (
    *_SUBJECT,
    Column("dense_captions", "records", "All of the clip, without gap or overlap.", (*_BOUNDS, _CAPTION)),
)
