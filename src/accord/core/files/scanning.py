"""The virus scanner: a command that reads the file from its standard input (``ACCORD_VIRUS_SCAN``).

It ends with 0 for a clean file and with 1 for an infected one, as clamdscan and clamscan do. Any other end, and none in
time, refuses the file: what could not be checked is not taken in.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterable
from contextlib import suppress

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.limited_child import child_environment

log = structlog.get_logger("accord.files")
CLEAN, INFECTED = 0, 1
MEMORY = 4 * 1024**3  # clamscan keeps its signatures in memory


class Infected(ValidationError):
    """The scanner found something."""


class NotChecked(ValidationError):
    """The scanner gave no answer."""


def scan(chunks: Iterable[bytes], name: str) -> bool:
    """Have the content scanned. False where no scanner is set up; raises :class:`Infected` or :class:`NotChecked`."""
    command = shlex.split(settings.ACCORD_VIRUS_SCAN)
    if not command:
        return False
    ended = _run(command, chunks)
    if ended == INFECTED:
        log.warning("infected file refused", file=name)
        raise Infected(gettext("“%(name)s” was refused: the virus scanner found something in it.") % {"name": name})
    if ended != CLEAN:
        log.error("virus scanner failed", command=command[0], ended=ended)
        raise NotChecked(
            gettext("“%(name)s” couldn't be checked for viruses, so it wasn't saved. Try again later.") % {"name": name}
        )
    return True


def _run(command: list[str], chunks: Iterable[bytes]) -> int | None:
    """The command's exit code; ``None`` if it could not be started or took too long."""
    environment = {key: value for key, value in child_environment().items() if not key.startswith("PYTHON")}
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return None
    _limit(process.pid)
    late = threading.Event()

    def end() -> None:
        late.set()
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)

    clock = threading.Timer(settings.ACCORD_VIRUS_SCAN_SECONDS, end)
    clock.start()
    try:
        assert process.stdin is not None
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
        except BrokenPipeError:  # it has seen enough, and its exit code says what
            pass
        finally:
            with suppress(OSError):
                process.stdin.close()
        process.wait()
    finally:
        clock.cancel()
        if process.poll() is None:
            end()
            process.wait()
    return None if late.is_set() else process.returncode


def _limit(pid: int) -> None:
    """Bound what the scanner may use; beyond Linux only the clock does."""
    try:
        import resource

        prlimit = resource.prlimit
    except (ImportError, AttributeError):  # pragma: no cover - not on this platform
        return
    seconds = int(settings.ACCORD_VIRUS_SCAN_SECONDS) + 1
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):  # it has ended already, or has stricter limits
            prlimit(pid, kind, (most, most))
