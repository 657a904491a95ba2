"""Where compiled code is kept: only in places that nobody else can write."""

from __future__ import annotations

from pathlib import Path

import numba
import pytest

from accord.engines.compiled import cache_directory


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a home, a cache directory and a temporary directory of its own."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def asked() -> Path | None:
    return cache_directory.__wrapped__()  # the answer is remembered, and this is another machine


def test_the_user_s_cache_directory_is_taken(machine: Path) -> None:
    directory = asked()
    assert directory is not None
    assert directory.parent == machine / "cache" / "accord-numba"
    assert str(directory) == numba.config.CACHE_DIR
    assert directory.stat().st_mode & 0o077 == 0


def test_numba_s_own_setting_is_honoured(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(machine / "elsewhere"))
    assert asked() == machine / "elsewhere"
    assert not (machine / "cache").exists()


def test_a_directory_that_others_can_write_is_passed_over(machine: Path) -> None:
    (machine / "cache" / "accord-numba").mkdir(parents=True)
    (machine / "cache" / "accord-numba").chmod(0o777)
    directory = asked()
    assert directory is not None
    assert directory.is_relative_to(machine / "home")


def test_a_link_is_passed_over(machine: Path) -> None:
    (machine / "theirs").mkdir()
    (machine / "cache").mkdir()
    (machine / "cache" / "accord-numba").symlink_to(machine / "theirs")
    directory = asked()
    assert directory is not None
    assert not directory.resolve().is_relative_to(machine / "theirs")


def test_without_a_safe_place_nothing_is_kept(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = machine / "file"
    blocked.write_text("")
    monkeypatch.setenv("HOME", str(blocked))
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    assert asked() is None
    assert numba.config.CACHE_DIR == ""
