import subprocess
import sys
import threading
import time
from pathlib import Path

from dreamgen.engines.waiting import turn

OTHER = """
import sys
from pathlib import Path
from dreamgen.engines.waiting import turn
print("asks", flush=True)
with turn(Path(sys.argv[1])):
    print("has it", flush=True)
    sys.stdin.read()
"""


def other(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "asks\n"
    return process


def test_a_second_process_waits_until_the_first_has_left(tmp_path: Path) -> None:
    with turn(tmp_path / "new"):
        process = other(tmp_path / "new")
        time.sleep(0.2)
        assert process.poll() is None

    said, _ = process.communicate("")
    assert said == "has it\n"


def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    process = other(tmp_path)
    assert process.stdout is not None and process.stdout.readline() == "has it\n"
    process.kill()
    process.communicate()

    with turn(tmp_path):
        pass


def test_a_thread_waits_for_another_one_of_its_process(tmp_path: Path) -> None:
    inside, left, found = threading.Event(), threading.Event(), []

    def other_thread() -> None:
        inside.wait(20)
        with turn(tmp_path):
            found.append(left.is_set())

    thread = threading.Thread(target=other_thread)
    thread.start()
    with turn(tmp_path):
        inside.set()
        time.sleep(0.1)
        left.set()
    thread.join(20)
    assert found == [True]
