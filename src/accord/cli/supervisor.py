"""One process that keeps others running: restarts those that fall, stops all when it is stopped itself."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import click

from accord.cli.texts import gettext

LOOK = 0.2  # seconds
STEADY = 60.0  # a child that ran this long has recovered from earlier falls
LONGEST_PAUSE = 30.0
MOST_FALLS = 8  # in succession; then the supervisor gives up and lets the system above it decide
GRACE = 30.0  # for a job in hand or a slow request, before a child is told to leave at once
LAST_GRACE = 5.0


def die_with_parent() -> None:
    """Ask Linux to end this child when the supervisor is killed, so that no orphan keeps the port or the jobs."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """One kept process. ``command`` makes its arguments afresh for every start."""

    name: str
    command: Callable[[], list[str]]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops its children in order.
        self.process = subprocess.Popen(self.command(), start_new_session=True, preexec_fn=die_with_parent)
        self.started = time.monotonic()

    def look(self) -> int | None:
        """Start the child if it is due; return its exit code when it has just fallen."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return None
        code = self.process.poll()
        if code is not None:
            now = time.monotonic()
            self.falls = 1 if now - self.started > STEADY else self.falls + 1
            self.start_at = now + min(2.0 ** (self.falls - 1), LONGEST_PAUSE)
            self._end_family(self.process.pid)
            self.process = None
        return code

    def send(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            if number == signal.SIGKILL:
                self._end_family(self.process.pid)

    @staticmethod
    def _end_family(pid: int) -> None:
        """End what a fallen child has left running: a web process without its parent would keep the port."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


@dataclass
class Supervisor:
    """``Supervisor([Child(…), …]).run()`` returns 0 when stopped by a signal, 1 when a child keeps falling.

    ``once`` is tried at every look until it returns true.
    """

    children: list[Child]
    once: Callable[[], bool] | None = None
    stopping: bool = field(default=False, init=False)

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        code = 0
        while not self.stopping:
            for child in self.children:
                fallen = child.look()
                if fallen is not None and not self.stopping:
                    pause = child.start_at - time.monotonic()
                    click.echo(
                        gettext("accord: %(name)s ended with %(code)s; restarting in %(seconds)s s")
                        % {"name": child.name, "code": fallen, "seconds": f"{pause:.0f}"},
                        err=True,
                    )
                if child.falls > MOST_FALLS:
                    click.echo(
                        gettext("accord: %(name)s fell %(falls)s times in a row; giving up")
                        % {"name": child.name, "falls": child.falls},
                        err=True,
                    )
                    self.stopping, code = True, 1
                    break
            if self.once is not None and self.once():
                self.once = None
            time.sleep(LOOK)
        self._end()
        return code

    def _stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _end(self) -> None:
        """Stop all: politely, then firmly, then at once."""
        for number, grace in ((signal.SIGTERM, GRACE), (signal.SIGTERM, LAST_GRACE), (signal.SIGKILL, LAST_GRACE)):
            for child in self.children:
                child.send(number)
            deadline = time.monotonic() + grace
            while time.monotonic() < deadline:
                if all(child.process is None or child.process.poll() is not None for child in self.children):
                    return
                time.sleep(LOOK / 4)
