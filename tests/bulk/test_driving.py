import errno
import signal
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dreamgen.bulk import driving, resuming
from dreamgen.bulk.driving import Driving
from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import read_journals, walks
from dreamgen.bulk.leaving import leaving
from dreamgen.bulk.marks import Settled, read_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.schedule import Counts
from dreamgen.bulk.shards import BEGUN_ANEW
from dreamgen.bulk.viewing import UNSEEN, View
from dreamgen.bulk.working import Outcome, Task
from dreamgen.core.receipts import Reject
from dreamgen.errors import DreamgenError, MissingExtra, ModelError, UsageError
from dreamgen.run.bulking import Pool
from dreamgen.run.lock import FolderBusy
from tests.bulk.conftest import PlanOf
from tests.bulk.families import wait_for
from tests.bulk.stubs import FakeExecutor, done, failed, handed, no_dataset


def run_bulk(
    plan: Plan, out: Path, executor: FakeExecutor, view: View = UNSEEN, *, retry: bool = False
) -> Sequence[Settled]:
    """Without a dataset, as there are no films here that one could be made of."""
    return driving.run_bulk(plan, out, executor, view, retry=retry, join=no_dataset)


def ends(marks: Sequence[Settled]) -> list[str]:
    return [mark.ended for mark in marks]


def test_every_story_gets_a_mark_in_the_order_of_the_plan(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(3)
    marks = run_bulk(plan, tmp_path, FakeExecutor())

    assert [mark.item for mark in marks] == ["story-0", "story-1", "story-2"]
    assert [read_mark(Places(tmp_path), item, plan) for item in plan.items] == list(marks)
    assert walks(Places(tmp_path)) == Counter(began=3, done=3, lost=0, made_again=0)


def test_what_has_a_mark_is_not_walked_again(plan_of: PlanOf, tmp_path: Path) -> None:
    run_bulk(plan_of(2), tmp_path, FakeExecutor())
    again = FakeExecutor()

    assert ends(run_bulk(plan_of(3), tmp_path, again)) == ["done"] * 3
    assert again.begun == [("all", ("story-2",))]


def test_a_story_goes_from_pool_to_pool_and_back(plan_of: PlanOf, pools: tuple[Pool, ...], tmp_path: Path) -> None:
    way = {"story-0": ["render", "verify-sight", "render", "qa-programs"], "story-1": ["clip"]}
    executor = FakeExecutor(lambda task: handed(task, way[task.item.id].pop(0)) if way[task.item.id] else done(task))
    run_bulk(plan_of(2, pools=pools), tmp_path, executor)

    seen = [pool for pool, names in executor.begun if names == ("story-0",)]
    assert seen == ["write", "draw", "check", "draw", "check"]


def test_a_worker_gets_as_many_stories_as_it_takes_in_hand(plan_of: PlanOf, tmp_path: Path) -> None:
    executor = FakeExecutor()
    pool = {"name": "all", "stages": plan_of(0).recipe.bulk.pools[0].stages, "workers": 1, "together": 3}
    run_bulk(plan_of(5, pools=[pool]), tmp_path, executor)

    assert executor.begun == [("all", ("story-0", "story-1", "story-2")), ("all", ("story-3", "story-4"))]


def test_a_story_that_goes_on_failing_is_put_aside_and_the_others_are_made(plan_of: PlanOf, tmp_path: Path) -> None:
    def act(task: Task) -> Outcome:
        return failed(task, ValueError("no such tree")) if task.item.id == "story-1" else done(task)

    executor = FakeExecutor(act)
    marks = run_bulk(plan_of(3, tries=3), tmp_path, executor)

    assert ends(marks) == ["done", "put_aside", "done"]
    assert (marks[1].why, marks[1].reason, marks[1].tries) == ("failed", "ValueError: no such tree", 3)
    assert "ValueError: no such tree" in marks[1].trace
    assert Counter(names for _, names in executor.begun)[("story-1",)] == 3
    assert walks(Places(tmp_path))["put_aside"] == 1


def test_a_story_that_fails_once_is_made_after_all(plan_of: PlanOf, tmp_path: Path) -> None:
    errors = [ModelError("the server is down")]
    executor = FakeExecutor(lambda task: failed(task, errors.pop()) if errors else done(task))

    assert ends(run_bulk(plan_of(2), tmp_path, executor)) == ["done", "done"]


def test_what_its_user_has_to_mend_is_put_aside_at_once(plan_of: PlanOf, tmp_path: Path) -> None:
    executor = FakeExecutor(lambda task: failed(task, UsageError("the plot is empty")))
    driver = Driving(plan_of(1, tries=5), tmp_path, executor, join=no_dataset)
    with pytest.raises(DreamgenError):
        driver.run()

    assert (driver.marks["story-0"].why, driver.marks["story-0"].tries) == ("refused", 1)
    assert len(executor.begun) == 1


def test_a_story_whose_workers_die_is_put_aside_in_the_end(plan_of: PlanOf, tmp_path: Path) -> None:
    executor = FakeExecutor(lambda task: "its worker was ended" if task.item.id == "story-0" else done(task))
    marks = run_bulk(plan_of(2, tries=1, deaths=4), tmp_path, executor)

    assert ends(marks) == ["put_aside", "done"]
    assert (marks[0].why, marks[0].reason, marks[0].tries) == ("died", "its worker was ended", 4)
    assert walks(Places(tmp_path)) == Counter(began=5, died=4, done=1, put_aside=1, lost=0, made_again=0)


def test_what_killed_drivers_left_half_written_is_cleared_away(plan_of: PlanOf, tmp_path: Path) -> None:
    places = Places(tmp_path)
    for whole in (places.plan, places.settled("story-0"), places.dataset / "index.json", places.shard(0)):
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.with_name(f".{whole.name}.3039f1e.part").write_text('{"half')
    run_bulk(plan_of(1), tmp_path, FakeExecutor())
    assert not list(tmp_path.rglob("*.part"))


def test_what_was_put_aside_gets_another_chance_when_asked_for(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(2, tries=1)
    run_bulk(plan, tmp_path, FakeExecutor(lambda task: done(task) if task.item.seed else failed(task, ValueError())))

    assert ends(run_bulk(plan, tmp_path, unused := FakeExecutor())) == ["put_aside", "done"]
    assert not unused.begun
    assert ends(run_bulk(plan, tmp_path, FakeExecutor(), retry=True)) == ["done", "done"]


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left", 1),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only", 1),
        (MissingExtra("torch", "diffusion", "drawing"), "drawing needs torch", 3),
    ],
)
def test_a_fault_of_the_machine_stops_everything_and_no_story_pays_for_it(
    error: Exception, words: str, code: int, plan_of: PlanOf, tmp_path: Path
) -> None:
    executor = FakeExecutor(lambda task: done(task) if task.item.seed == 0 else failed(task, error))
    plan = plan_of(5)
    with pytest.raises(DreamgenError, match=words) as caught:
        run_bulk(plan, tmp_path, executor)

    assert caught.value.exit_code == code
    assert "run the same command again" in caught.value.hint
    assert executor.closed
    found = [read_mark(Places(tmp_path), item, plan) for item in plan.items]
    assert [mark and mark.ended for mark in found] == ["done", None, None, None, None]
    assert ends(run_bulk(plan, tmp_path, FakeExecutor())) == ["done"] * 5


