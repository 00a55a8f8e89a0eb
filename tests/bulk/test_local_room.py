import pytest

from dreamgen.bulk import local_room
from dreamgen.bulk.local_room import crews, gpus_here
from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import STAGES, Bulk, Pool

EIGHT = tuple(str(number) for number in range(8))


def bulk(draw: float, check: float = 0.0, workers: int = 0) -> Bulk:
    return Bulk(
        pools=(
            Pool(name="draw", stages=STAGES[:6], gpus=draw, cpus=0.5, workers=workers),
            Pool(name="check", stages=STAGES[6:], gpus=check, cpus=0.5, workers=2),
        )
    )


@pytest.fixture(autouse=True)
def sixteen_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_room, "available_cpus", lambda: 16)


def test_without_gpus_there_is_a_worker_a_cpu_and_none_is_hidden() -> None:
    assert crews(Bulk(), 0) == {"all": ("",) * 16}
    assert crews(Bulk(), 3) == {"all": ("",) * 3}


def test_each_worker_sees_gpus_of_its_own() -> None:
    assert crews(bulk(1.0), 0, EIGHT) == {"draw": EIGHT, "check": ("", "")}
    assert crews(bulk(2.0), 0, EIGHT)["draw"] == ("0,1", "2,3", "4,5", "6,7")


def test_parts_of_a_gpu_are_packed_so_that_whole_ones_stay_whole() -> None:
    assert crews(bulk(1.0, check=0.5), 0, EIGHT) == {"draw": EIGHT[:7], "check": ("7", "7")}


def test_more_gpus_than_there_are_can_not_be_had() -> None:
    with pytest.raises(DreamgenError, match=r"has 16 CPUs, 2 GPUs; 4 workers of the pool 'draw', .* 1 GPU each"):
        crews(bulk(1.0, workers=4), 0, ("0", "1"))


def test_gpus_that_were_given_to_this_process_are_the_only_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2, GPU-7f")
    assert gpus_here() == ("2", "GPU-7f")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert gpus_here() == ()
