from __future__ import annotations

import logging
import warnings

import pytest

pytest.importorskip("diffusers")

from dreamgen.engines.diffusion.silence import quiet


def test_silence_lasts_no_longer_than_loading() -> None:
    from diffusers.utils import logging as library

    level, bars = library.get_verbosity(), library.is_progress_bar_enabled()
    with quiet():
        assert library.get_verbosity() == logging.CRITICAL
        assert not library.is_progress_bar_enabled()
        warnings.warn("a library's advice", stacklevel=1)
    assert library.get_verbosity() == level
    assert library.is_progress_bar_enabled() == bars
    with pytest.warns(UserWarning, match="ours"):
        warnings.warn("ours", stacklevel=1)


def test_silences_of_two_threads_may_overlap_and_leave_all_as_it_was() -> None:
    filters = list(warnings.filters)
    first, second = quiet(), quiet()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # what began first need not be over last
    with warnings.catch_warnings(record=True) as heard:
        warnings.warn("not to be heard", stacklevel=1)
    assert heard == []
    second.__exit__(None, None, None)
    assert warnings.filters == filters


def test_silence_holds_where_another_thread_has_filters_of_its_own_and_leaves_nothing_in_them() -> None:
    before = list(warnings.filters)
    others, ours = warnings.catch_warnings(), quiet()
    with quiet():
        others.__enter__()
        warnings.simplefilter("error")
        ours.__enter__()
        warnings.warn("not to be heard", stacklevel=1)
    others.__exit__(None, None, None)
    ours.__exit__(None, None, None)
    assert warnings.filters == before