def test_a_full_disk_behind_another_error_is_a_full_disk() -> None:
    from dreamgen.bulk.working import blame

    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise DreamgenError("the film could not be written") from error
    except DreamgenError as error:
        assert blame(error) == "machine"
    assert blame(DreamgenError("the film could not be written")) == "story"
    told_by_a_worker = DreamgenError("drawing needs torch")
    told_by_a_worker.exit_code = MissingExtra.exit_code
    assert blame(told_by_a_worker) == "machine"
    assert blame(FileNotFoundError(errno.ENOENT, "no such file")) == "story"
    assert blame(FolderBusy("another run is here")) == "other"


def test_a_model_that_is_down_stops_everything_with_its_own_exit_code(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(50, tries=1, judged_from=5, most_failed=0.5)
    executor = FakeExecutor(
        lambda task: done(task) if task.item.seed < 4 else failed(task, ModelError("no answer from the server"))
    )
    with pytest.raises(DreamgenError, match=r"5 of the last 9 stories failed.*no answer from the server") as caught:
        run_bulk(plan, tmp_path, executor)

    assert caught.value.exit_code == ModelError.exit_code
    assert "--retry" in caught.value.hint


def test_a_model_that_goes_down_after_many_stories_is_noticed_soon(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(100, tries=1, judged_from=5, most_failed=0.2)
    executor = FakeExecutor(lambda task: done(task) if task.item.seed < 60 else failed(task, ModelError("down")))
    with pytest.raises(DreamgenError, match="11 of the last 50 stories failed"):
        run_bulk(plan, tmp_path, executor)


def test_workers_that_all_die_stop_everything_and_no_story_pays_for_it(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(50, backoff=60.0)
    with pytest.raises(DreamgenError, match=r"20 workers of the pool 'all' died one after the other.*exit code 1"):
        run_bulk(plan, tmp_path, FakeExecutor(lambda task: "its worker process was ended with exit code 1"))

    assert "put_aside" not in walks(Places(tmp_path))


def test_nodes_that_go_all_at_once_are_not_taken_for_a_fault(plan_of: PlanOf, tmp_path: Path) -> None:
    def act(task: Task) -> Outcome | str:
        if len(executor.begun) < 10:
            executor.grow("all", 30)
            return done(task)
        return "its node is gone" if len(executor.begun) < 60 else done(task)

    executor = FakeExecutor(act)
    assert ends(run_bulk(plan_of(70), tmp_path, executor)) == ["done"] * 70


def test_a_pool_whose_workers_all_die_is_noticed_while_another_works_on(
    plan_of: PlanOf, pools: tuple[Pool, ...], tmp_path: Path
) -> None:
    executor = FakeExecutor(lambda task: handed(task, "render") if task.pool.name == "write" else "no CUDA device")
    with pytest.raises(DreamgenError, match=r"20 workers of the pool 'draw' died one after the other.*no CUDA device"):
        run_bulk(plan_of(200, pools=pools, backoff=60.0), tmp_path, executor)

    assert Counter(pool for pool, _ in executor.begun)["write"] < 40, "not everything is written for nobody"
    assert not list(tmp_path.glob("settled/*/*"))


def test_a_story_that_somebody_else_makes_anew_is_waited_for_and_not_put_aside(plan_of: PlanOf, tmp_path: Path) -> None:
    found, executor = [{"story-1": BEGUN_ANEW}, {}], FakeExecutor()
    marks = driving.run_bulk(plan_of(2, tries=1), tmp_path, executor, join=lambda *_: found.pop(0))

    assert ends(marks) == ["done", "done"]
    assert len(executor.begun) == 2, "it is there again already"


def test_signs_of_life_come_while_a_driver_looks_at_what_is_there(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> str:
        (sign,) = (tmp_path / "drivers").iterdir()
        before = sign.stat().st_size
        wait_for(lambda: sign.stat().st_size > before)
        looks.append(sign)
        return ""

    looks: list[Path] = []
    plan = plan_of(1, lease=0.2)
    run_bulk(plan, tmp_path, FakeExecutor())
    monkeypatch.setattr(resuming, "amiss", slow)
    run_bulk(plan, tmp_path, FakeExecutor())
    assert len(looks) == 1


def test_when_nothing_at_all_could_be_made_that_is_an_error(plan_of: PlanOf, tmp_path: Path) -> None:
    with pytest.raises(DreamgenError, match="all 2 stories failed, the last one with: ValueError: no"):
        run_bulk(plan_of(2, tries=1), tmp_path, FakeExecutor(lambda task: failed(task, ValueError("no"))))


def test_a_story_that_another_run_works_on_is_waited_for_and_never_put_aside(plan_of: PlanOf, tmp_path: Path) -> None:
    busy = [FolderBusy("another run (process 7) is working in story-0")]
    executor = FakeExecutor(lambda task: failed(task, busy.pop()) if busy else done(task))

    assert ends(run_bulk(plan_of(1, tries=1), tmp_path, executor)) == ["done"]
    assert walks(Places(tmp_path))["failed"] == 1


def test_two_drivers_at_once_share_the_stories(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(20)
    executors = [FakeExecutor(), FakeExecutor()]
    threads = [threading.Thread(target=run_bulk, args=(plan, tmp_path, executor)) for executor in executors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = Counter(name for executor in executors for _, names in executor.begun for name in names)
    assert made == Counter({item.id: 1 for item in plan.items})


def test_another_plan_in_the_folder_of_a_living_driver_is_refused(plan_of: PlanOf, tmp_path: Path) -> None:
    refused: list[UsageError] = []
    bad = Reject(what="plots.jsonl:2", kind="item", stage="plan", reason="no_text")
    other = plan_of(3).model_copy(update={"rejects": (bad,)})

    def act(task: Task) -> Outcome:
        if not refused:
            with pytest.raises(UsageError, match="another driver follows another plan") as caught:
                run_bulk(other, tmp_path, FakeExecutor())
            refused.append(caught.value)
        return done(task)

    run_bulk(plan_of(2), tmp_path, FakeExecutor(act))
    assert refused
    assert read_plan(tmp_path).key == plan_of(2).key, "nor is anything written of it"


class Heard(View):
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def starts(self, plan: Plan, marks: Mapping[str, Settled], workers: Mapping[str, int]) -> None:
        self.words.append(f"{len(plan.items)} stories, {len(marks)} there, {dict(workers)}")

    def hired(self, workers: Mapping[str, int]) -> None:
        self.words.append(f"workers: {dict(workers)}")

    def began(self, items: Sequence[str], pool: str) -> None:
        self.words.append(f"{pool} begins {', '.join(items)}")

    def ended(self, pool: str, outcome: Outcome) -> None:
        self.words.append(f"{pool}: {outcome.item} {outcome.ended}")

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        self.words.append(f"{pool}: {', '.join(items)} died of {why}")

    def settled(self, mark: Settled) -> None:
        self.words.append(f"{mark.item} settled")

    def counts(self, counts: Counts) -> None:
        self.last = counts

    def says(self, words: str) -> None:
        self.words.append(words)

    def closes(self) -> None:
        self.words.append("closed")


def test_who_watches_hears_everything_and_each_sentence_once(plan_of: PlanOf, tmp_path: Path) -> None:
    plan, heard = plan_of(2), Heard()
    run_bulk(plan_of(1), tmp_path, FakeExecutor())
    fates: list[Outcome | str] = ["thirst"]

    def act(task: Task) -> Outcome | str:
        return fates.pop() if fates else done(task).model_copy(update={"said": ("the verifier is new",) * 2})

    run_bulk(plan, tmp_path, FakeExecutor(act), heard)
    assert heard.words == [
        "2 stories, 1 there, {'all': 2}",
        "all begins story-1",
        "all: story-1 died of thirst",
        "all begins story-1",
        "all: story-1 done",
        "the verifier is new",
        "story-1 settled",
        "closed",
    ]
    assert (heard.last.done, heard.last.total) == (1, 1)


def test_what_is_under_way_follows_a_cluster_that_grows(
    plan_of: PlanOf, pools: tuple[Pool, ...], tmp_path: Path
) -> None:
    def act(task: Task) -> Outcome:
        if task.pool.name == "check":
            executor.grow("check", 5)
            return done(task)
        return handed(task, "render" if task.pool.name == "write" else "verify")

    executor, heard = FakeExecutor(act), Heard()
    run_bulk(plan_of(6, pools=pools, ahead=1), tmp_path, executor, heard)
    assert [words for words in heard.words if words.startswith("workers")] == [
        "workers: {'write': 1, 'draw': 2, 'check': 5}"
    ]


def test_who_watches_hears_of_workers_that_come_only_when_damage_is_found(plan_of: PlanOf, tmp_path: Path) -> None:
    plan, heard = plan_of(2), Heard()
    run_bulk(plan, tmp_path, FakeExecutor())
    found = [{"story-0": "its clip is damaged", "story-1": "so is its own"}, {}]
    driving.run_bulk(plan, tmp_path, FakeExecutor(), heard, join=lambda *_: found.pop(0))

    counts = [words for words in heard.words if "there" in words]
    assert counts == ["2 stories, 2 there, {'all': 0}", "2 stories, 0 there, {'all': 2}"]


def test_ctrl_c_ends_the_workers_and_keeps_what_is_finished(plan_of: PlanOf, tmp_path: Path) -> None:
    def act(task: Task) -> Outcome:
        if task.item.seed == 3:
            raise KeyboardInterrupt
        return done(task)

    plan, executor = plan_of(6), FakeExecutor(act)
    with pytest.raises(KeyboardInterrupt):
        run_bulk(plan, tmp_path, executor)

    assert executor.closed
    again = FakeExecutor()
    assert ends(run_bulk(plan, tmp_path, again)) == ["done"] * 6
    assert [names for _, names in again.begun] == [("story-3",), ("story-4",), ("story-5",)]
    assert walks(Places(tmp_path))["lost"] == 2, "story-3, and story-4 in the other worker's hand"


def test_a_driver_that_is_asked_to_end_leaves_in_order(plan_of: PlanOf, tmp_path: Path) -> None:
    def act(task: Task) -> Outcome:
        signal.raise_signal(signal.SIGTERM)
        return done(task)

    executor, heard = FakeExecutor(act), Heard()
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught:
        run_bulk(plan_of(2), tmp_path, executor, heard)

    assert caught.value.code == 128 + signal.SIGTERM
    assert executor.closed
    assert heard.words[-1] == "closed"
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_the_tidying_complains_of_does_not_hide_why_it_came_to_that() -> None:
    def tidy() -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(DreamgenError, match="a story failed") as caught, leaving(tidy):
        raise DreamgenError("a story failed")
    assert caught.value.__notes__ == ["and then: [Errno 28] no space left"]
    with pytest.raises(OSError, match="no space left"), leaving(tidy):
        pass


def test_the_journal_tells_what_happened_in_order(plan_of: PlanOf, pools: tuple[Pool, ...], tmp_path: Path) -> None:
    fates: list[Outcome | str] = ["a stroke"]

    def act(task: Task) -> Outcome | str:
        if fates:
            return fates.pop()
        return handed(task, "clip") if task.pool.name == "write" else done(task)

    run_bulk(plan_of(1, pools=pools), tmp_path, FakeExecutor(act))
    told = [(line.pool, line.what, line.detail) for line in read_journals(Places(tmp_path))]
    assert told == [
        ("write", "began", ""), ("write", "died", "a stroke"), ("write", "began", ""), ("write", "handed", "clip"),
        ("draw", "began", ""), ("draw", "done", ""),
    ]  # fmt: skip
