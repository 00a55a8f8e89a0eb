"""The page in a browser, where there is one: what its scripts make of texts that would be scripts."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.decided import PAIRS, SCRIPT
from tests.review.server.conftest import TOKEN, Client

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
def test_the_browser_shows_pairs_and_takes_texts_for_texts(stranger: Client, reviewer: Client, tmp_path: Path) -> None:
    assert BROWSER is not None
    odd = (PAIRS[4], *PAIRS[:4])
    from tests.decided import write_run

    write_run(stranger.folder, odd)
    reviewer.decide("odd-1", verdict="reject", reason="irrelevant", note=SCRIPT)
    address = f"http://127.0.0.1:{stranger.port}/?token={TOKEN}"
    command = [
        BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}",
        "--virtual-time-budget=8000", "--dump-dom", address,
    ]  # fmt: skip
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    rows = re.findall(r'data-testid="([\w-]+)"', found)
    assert [row for row in rows if row.endswith("-1")] == [pair.id for pair in odd]
    assert "1 of 5 decided: 0 accepted, 0 fixed, 1 rejected" in found
    assert found.count(html.escape(SCRIPT, quote=False)) >= 3
    assert SCRIPT not in found and "<img" not in found and found.count("<script") == 1
    assert TOKEN not in found
