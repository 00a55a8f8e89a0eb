import os

import pytest

from dreamgen.bulk.ray_setting import WORKERS, local, restore, sent, surround
from dreamgen.engines.processes import available_cpus
from dreamgen.run.bulking import STAGES, Bulk, Pool


def test_a_ray_of_its_own_is_closed_to_others_and_the_environment_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    before = surround("")
    assert os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "0", "it listens to this machine alone"
    assert ("RAY_prestart_worker_first_driver", "0") in os.environ.items(), "nobody asks these processes"
    token = os.environ["RAY_AUTH_TOKEN"]
    restore(before)
    assert (os.environ["RAY_USAGE_STATS_ENABLED"], "RAY_AUTH_TOKEN" in os.environ) == ("1", False)
    assert "RAY_prestart_worker_first_driver" not in os.environ

    # Ray reads it once in a process: a second cluster with another one would refuse its own driver
    assert surround("")["RAY_AUTH_TOKEN"] is None and os.environ["RAY_AUTH_TOKEN"] == token
    restore(before)


def test_a_cluster_that_is_joined_keeps_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "theirs")
    before = surround("auto")
    assert (os.environ["RAY_AUTH_TOKEN"], os.environ["RAY_USAGE_STATS_ENABLED"]) == ("theirs", "0")
    restore(before)


def test_workers_are_given_only_what_they_do_not_inherit() -> None:
    before = surround("")
    assert {name: os.environ.get(name) for name in WORKERS} == WORKERS
    assert sent("") == {}, "they would load Ray twice"
    restore(before)
    assert sent("10.0.0.1:6379") == {"runtime_env": {"env_vars": WORKERS}}


def test_workers_that_were_asked_for_share_the_cpus() -> None:
    pools = (Pool(name="a", stages=STAGES[:3], cpus=0.5), Pool(name="b", stages=STAGES[3:], cpus=64, workers=3))
    found = local(Bulk(pools=pools), 5, "/tmp/here")
    assert (found["num_cpus"], found["_temp_dir"], found["include_dashboard"]) == (195, "/tmp/here", False)
    assert local(Bulk(), 0, "")["num_cpus"] == available_cpus()
