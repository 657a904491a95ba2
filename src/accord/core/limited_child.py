"""A child process that reads what strangers send, and cannot take its parent with it.

It gives up what it will not need (memory, files, its parent's environment with the secrets in it) before it sees a
byte, and answers with a pickle of plain data: the parent's unpickler knows no class that could act, so even a child
taken over by its input can only answer with data.

:class:`LimitedChild` reads many small items one after the other, mails or calendars, each within its own time.
``accord.exchange.child`` reads one file with the same means. Limits are those of POSIX; elsewhere only the limit by the
clock holds.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

_INHERITED = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LANG", "LC_ALL", "SYSTEMROOT")
_PLAIN = {("datetime", name) for name in ("datetime", "date", "time", "timedelta", "timezone")} | {
    ("decimal", "Decimal")
}
_DONE, _FAILED = "done", "failed"
_NO_MEMORY = pickle.dumps((_FAILED, "MemoryError"))  # made while there is memory to make it
_LENGTH = struct.Struct(">Q")
_LARGEST_ANSWER = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use: bytes of memory, and for each item seconds of processor time and by the clock."""

    memory: int = 256 * 1024 * 1024
    cpu_seconds: int = 40
    wall_seconds: float = 60


class LimitReached(RuntimeError):
    """The item asks for more time or memory than it gets."""


class ReaderFailed(RuntimeError):
    """The reader raised what it says here, or left no answer."""


class LimitedChild:
    """``reader`` (``module:function``) in a child of its own; use it as a context manager.

    The function takes the bytes of an item and options (plain JSON values) by keyword, and returns built-in values,
    dates, decimals, and dataclasses of the modules in ``data_from``. The child starts with the first item; after one
    that ended it, the next starts another.
    """

    def __init__(self, reader: str, *, data_from: Collection[str], limits: Limits | None = None) -> None:
        self.reader, self.data_from, self.limits = reader, frozenset(data_from), limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LimitedChild:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, item: bytes, **options: Any) -> Any:
        """What the reader makes of ``item``; raises :class:`LimitReached` or :class:`ReaderFailed`."""
        process = self._process or self._start()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(self.limits.wall_seconds, end)
        clock.start()
        try:
            _send(process.stdin, json.dumps(options).encode())
            _send(process.stdin, item)
            outcome, result = DataUnpickler(io.BytesIO(_receive(process.stdout)), self._is_ours).load()
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            self.close()
            raise self._reason(process, late.is_set(), error) from None
        finally:
            clock.cancel()
        if late.is_set():  # the answer came at the very last moment: the next item needs another child
            self.close()
        if outcome == _DONE:
            return result
        if result == "MemoryError":
            self.close()
            raise LimitReached(f"needs more than {self.limits.memory // 1024**2} MB of memory")
        raise ReaderFailed(str(result)[:300])

    def close(self) -> None:
        """End the child; a further item starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not sent to a dead child is flushed in vain
                    stream.close()

    def _start(self) -> subprocess.Popen[bytes]:
        order = json.dumps({"reader": self.reader, "limits": asdict(self.limits)})
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from accord.core.limited_child import serve; serve()", order],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=child_environment(),
        )  # fmt: skip
        return self._process

    def _is_ours(self, module: str, _name: str) -> bool:
        return module in self.data_from

    def _reason(self, process: subprocess.Popen[bytes], late: bool, error: Exception) -> Exception:
        if late:
            return LimitReached(f"takes longer than {self.limits.wall_seconds:g} seconds to read")
        if process.returncode == -getattr(signal, "SIGXCPU", 0):
            return LimitReached(f"takes more than {self.limits.cpu_seconds} seconds of processor time")
        return ReaderFailed(f"the reader left no answer ({type(error).__name__}, exit {process.returncode})")


def child_environment() -> dict[str, str]:
    """What a child may know of its parent's environment, and where it finds the same code."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    source = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environment.get("PYTHONPATH"))))
    return environment


class DataUnpickler(pickle.Unpickler):
    """Knows dates, decimals, and the dataclasses and enums that ``is_ours`` names; nothing that could act."""

    def __init__(self, stream: io.BytesIO, is_ours: Callable[[str, str], bool], *, also: tuple[type, ...] = ()) -> None:
        super().__init__(stream)
        self._is_ours, self._also = is_ours, also

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if self._is_ours(module, name) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, (Enum, *self._also))):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not data")


def _send(stream: Any, data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: Any) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > _LARGEST_ANSWER:
        raise ValueError("the answer is too large")
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise EOFError
    return data


# The child's side


def serve() -> None:
    """Carry out the order in ``sys.argv[1]`` on each item that comes by standard input, until there are no more."""
    order = json.loads(sys.argv[1])
    limits = Limits(**order["limits"])
    answers, items = os.fdopen(os.dup(sys.stdout.fileno()), "wb"), sys.stdin.buffer
    sys.stdout = sys.stderr  # a stray print must not garble the answers
    module, function = order["reader"].split(":")
    reader: Callable[..., Any] = getattr(import_module(module), function)
    give_up(limits, cpu=False)
    while True:
        try:
            options = json.loads(_receive(items))
            item = _receive(items)
        except EOFError:
            return
        _allow_cpu(limits.cpu_seconds)
        _send(answers, _answer(reader, item, options))


def _answer(reader: Callable[..., Any], item: bytes, options: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((_DONE, reader(item, **options)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return _NO_MEMORY
    except Exception as error:
        return pickle.dumps((_FAILED, f"{type(error).__name__}: {error}"))


def give_up(limits: Limits, *, cpu: bool = True) -> None:
    """Lower this process's limits for good."""
    try:
        import resource
    except ImportError:  # no POSIX: the parent's clock is what is left
        return
    for name, value in (
        ("RLIMIT_DATA", limits.memory),
        ("RLIMIT_AS", limits.memory + 512 * 1024 * 1024),  # programs and libraries are mapped, too
        *((("RLIMIT_CPU", limits.cpu_seconds),) if cpu else ()),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (bound, bound))


def _allow_cpu(seconds: int) -> None:
    """Let the next item have ``seconds`` of processor time beyond what was used so far."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
