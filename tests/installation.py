"""A real Accord for tests: its own folder and database, its own processes, driven from outside."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

REPOSITORY = Path(__file__).parents[1]
ACCORD = [sys.executable, "-m", "accord.cli.main"]


def wait_until(true: Callable[[], Any], seconds: float = 60.0, what: str = "") -> Any:
    """Wait for ``true()`` to be so and return it; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s in vain{f' for {what}' if what else ''}")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass
class Installation:
    """One Accord. ``url`` is its PostgreSQL database, empty for SQLite in ``home``."""

    home: Path
    url: str = ""
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ACCORD_", "DATABASE_URL", "DJANGO_"))}
        own = {
            "ACCORD_HOME": str(self.home),
            "ACCORD_ENV": "development",
            "ACCORD_LOG": "json",
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "accord.config.settings",
            "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}",
        }
        return kept | own | more

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """``accord ARGUMENTS`` to its end."""
        return subprocess.run(
            [*ACCORD, *arguments],
            input=stdin,
            env=self.environment(**environment),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=900,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """``accord ARGUMENTS`` in the background; what it says goes to ``home/ARGUMENT.log``."""
        with (self.home / f"{arguments[0]}.log").open("a") as log:
            process = subprocess.Popen(
                [*ACCORD, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment(**environment),
                cwd=self.home,
                text=True,
            )
        self.processes.append(process)
        return process

    def python(self, code: str, **environment: str) -> str:
        """What ``code`` prints, run inside this installation."""
        begin = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", begin + code],
            env=self.environment(**environment),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of ``sql``, read from outside."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()  # type: ignore[arg-type]
        import sqlite3

        with contextlib.closing(sqlite3.connect(self.home / "accord.sqlite3", timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    @contextlib.contextmanager
    def serving(self, *arguments: str, command: str = "web", **environment: str) -> Iterator[str]:
        """Serve and give the address: ``with installation.serving() as address``."""
        port = free_port()
        process = self.start(command, "--port", str(port), *arguments, **environment)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: process.poll() is not None or answers(f"{address}/up"), 180, "the server")
            assert process.poll() is None, (self.home / f"{command}.log").read_text()
            yield address
        finally:
            stop(process)

    def remove(self) -> None:
        for process in self.processes:
            stop(process)
        if self.url:
            wait_until(lambda: _drop(self.url.rsplit("/", 1)[1]), what="PostgreSQL to let go of the database")


@dataclass
class Template:
    """A migrated Accord without content: copying it takes less than migrating anew."""

    folder: Path
    original: Installation = field(init=False)

    def __post_init__(self) -> None:
        home = self.folder / "home"
        home.mkdir()
        self.original = Installation(home, _new_database())
        done = self.original.run("migrate")
        assert done.returncode == 0, done.stderr

    def copy(self, home: Path) -> Installation:
        shutil.copytree(self.original.home, home)
        return Installation(home, _new_database(self.original.url))

    def remove(self) -> None:
        self.original.remove()


def answers(url: str) -> bool:
    """Whether something answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(process: subprocess.Popen[str], seconds: float = 45.0) -> int:
    """End a process politely, or else at once; returns its exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def _new_database(template_url: str = "") -> str:
    """The address of a new PostgreSQL database beside the one that ``DATABASE_URL`` names; empty for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres:", "postgresql:")):
        return ""
    server, _, _ = url.rpartition("/")
    name = f"test_accord_{uuid4().hex[:12]}"
    like = f' TEMPLATE "{template_url.rsplit("/", 1)[1]}"' if template_url else ""
    _administer(f'CREATE DATABASE "{name}"{like}')
    return f"{server}/{name}"


def _drop(name: str) -> bool:
    """Drop a database; false while PostgreSQL's own vacuum is at work in it, whom only a superuser may interrupt."""
    import psycopg

    try:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
        return False
    return True


def _administer(sql: str) -> None:
    import psycopg

    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]
