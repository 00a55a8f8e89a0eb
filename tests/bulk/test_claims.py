"""Who works on what: whatever the order in which things happen, no two of the living have the same thing."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dreamgen.bulk import signs
from dreamgen.bulk.claims import Claims
from dreamgen.bulk.places import Places
from dreamgen.bulk.signs import Vigil
from dreamgen.run import disk
from tests.bulk.families import wait_for

LEASE = 60.0


class Clock:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def driver(places: Places, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Claims]:
    """Makes drivers, each on a machine of its own."""
    hosts = iter(f"machine {number}" for number in range(99))

    def make() -> Claims:
        monkeypatch.setattr(signs, "host", lambda: next(hosts))
        claims = Claims(places, "plan", LEASE, clock)
        claims.live()
        return claims

    return make


def watch(someone: Claims, clock: Clock, seconds: float, alive: tuple[Claims, ...] = ()) -> None:
    """Somebody looks around as drivers do, while others live on."""
    for _ in range(int(seconds / 5)):
        clock.now += 5
        for claims in (someone, *alive):
            claims.live()


def test_what_one_has_no_other_gets_until_it_is_let_go(driver: Callable[[], Claims]) -> None:
    ann, bob = driver(), driver()
    assert ann.take("lemon")
    assert ann.take("lemon")
    assert not bob.take("lemon")
    assert bob.take("plum")
    ann.drop("lemon")
    assert bob.take("lemon")
    assert not ann.take("lemon")


def test_what_a_dead_driver_had_is_free_after_a_lease(driver: Callable[[], Claims], clock: Clock) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    watch(bob, clock, LEASE / 2)
    assert not bob.take("lemon")
    watch(bob, clock, LEASE)
    assert bob.take("lemon")
    assert [sign.name for sign in bob.others()] == []


def test_a_driver_that_is_busy_for_long_keeps_what_it_has(driver: Callable[[], Claims], clock: Clock) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    watch(bob, clock, 10 * LEASE, alive=(ann,))
    assert not bob.take("lemon")
    assert [sign.name for sign in bob.others()] == [ann.name]


def test_drivers_may_have_different_leases(places: Places, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = iter(("machine 0", "machine 1"))
    monkeypatch.setattr(signs, "host", lambda: next(hosts))
    ann, bob = (Claims(places, "plan", lease, clock) for lease in (10 * LEASE, LEASE))
    ann.live()
    ann.take("lemon")
    watch(bob, clock, 9 * LEASE, alive=(ann,))
    assert not bob.take("lemon"), "she gives a sign every 75 seconds"
    watch(bob, clock, 11 * LEASE)
    assert bob.take("lemon")


def test_whoever_did_not_look_takes_nobodys_silence_for_death(driver: Callable[[], Claims], clock: Clock) -> None:
    # a disk that hangs, or a machine that sleeps: nobody could write, and nobody could read
    ann, bob = driver(), driver()
    ann.take("lemon")
    assert not bob.take("lemon")
    clock.now += 100 * LEASE
    assert not bob.take("lemon")
    watch(bob, clock, LEASE, alive=(ann,))
    assert not bob.take("lemon")


def test_one_who_was_halted_for_longer_than_a_lease_is_told(driver: Callable[[], Claims], clock: Clock) -> None:
    ann, bob = driver(), driver()
    assert ann.take("lemon")
    assert ann.take("plum")
    watch(bob, clock, 2 * LEASE)
    assert bob.take("lemon")
    assert not ann.has("lemon")
    assert ann.has("plum")
    ann.drop("lemon")
    assert bob.has("lemon")
    ann.live()
    assert not bob.take("plum")


@pytest.mark.parametrize("days", [-400, 400])
def test_a_calendar_that_jumps_changes_nothing(
    driver: Callable[[], Claims], clock: Clock, days: int, monkeypatch: pytest.MonkeyPatch, places: Places
) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + days * 86400)
    for path in places.folder.rglob("*"):
        os.utime(path, (now + days * 86400, now + days * 86400))
    watch(bob, clock, LEASE, alive=(ann,))
    assert not bob.take("lemon")
    watch(bob, clock, 1.2 * LEASE)
    assert bob.take("lemon")


def test_one_who_leaves_lets_everything_go_at_once(driver: Callable[[], Claims]) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    ann.leave()
    assert bob.take("lemon")
    assert bob.others() == ()


def test_a_killed_process_of_this_machine_is_dead_at_once(places: Places) -> None:
    ann, bob = Claims(places, "plan", LEASE), Claims(places, "plan", LEASE)
    with _process(places) as holder:
        assert not ann.take("lemon")
        holder.kill()
        os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)
        assert ann.take("lemon")  # nobody has buried it yet
        holder.wait()
        assert bob.take("plum")


def test_a_number_that_came_again_is_another_process(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = Claims(places, "plan", LEASE), Claims(places, "plan", LEASE)
    ann.live()
    ann.take("lemon")
    assert not bob.take("lemon")
    sign = places.driver(ann.name)
    started = f'"started":"{bob.others()[0].started}"'
    sign.write_text(sign.read_text().replace(started, '"started":"1"'))
    assert bob.take("lemon")


def test_a_process_in_another_container_cannot_be_asked(
    places: Places, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    # same name, same start of the machine, and a number that nobody has here
    host = signs.host()
    ann, bob = Claims(places, "plan", LEASE, clock), Claims(places, "plan", LEASE, clock)
    ann.live()
    sign = places.driver(ann.name)
    sign.write_text(
        sign.read_text().replace(host, host.replace("pid:[", "pid:[9")).replace(str(os.getpid()), "4194304")
    )
    ann.take("lemon")
    assert not bob.take("lemon")


def test_a_stranger_who_died_elsewhere_holds_nobody_up(
    driver: Callable[[], Claims], clock: Clock, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = driver()
    sign = places.driver(ann.name)
    sign.write_text(sign.read_text().replace('"plan":"plan"', '"plan":"other"'))
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds

    monkeypatch.setattr(time, "sleep", sleep)
    assert driver().strangers() == ()
    assert LEASE < sum(waits) < 2 * LEASE

    def sleep_on(seconds: float) -> None:
        clock.now += seconds
        ann.live()

    monkeypatch.setattr(time, "sleep", sleep_on)
    assert [sign.name for sign in driver().strangers()] == [ann.name]


def test_who_follows_another_plan_or_runs_other_code_is_a_stranger(places: Places) -> None:
    ann, bob = Claims(places, "plan", LEASE), Claims(places, "other plan", LEASE)
    ann.live()
    assert [sign.name for sign in bob.strangers()] == [ann.name]
    assert Claims(places, "plan", LEASE).strangers() == ()
    sign = places.driver(ann.name)
    sign.write_text(sign.read_text().replace(bob.others()[0].code, "older"))
    assert len(Claims(places, "plan", LEASE).strangers()) == 1


@pytest.mark.parametrize("damage", [b"", b"\xff\x00/../..", b"0123456789abcdef", b"half"])
def test_a_damaged_claim_is_free_after_a_lease(
    driver: Callable[[], Claims], clock: Clock, places: Places, damage: bytes
) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    (claim,) = places.folder.glob("claims/*/lemon.0")
    claim.write_bytes(damage)
    assert not bob.take("lemon")
    watch(bob, clock, LEASE / 2)
    assert not bob.take("lemon")
    for _ in range(20):
        clock.now += 5
        taken = bob.take("lemon")
    assert taken
    assert not ann.has("lemon")


@pytest.mark.parametrize("damage", [b"", b"\xff{", None])
def test_a_damaged_sign_of_life_still_lives(
    driver: Callable[[], Claims], clock: Clock, places: Places, damage: bytes | None
) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    sign = places.driver(ann.name)
    sign.unlink() if damage is None else sign.write_bytes(damage)
    watch(bob, clock, 3 * LEASE, alive=(ann,))
    assert not bob.take("lemon")


def test_a_full_disk_silences_nobody_who_gets_room_in_time(
    driver: Callable[[], Claims], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = driver(), driver()
    ann.take("lemon")
    with monkeypatch.context() as full:

        def grow(path: Path, data: bytes) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(disk, "grow", grow)
        watch(bob, clock, LEASE / 2, alive=(ann,))
    watch(bob, clock, 2 * LEASE, alive=(ann,))
    assert not bob.take("lemon")


def test_signs_come_by_themselves_while_a_driver_is_busy(places: Places) -> None:
    ann = Claims(places, "plan", 0.2)
    with ann.beating():
        before = places.driver(ann.name).stat().st_size
        wait_for(lambda: places.driver(ann.name).stat().st_size > before)
    ann.leave()
    ann.live()
    assert not places.driver(ann.name).exists()


def test_when_everything_is_made_the_last_one_sweeps(
    driver: Callable[[], Claims], clock: Clock, places: Places
) -> None:
    ann, bob, col = driver(), driver(), driver()
    for claims, thing in ((ann, "lemon"), (bob, "plum"), (col, "pear")):
        claims.take(thing)
    watch(bob, clock, 2 * LEASE, alive=(col,))
    bob.drop("plum")
    bob.sweep()
    assert len(list(places.folder.glob("claims/*/*"))) == 3
    col.leave()
    bob.sweep()
    bob.leave()
    assert not [path for path in places.folder.rglob("*") if path.is_file()]


def test_a_thousand_claims_list_no_folder(driver: Callable[[], Claims], monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = driver(), driver()

    def listed(*_: object) -> Iterator[Path]:
        raise AssertionError("a folder was listed")

    with monkeypatch.context() as strict:
        for name in ("glob", "rglob", "iterdir"):
            strict.setattr(Path, name, listed)
        strict.setattr(os, "scandir", listed)
        strict.setattr(os, "listdir", listed)
        assert all(ann.take(f"cake-{number}") for number in range(1000))
        assert not any(bob.take(f"cake-{number}") for number in range(1000))


# --- every order in which the steps of several drivers can happen ---


class Waits(Exception):
    """A driver of the model waits for its next step."""

    def __init__(self, step: tuple[str, ...]) -> None:
        self.step = step


@dataclass(frozen=True)
class World:
    """A shared disk and what each driver has seen of it so far: what a driver does next follows from that."""

    files: tuple[tuple[str, tuple[bytes | None, ...], int], ...] = ()
    """Name, all that it ever was, and who made it."""
    seen: tuple[tuple[Any, ...], ...] = ()
    dead: frozenset[int] = frozenset()


@dataclass
class Model:
    """Runs the real code on a disk of the model, a step at a time, in every order.

    Args:
        lives: what each driver does; it yields whether it takes a thing to be its own from there on.
        deaths: how many may die, at any moment.
        stale: whether what is read may be older than what is there.
    """

    lives: tuple[Callable[[Claims], Iterator[bool]], ...]
    deaths: int
    stale: bool
    places: Places
    patch: pytest.MonkeyPatch
    names: tuple[str, ...] = ("a" * 16, "b" * 16, "c" * 16)
    worlds: int = 0
    both: list[World] = field(default_factory=list)
    got: set[tuple[int, ...]] = field(default_factory=set)
    """All sets of drivers, by their numbers, that had the thing one after the other."""
    _replay: tuple[Any, ...] = ()
    _at: int = 0
    _known: dict[tuple[int, tuple[Any, ...]], tuple[bool, bool, tuple[str, ...]]] = field(default_factory=dict)

    def step(self, *what: str) -> Any:
        if self._at == len(self._replay):
            raise Waits(what)
        self._at += 1
        return self._replay[self._at - 1]

    def explore(self) -> None:
        todo, known = [World(seen=tuple(() for _ in self.lives))], set[World]()
        while todo:
            world = todo.pop()
            if world in known:
                continue
            known.add(world)
            runs = [self.run(number, seen) for number, seen in enumerate(world.seen)]
            owners = [n for n, (owns, _, _) in enumerate(runs) if owns and n not in world.dead]
            if len(owners) > 1:
                self.both.append(world)
            self.got.add(tuple(n for n, (_, had, _) in enumerate(runs) if had))
            for number, (_, _, step) in enumerate(runs):
                if number in world.dead:
                    continue
                if step:
                    todo += self.after(world, number, step)
                if len(world.dead) < self.deaths:
                    todo.append(World(world.files, world.seen, world.dead | {number}))
        self.worlds = len(known)

    def run(self, number: int, seen: tuple[Any, ...]) -> tuple[bool, bool, tuple[str, ...]]:
        """Whether a driver thinks that it has the thing, whether it ever did, and what its next step is."""
        if (number, seen) not in self._known:
            self._known[number, seen] = self._run_again(number, seen)
        return self._known[number, seen]

    def _run_again(self, number: int, seen: tuple[Any, ...]) -> tuple[bool, bool, tuple[str, ...]]:
        self._replay, self._at = seen, 0
        self.patch.setattr(secrets, "token_hex", lambda _: self.names[number])
        claims = Claims(self.places, "plan", LEASE, lambda: 0.0)
        owns = had = False
        try:
            for owns in self.lives[number](claims):
                had |= owns
        except Waits as waits:
            return owns, had, waits.step
        return owns, had, ()

    def after(self, world: World, number: int, step: tuple[str, ...]) -> Iterator[World]:
        """What the disk and a driver's knowledge can be like after its next step."""
        kind, *rest = step
        files = {name: (was, maker) for name, was, maker in world.files}
        answers: list[Any] = [None]
        was, maker = files.get(rest[0], ((None,), number))
        if kind == "read":
            # of what others made one may remember anything that it once was
            answers = list(was) if self.stale and maker != number else [was[-1]]
        elif kind == "make":
            answers = [rest[0] not in files]
            files[rest[0]] = (was, maker) if rest[0] in files else ((None, b""), number)
        elif kind in ("write", "grow"):
            files[rest[0]] = ((*was, (was[-1] or b"") + rest[1].encode()), maker)
        elif kind == "dead":
            # a death may be seen at once, or later
            answers = [False, True] if self.names.index(rest[0]) in world.dead else [False]
        elif kind == "still":
            thing, place = rest[0].split()
            answers = [False, True] if files[f"{thing}.{place}"][1] in world.dead else [False]
        after = tuple((name, *file) for name, file in sorted(files.items()))
        for answer in answers:
            seen = tuple((*was, answer) if n == number else was for n, was in enumerate(world.seen))
            yield World(after, seen, world.dead)


