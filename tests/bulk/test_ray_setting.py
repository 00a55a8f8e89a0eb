"""What Ray is told before it starts."""

from __future__ import annotations

import os

from dreamgen.bulk.ray_setting import restore, surround


def test_all_clusters_of_a_process_have_one_token_and_the_environment_is_as_before_in_the_end() -> None:
    before = dict(os.environ)
    tokens = []
    for _ in range(2):
        kept = surround("")
        tokens.append(os.environ["RAY_AUTH_TOKEN"])
        restore(kept)
    # Ray reads it once in a process: a second cluster with another one would refuse its own driver
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) == 64
    assert dict(os.environ) == before


def test_a_cluster_of_others_has_its_own_token() -> None:
    kept = surround("auto")
    assert "RAY_AUTH_TOKEN" not in kept
    restore(kept)
