"""A real Accord for tests: its own folder and database, its own processes, driven from outside."""

from __future__ import annotations

import contextlib
import fcntl
import json
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
    template: Template | None = field(default=None, repr=False)
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
        self.take_static_files()
        port = free_port()
        process = self.start(command, "--port", str(port), *arguments, **environment)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: process.poll() is not None or answers(f"{address}/up"), 180, "the server")
            assert process.poll() is None, (self.home / f"{command}.log").read_text()
            yield address
        finally:
            stop(process)

    def take_static_files(self) -> None:
        """Those of the template, so that a first start need not name and compress them again."""
        if self.template:
            self.template.give_static_files(self.home)

    def remove(self) -> None:
        for process in self.processes:
            stop(process)
        if self.url:
            wait_until(lambda: _drop(self.url.rsplit("/", 1)[1]), what="PostgreSQL to let go of the database")


@dataclass
class Template:
    """A migrated Accord without content: copying it takes less than migrating anew.

    The processes that test side by side share the one in ``folder``: the first makes it, the last one removes it.
    """

    folder: Path
    original: Installation = field(init=False)
    kept: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        home = self.folder / "home"
        with alone(self.folder / "template.lock"):
            url, users = json.loads(self._note.read_text()) if self._note.exists() else ("", 0)
            if not users:
                shutil.rmtree(home, ignore_errors=True)  # of a first one that failed
                home.mkdir()
                url = _new_database()
                done = Installation(home, url).run("migrate")
                assert done.returncode == 0, done.stderr
            self._note.write_text(json.dumps([url, users + 1]))
        self.original = Installation(home, url)

    @property
    def _note(self) -> Path:
        """The address of the database, and how many processes use it."""
        return self.folder / "users.json"

    def copy(self, home: Path) -> Installation:
        shutil.copytree(self.original.home, home)
        return Installation(home, _new_database(self.original.url), self)

    def give_static_files(self, home: Path) -> None:
        """What a web server gathers at its first start; it takes seconds, so here it is done once."""
        gathering = Installation(self.folder / "gathering")
        with alone(self.folder / "static.lock"):
            if not (gathering.home / "static" / ".gathered").exists():
                gathering.home.mkdir(exist_ok=True)
                gathering.python("from accord.cli.installation import gather_static_files as gather; gather()")
        if not (home / "static").exists():
            shutil.copytree(gathering.home / "static", home / "static")

    def fill_test_database(self) -> None:
        """Let Django's test database begin as a copy: its own migrating then finds nothing to do."""
        from django.db import connection

        if self.original.url:
            connection.settings_dict["TEST"]["TEMPLATE"] = self.original.url.rsplit("/", 1)[1]
            return
        creation: Any = connection.creation
        create = creation._create_test_db

        def create_filled(*args: Any, **kwargs: Any) -> str:
            name: str = create(*args, **kwargs)
            sqlite: Any = connection.Database  # type: ignore[attr-defined]
            source = sqlite.connect(f"file:{self.original.home / 'accord.sqlite3'}?mode=ro&immutable=1", uri=True)
            test = sqlite.connect(name, uri=True)
            source.backup(test)
            source.close()
            self.kept.append(test)  # a database in memory ends with its last connection
            return name

        creation._create_test_db = create_filled

    def remove(self) -> None:
        with alone(self.folder / "template.lock"):
            url, users = json.loads(self._note.read_text())
            self._note.write_text(json.dumps([url, users - 1]))
            if users == 1:
                self.original.remove()
                shutil.rmtree(self.original.home)


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """While this process is in here, no other one is."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def shared_by_processes(base: Path) -> Path:
    """The folder for what all processes of a test run share, from the ``base`` that pytest gives each of them."""
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


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