@pytest.fixture
def model(places: Places, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Model]:
    def make(*lives: Callable[[Claims], Iterator[bool]], deaths: int, stale: bool) -> Model:
        model = Model(lives, deaths, stale, places, monkeypatch)

        def make_new(path: Path, data: bytes) -> bool:
            if not model.step("make", path.name):
                return False
            model.step("write", path.name, data.decode())
            return True

        monkeypatch.setattr(disk, "make_new", make_new)
        monkeypatch.setattr(disk, "read_anew", lambda path: model.step("read", path.name))
        monkeypatch.setattr(disk, "grow", lambda path, data: model.step("grow", path.name, data.decode()))
        monkeypatch.setattr(Vigil, "dead", lambda _, name: model.step("dead", name))
        monkeypatch.setattr(Vigil, "still", lambda _, what, seen: model.step("still", what))
        monkeypatch.setattr(signs, "host", lambda: "")
        return model

    return make


def once(claims: Claims) -> Iterator[bool]:
    """Takes a thing, and keeps it."""
    yield claims.take("x")


def again(claims: Claims) -> Iterator[bool]:
    """Takes a thing when it can, lets it go, and wants it once more."""
    if claims.take("x"):
        yield True
        yield False
        claims.drop("x")
    yield claims.take("x")


def twice(claims: Claims) -> Iterator[bool]:
    """Asks for a thing two times."""
    yield claims.take("x") or claims.take("x")


