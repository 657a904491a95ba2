"""`accord demo`: a firm apart from everything real, made once."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from accord.cli.demo import SIGN_INS, forget
from tests.installation import Installation


def accounts(home: Path) -> int:
    with closing(sqlite3.connect(home / "accord.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM accounts_account").fetchone()[0])


def test_demo_is_made_once_beside_the_real_thing(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    real = Installation(tmp_path)
    arguments = ("demo", "--no-serve", "--scale", "0.02")
    environment = {"ACCORD_DEMO_HOME": str(home), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}

    first = real.run(*arguments, **environment)
    assert first.returncode == 0, first.stderr
    ways = json.loads((home / SIGN_INS).read_text())
    assert len({way["role"] for way in ways}) == 5
    for way in ways:
        assert way["email"] in first.stdout
        assert way["password"] in first.stdout
    assert accounts(home) > 0
    assert not (tmp_path / "accord.sqlite3").exists()

    made = (home / SIGN_INS).stat().st_mtime_ns
    second = real.run(*arguments, **environment)
    assert second.returncode == 0, second.stderr
    assert ways[0]["email"] in second.stdout
    assert (home / SIGN_INS).stat().st_mtime_ns == made


def test_forgetting_a_demo_removes_nothing_else(tmp_path: Path) -> None:
    for name in ("accord.sqlite3", "accord.sqlite3-wal", SIGN_INS, "secret.key", "letter.txt"):
        (tmp_path / name).touch()
    for name in ("files", "static", "pictures"):
        (tmp_path / name).mkdir()
    forget(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["letter.txt", "pictures", "secret.key"]
