"""The house keeps its floors: imports and foreign keys point downwards only, and a room has its furniture."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

REPOSITORY = Path(__file__).parents[1]
CONFIGURATION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


def floors() -> list[set[str]]:
    """The floors from top to bottom, as the import contract names them."""
    (contract,) = (c for c in CONFIGURATION["tool"]["importlinter"]["contracts"] if c["id"] == "floors")
    return [{name.strip(" ()") for name in layer.split("|")} for layer in contract["layers"]]


def height(room: str) -> int:
    """0 is the top floor. A room that is on no floor fails here."""
    (found,) = (number for number, names in enumerate(floors()) if room in names)
    return found


def room(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_imports_keep_the_floors() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_foreign_keys_keep_the_floors() -> None:
    climbing = []
    for model in apps.get_models():
        if not model.__module__.startswith("accord."):
            continue
        for field in model._meta.get_fields():
            target: Any = field.related_model
            if field.auto_created or not isinstance(target, type) or not target.__module__.startswith("accord."):
                continue
            if height(room(target)) < height(room(model)):
                climbing.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert climbing == []


def test_every_model_s_room_is_below_the_doors() -> None:
    doors = height("web")
    rooms = {room(model) for model in apps.get_models() if model.__module__.startswith("accord.")}
    assert rooms
    assert all(height(name) > doors for name in rooms)


def test_no_file_grows_beyond_what_one_reads_in_one_go() -> None:
    long = [
        f"{path.relative_to(REPOSITORY)}: {lines}"
        for path in (REPOSITORY / "src").rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 450
    ]
    assert long == []