@pytest.mark.parametrize(
    ("lives", "deaths", "stale"),
    [
        pytest.param((again, again), 1, False, id="two that let go"),
        pytest.param((once, once, once), 2, False, id="three and two deaths"),
        pytest.param((once, twice, once), 1, False, id="three that ask again"),
        pytest.param((twice, once), 1, True, id="two that see what was"),
        pytest.param((again, once), 1, True, id="one that lets go and one that sees what was"),
    ],
)
def test_in_no_order_of_steps_and_deaths_two_of_the_living_have_the_same_thing(
    model: Callable[..., Model], lives: tuple[Callable[[Claims], Iterator[bool]], ...], deaths: int, stale: bool
) -> None:
    found = model(*lives, deaths=deaths, stale=stale)
    found.explore()
    assert found.both == []
    # nobody is kept from it for ever, and what one had goes to another
    assert {(number,) for number in range(len(lives))} <= found.got
    assert any(len(some) > 1 for some in found.got)


# --- real processes ---

HOLD = """
import sys, time
from pathlib import Path
from dreamgen.bulk.claims import Claims
from dreamgen.bulk.places import Places
claims = Claims(Places(Path(sys.argv[1])), "plan", 60.0)
claims.live()
assert claims.take("lemon") and claims.take("plum")
print("has it", flush=True)
time.sleep(60)
"""


class _process:
    def __init__(self, places: Places) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(places.folder)], stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> subprocess.Popen[str]:
        assert self._process.stdout
        assert self._process.stdout.readline() == "has it\n"
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
