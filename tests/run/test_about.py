from __future__ import annotations

from dreamgen.core.receipts import Receipt, Tally, Usage
from dreamgen.run.about import as_reviewed, cost_of, made_by, seeds_told
from dreamgen.run.recipe import read_recipe
from dreamgen.run.written import Authors


def test_a_recipe_tells_its_stages_and_who_did_them() -> None:
    about = made_by(read_recipe("storyboard"), Authors(writers=("m",), likenesses=("Ada Lovelace",)))
    backends = {one.stage: one.backends for one in about.stages}
    assert list(backends) == ["story", "style", "render", "clip", "verify", "qa", "screen"]
    assert backends["verify"] == ("pixels", "sight")
    assert about.writer == "m" and about.likenesses == ("Ada Lovelace",) and about.cost is None
    found = made_by(read_recipe("storyboard"), Authors(), found=True)
    assert [one.stage for one in found.stages] == ["embed", "annotate", "verify", "qa", "screen"]


def test_seeds_are_told_in_a_sentence() -> None:
    assert seeds_told({7}, "story") == "The seed is 7."
    assert seeds_told({7}, "run") == "The seed of the run is 7."
    assert seeds_told({9, 2, 4}, "story") == "The stories have 3 different seeds from 2 to 9."


def test_what_people_rejected_since_is_in_the_books() -> None:
    claims, pairs = Tally(what="claims", made=9, kept=9), Tally(what="pairs", made=9, kept=8, dropped=(("twice", 1),))
    assert as_reviewed((claims, pairs), 8) == (claims, pairs)
    now = as_reviewed((claims, pairs), 6)[1]
    assert now.kept == 6 and now.dropped == (("twice", 1), ("reviewed_since", 2))
    assert now.made == now.kept + sum(count for _, count in now.dropped)


def test_costs_of_all_parts_are_added_up() -> None:
    def receipt(seconds: float, tokens: int) -> Receipt:
        usage = (Usage(model="/models/mine", purpose="story/outline", calls=1, tokens_in=tokens, tokens_out=1),)
        return Receipt(
            story="s", version="1", inputs=(), made=(), tallies=(), usage=usage, seconds=(("clip", seconds),)
        )  # fmt: skip

    cost = cost_of([receipt(1.5, 10), receipt(2.0, 30)], 0.5)
    [usage] = cost.usage
    assert (usage.model, usage.calls, cost.tokens) == ("mine", 2, (40, 2))
    assert cost.seconds == (("clip", 3.5),) and cost.gpu_hours == 0.5
    assert cost_of([]).usage == ()
