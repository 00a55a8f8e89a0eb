import pytest

from dreamgen.bulk.room import GIB, counts, fits, needs, no_room
from dreamgen.run.bulking import STAGES, Bulk, Pool

DRAW = Pool(name="draw", stages=STAGES[:5], gpus=1, memory_gib=16)
REST = Pool(name="rest", stages=STAGES[5:], cpus=2)
NODES = [{"CPU": 4.0, "GPU": 1.0, "memory": 32.0 * GIB}, {"CPU": 5.0, "memory": 8.0 * GIB}]


def test_pools_that_say_nothing_share_the_room_one_worker_at_a_time() -> None:
    assert counts(Bulk(pools=(DRAW, REST)), 0, NODES) == {"draw": 1, "rest": 3}


def test_room_in_two_pieces_is_no_room_for_one_worker() -> None:
    wide = REST.model_copy(update={"stages": STAGES, "cpus": 6})
    assert not fits(wide, NODES)
    assert fits(wide, [{"CPU": 6.0}])
    assert counts(Bulk(pools=(wide,)), 0, NODES) == {"rest": 1}, "one is asked for, and a cluster may grow"


def test_what_is_said_counts_whether_or_not_there_is_room() -> None:
    asked = Bulk(pools=(DRAW.model_copy(update={"workers": 7}), REST))
    assert counts(asked, 0, NODES) == {"draw": 7, "rest": 3}
    assert counts(Bulk(pools=(DRAW, REST)), 2, NODES) == {"draw": 2, "rest": 2}


def test_more_nodes_are_more_workers() -> None:
    bulk = Bulk(pools=(REST.model_copy(update={"stages": STAGES}),))
    assert counts(bulk, 0, NODES[:1]) == {"rest": 2}
    assert counts(bulk, 0, NODES) == {"rest": 4}


def test_a_pool_that_asks_for_nothing_gets_a_worker_a_cpu() -> None:
    idle = REST.model_copy(update={"stages": STAGES, "cpus": 0})
    assert needs(idle) == {}
    assert counts(Bulk(pools=(idle,)), 0, NODES) == {"rest": 9}


def test_parts_of_a_gpu_are_shared() -> None:
    half = DRAW.model_copy(update={"stages": STAGES, "gpus": 0.5, "cpus": 0.1, "memory_gib": 0})
    assert counts(Bulk(pools=(half,)), 0, NODES) == {"draw": 2}


@pytest.mark.parametrize("nodes", [[("one", NODES[0]), ("two", NODES[1])], []])
def test_the_error_lists_what_the_cluster_has(nodes: list[tuple[str, dict[str, float]]]) -> None:
    error = no_room(DRAW.model_copy(update={"gpus": 8}), nodes)
    assert "'draw', which wants 1 CPU, 8 GPUs, 16.0 GiB" in error.message
    for name, node in nodes:
        assert f"{name} has {node['CPU']:g} CPUs" in error.message
