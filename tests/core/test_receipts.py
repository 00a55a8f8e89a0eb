import pytest
from pydantic import ValidationError

from dreamgen.core.receipts import Made, Receipt, Reject, Tally


def test_a_receipt_survives_a_trip_through_json() -> None:
    receipt = Receipt(
        story="tale",
        version="0.1",
        inputs=(("plot", "ab"), ("seed", "7")),
        made=(Made(stage="clip", item="scene-01", key="k", backend="storyboard", options=(("fps", "24"),)),),
        tallies=(Tally(what="claims", made=5, kept=3, dropped=(("too_small", 2),)),),
        seconds=(("clip", 1.5),),
    )
    assert Receipt.model_validate_json(receipt.model_dump_json()) == receipt


def test_a_reject_says_what_where_and_why() -> None:
    with pytest.raises(ValidationError):
        Reject.model_validate({"what": "c1", "kind": "claim", "stage": "verify"})


def test_a_tally_counts_from_nothing() -> None:
    with pytest.raises(ValidationError):
        Tally(what="pairs", made=-1, kept=0)
