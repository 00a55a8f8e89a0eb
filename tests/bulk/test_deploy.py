"""What is in deploy/: the Slurm script runs against stand-ins, and the manifest is what the command understands."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app

DEPLOY = Path(__file__).parents[2] / "deploy"
STAND_INS = {
    "scontrol": '[ "$1" = show ] && printf "one\\ntwo\\nthree\\n" || exit 0',
    "srun": 'while [ "${1#--}" != "$1" ]; do shift; done; exec "$@"',
    "ray": '[ "$1" = start ] && while :; do sleep 0.05; done || exit 0',
    "hostname": "echo 'fe80::1 10.1.2.3 192.168.0.1'",
    # it is not over before all nodes have been asked to join
    "dreamgen": 'until [ "$(grep -c "^ray start" "$ASKED")" = 2 ]; do sleep 0.05; done; '
    'for _ in $(seq "${LASTS:-0}"); do sleep 0.05; done; exit "${CODE:-0}"',
}
ENDS = {"ray": 'trap "exit 0" TERM', "dreamgen": 'trap "exit 143" TERM'}
"""What they do when they are asked to end, which they know before they write anything down."""
PATIENCE = 120.0
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Slurm's script is for Linux")


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Commands that write down what they are asked, and do next to nothing; the file where they do."""
    (tmp_path / "bin").mkdir()
    for name in STAND_INS:
        stand_in(tmp_path / "asked", name, ENDS.get(name, ""))
    return tmp_path / "asked"


def stand_in(asked: Path, name: str, ends: str) -> None:
    path = asked.parent / "bin" / name
    path.write_text(f'#!/bin/bash\n{ends}\necho "{name} $*" >> "$ASKED"\n{STAND_INS[name]}\n')
    path.chmod(0o755)


def start(asked: Path, *told: str, **environment: str) -> "subprocess.Popen[str]":
    own: Mapping[str, str] = {
        "PATH": f"{asked.parent / 'bin'}{os.pathsep}{os.environ['PATH']}", "ASKED": str(asked),
        "SLURM_JOB_ID": "41234567", "SLURM_JOB_NODELIST": "one,two,three", "SLURM_JOB_NUM_NODES": "3",
        "SLURM_CPUS_PER_TASK": "16", "SLURM_GPUS_ON_NODE": "8", **environment,
    }  # fmt: skip
    return subprocess.Popen(
        ["bash", str(DEPLOY / "slurm.sbatch"), *told], env={**os.environ, **own}, stderr=subprocess.PIPE, text=True
    )


def time_is_up(job: "subprocess.Popen[str]", asked: Path) -> str:
    """Slurm's signal, once the driver and all nodes are at work; what the script says to it."""
    until = time.monotonic() + PATIENCE
    while not at_work(asked) and time.monotonic() < until:
        time.sleep(0.05)
    job.send_signal(signal.SIGUSR1)
    return job.communicate(timeout=PATIENCE)[1]


def at_work(asked: Path) -> bool:
    lines = asked.read_text() if asked.exists() else ""
    return "\ndreamgen bulk" in lines and lines.count("\nray start") == 2


def test_a_slurm_job_is_a_head_workers_and_a_driver(asked: Path) -> None:
    job = start(asked, "my plots.jsonl", "--out", "/shared/many", CODE="5")
    assert (job.communicate(timeout=PATIENCE)[1], job.returncode) == ("", 5), "the driver's code is the job's"

    lines = asked.read_text().splitlines()
    port = 20000 + 41234567 % 20000
    (head,) = [line for line in lines if line.startswith("srun") and "--head" in line]
    (others,) = [line for line in lines if line.startswith("srun") and f"--address=10.1.2.3:{port}" in line]
    assert "--nodelist=one" in head and f"--node-ip-address=10.1.2.3 --port={port}" in head
    assert "--nodes=2 --ntasks=2 --exclude=one" in others
    assert all("--num-cpus=16 --num-gpus=8" in line for line in (head, others))
    assert f"dreamgen bulk my plots.jsonl --out /shared/many --executor ray --address 10.1.2.3:{port}" in lines


def test_a_job_whose_time_is_up_goes_back_into_the_queue(asked: Path) -> None:
    job = start(asked, "plots.jsonl", LASTS="600")
    said = time_is_up(job, asked)

    assert job.returncode == 0 and "goes back into the queue" in said
    assert asked.read_text().splitlines()[-1] == "scontrol requeue 41234567"


def test_what_does_not_end_when_asked_keeps_no_job_from_the_queue(asked: Path) -> None:
    stand_in(asked, "ray", 'trap "" TERM')
    job = start(asked, "plots.jsonl", LASTS="600", GRACE="1")
    said = time_is_up(job, asked)

    assert job.returncode == 0 and "did not end when asked" in said
    assert asked.read_text().splitlines()[-1] == "scontrol requeue 41234567"


def test_a_head_that_does_not_start_ends_the_job(asked: Path) -> None:
    (asked.parent / "bin" / "ray").write_text("#!/bin/bash\nexit 1\n")
    job = start(asked, "plots.jsonl")
    assert (job.communicate(timeout=PATIENCE)[1], job.returncode) == ("Ray did not start on one\n", 1)
    assert "dreamgen" not in asked.read_text()


def test_the_manifest_starts_a_command_that_there_is() -> None:
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load((DEPLOY / "kuberay.yaml").read_text("utf-8"))
    cluster = job["spec"]["rayClusterSpec"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    pods = [group["template"]["spec"] for group in groups]

    program, verb, *told = shlex.split(job["spec"]["entrypoint"])
    shown = CliRunner().invoke(app, [verb, "--help"], env={"COLUMNS": "200"}).stdout
    assert program == "dreamgen" and all(word in shown for word in told if word.startswith("--"))
    mounted = [mount["mountPath"] for mount in pods[0]["containers"][0]["volumeMounts"]]
    assert all(word.startswith(tuple(mounted)) for word in told if word.startswith("/"))
    assert all(pod["containers"][0]["volumeMounts"] == pods[0]["containers"][0]["volumeMounts"] for pod in pods)
    assert len({pod["containers"][0]["image"] for pod in pods}) == 1, "all nodes must be alike"
    for group in groups:
        assert all(isinstance(value, str) for value in group["rayStartParams"].values()), "the operator takes text only"
