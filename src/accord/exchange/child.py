"""Reading untrusted files in a child process that cannot take the server with it.

The parent hands a reader's name and the bytes to a fresh interpreter, which first gives up what it will not need
(memory, processor time, files, its parent's environment with the secrets in it) and only then looks at the file.
What comes back is a pickle of our own frozen dataclasses: the parent's unpickler knows no other class, so even a
child taken over by its input can only answer with data.

Web imports go through here. The command line reads in its own process: the file is its user's own, and the readers
have structural limits of their own. Limits are those of POSIX; elsewhere only the wall-clock limit holds.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from accord.core.limited_child import DataUnpickler, Limits, child_environment, give_up
from accord.engines.texts import Text, gettext_lazy
from accord.exchange.errors import ImportFileError, ImportProblem

_OWN = ("accord.engines.", "accord.exchange.")
_DONE, _REFUSED, _FAILED = "done", "refused", "failed"
_NO_MEMORY = pickle.dumps((_FAILED, "MemoryError"))  # made while there is memory to make it


class ChildFailed(RuntimeError):
    """The reader itself failed: a fault of ours, not of the file."""


def run_limited(
    reader: str, source: Path | bytes, options: Mapping[str, Any] | None = None, limits: Limits | None = None
) -> Any:
    """``reader`` (``module:function``) applied to the bytes of ``source`` in a limited child.

    The function takes the bytes and ``options`` (plain JSON values) by keyword, and returns dataclasses and enums of
    accord's engines and exchange, built-in values, dates and decimals.

    Raises the reader's own :class:`ImportFileError`, one saying that the file asks for too much when a limit is
    reached, ``OSError`` for an unreadable path, and :class:`ChildFailed` when the reader is at fault.

    >>> run_limited("accord.exchange.mspdi:read_plan", b"", {"file": "plan.xml"})       # doctest: +SKIP
    Traceback (most recent call last):
    accord.exchange.errors.PlanFileError: plan.xml: is empty. In MS Project choose File, Save As, XML Format (*.xml).
    """
    limits = limits or Limits()
    options = dict(options or {})
    order = json.dumps({"reader": reader, "options": options, "limits": asdict(limits)})
    command = [sys.executable, "-c", "from accord.exchange.child import work; work()", order]
    arguments: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": child_environment()}
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                done = subprocess.run(command, stdin=stream, timeout=limits.wall_seconds, check=False, **arguments)
        else:
            done = subprocess.run(command, input=source, timeout=limits.wall_seconds, check=False, **arguments)
    except subprocess.TimeoutExpired:
        raise _asks_too_much(
            gettext_lazy("takes longer than %(seconds)s seconds to read", seconds=f"{limits.wall_seconds:g}"),
            options,
        ) from None
    return _answer(done, options, limits)


def _answer(done: subprocess.CompletedProcess[bytes], options: Mapping[str, Any], limits: Limits) -> Any:
    if done.returncode in (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)):
        raise _asks_too_much(
            gettext_lazy("takes more than %(seconds)s seconds of CPU time", seconds=limits.cpu_seconds),
            options,
        )
    try:
        outcome, result = _Unpickler(io.BytesIO(done.stdout)).load()
    except (pickle.UnpicklingError, EOFError, ValueError) as error:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or [""])[-1]
        if last != "MemoryError":
            raise ChildFailed(f"the reader left no answer ({error}); exit {done.returncode} {last}") from None
        outcome, result = _FAILED, last
    if outcome == _DONE:
        return result
    if outcome == _REFUSED and isinstance(result, ImportFileError):
        raise result
    if result == "MemoryError":
        raise _asks_too_much(
            gettext_lazy("needs more than %(memory)s MB of memory", memory=limits.memory // 1024**2), options
        )
    raise ChildFailed(str(result))


def _asks_too_much(message: str, options: Mapping[str, Any]) -> ImportFileError:
    file = str(options.get("file", ""))
    return ImportFileError([ImportProblem(message, gettext_lazy("Split it into smaller files."), file=file)])


class _Unpickler(DataUnpickler):
    """Knows our dataclasses, enums, refusals and marked texts, too."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, lambda module, _: module.startswith(_OWN), also=(ImportFileError, Text))


# The child's side


def work() -> None:
    """Carry out the order in ``sys.argv[1]`` on standard input and answer on standard output."""
    order = json.loads(sys.argv[1])
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # a stray print must not garble the answer
    module, function = order["reader"].split(":")
    reader: Callable[..., Any] = getattr(import_module(module), function)
    give_up(Limits(**order["limits"]))
    try:
        outcome: tuple[str, Any] = (_DONE, reader(sys.stdin.buffer.read(), **order["options"]))
        pickled = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    except ImportFileError as error:
        pickled = pickle.dumps((_REFUSED, error))
    except MemoryError:
        pickled = _NO_MEMORY
    except Exception as error:
        pickled = pickle.dumps((_FAILED, f"{type(error).__name__}: {error}"))
    answer.write(pickled)
    answer.close()
