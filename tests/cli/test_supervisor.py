"""The supervisor: pauses that grow, recovery, and an end in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from accord.cli import supervisor
from accord.cli.supervisor import LONGEST_PAUSE, STEADY, Child
from tests.installation import REPOSITORY, wait_until

FALL = [sys.executable, "-S", "-c", "raise SystemExit(7)"]


def fall(child: Child, lived: float) -> float:
    """Let ``child`` run for ``lived`` seconds and fall; returns the pause before its next start."""
    now = time.monotonic()
    child.process = mock.Mock(pid=2**22 + 1, **{"poll.return_value": 7})  # a number that no process has
    child.started = now - lived
    assert child.look() == 7
    return round(child.start_at - now)


def test_pauses_grow_up_to_a_limit_and_a_steady_child_is_forgiven() -> None:
    child = Child("web", lambda: FALL)
    assert [fall(child, 1) for _ in range(7)] == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    assert fall(child, STEADY + 1) == 1


def test_child_is_started_when_its_pause_is_over() -> None:
    child = Child("web", lambda: [sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    child.start_at = time.monotonic() + 3600
    assert child.look() is None
    assert child.process is None
    child.start_at = 0
    assert child.look() is None
    assert child.process is not None
    child.send(signal.SIGTERM)
    assert child.process.wait(30) == -signal.SIGTERM


def test_fallen_child_leaves_nothing_running(tmp_path: Path) -> None:
    """Its own children are ended with it: they would keep the port that the next one needs."""
    code = (
        "import pathlib, subprocess, sys;"
        "grandchild = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)']);"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(grandchild.pid)); raise SystemExit(7)"
    )
    child = Child("web", lambda: [sys.executable, "-c", code])
    child.start()
    assert wait_until(child.look) == 7
    grandchild = int((tmp_path / "pid").read_text())
    wait_until(lambda: not alive(grandchild))


SCRIPT = """
import sys
from accord.cli import supervisor
from accord.cli.supervisor import Child, Supervisor
supervisor.LOOK, supervisor.LONGEST_PAUSE, supervisor.GRACE, supervisor.LAST_GRACE = 0.02, 0.01, {grace}, {grace}
sys.exit(Supervisor([Child("child", lambda: [sys.executable, "-S", "-c", {child!r}])]).run())
"""
STUBBORN = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, lambda *_: pathlib.Path("asked").open("a").write("x"))
pathlib.Path("pid").write_text(str(os.getpid()))
while True: time.sleep(0.05)
"""


def start(folder: Path, child: str, grace: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(child=child, grace=grace)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "src")},
        stderr=subprocess.PIPE,
        text=True,
    )


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_child_that_keeps_falling_ends_it_all(tmp_path: Path) -> None:
    process = start(tmp_path, "raise SystemExit(7)", 1)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.count("child ended with 7") == supervisor.MOST_FALLS + 1
    assert "giving up" in said


def test_child_that_will_not_leave_is_asked_twice_and_then_ended(tmp_path: Path) -> None:
    process = start(tmp_path, STUBBORN, 1)
    wait_until((tmp_path / "pid").exists)
    wait_until(lambda: (tmp_path / "pid").read_text())
    process.terminate()
    assert process.wait(60) == 0
    assert (tmp_path / "asked").read_text() == "xx"
    assert not alive(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    process = start(tmp_path, STUBBORN.replace("while True", "while not pathlib.Path('asked').exists()"), 1)
    wait_until((tmp_path / "pid").exists)
    pid = int(wait_until(lambda: (tmp_path / "pid").read_text()))
    process.kill()
    process.wait()
    wait_until(lambda: not alive(pid))
