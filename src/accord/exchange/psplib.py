"""PSPLIB project files (``.sm``, one mode per job) as problems for the levelling engine.

The format is that of ProGen (R. Kolisch and A. Sprecher, PSPLIB: a project scheduling problem library, European Journal
of Operational Research 96, 1996): jobs with successors, a duration and the units they need of renewable resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from accord.engines.levelling.problem import Activity, Precedence, Problem
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import ImportFileError, ImportProblem, Problems

MAX_BYTES = 20 * 1024 * 1024
MAX_JOBS = 20_000
MAX_DURATION = 1_000_000
_EXPECTED = gettext_lazy("Choose a PSPLIB file of the single-mode kind (*.sm).")
_UNUSABLE = {
    "nonrenewable": gettext_lazy("has nonrenewable resources"),
    "doubly constrained": gettext_lazy("has doubly constrained resources"),
}
_RESOURCES = re.compile(r"-\s*(renewable|nonrenewable|doubly constrained)\s*:\s*(\d+)")
_JOBS = re.compile(r"jobs\s*\(incl\.[^()]{0,80}\)\s*:\s*(\d+)")

Line = tuple[int, list[str]]


def read_problem(source: Path | bytes, file: str = "") -> Problem:
    """The problem in a PSPLIB ``.sm`` file; job numbers become uids, resources are numbered from 0.

    Raises `ImportFileError` with every problem found, each with its line and what to do, and ``OSError`` when a path
    cannot be read.
    """
    if isinstance(source, Path):
        file = file or source.name
        if source.stat().st_size > MAX_BYTES:
            raise _refused(gettext_lazy("is larger than 20 MB"), file)
        source = source.read_bytes()
    if len(source) > MAX_BYTES:
        raise _refused(gettext_lazy("is larger than 20 MB"), file)
    if not source.strip():
        raise _refused(gettext_lazy("is empty"), file)
    if b"\0" in source:
        raise _refused(gettext_lazy("is not a text file"), file)
    return _Reader(source.decode("latin-1"), file).read()


def _refused(message: str, file: str) -> ImportFileError:
    return ImportFileError([ImportProblem(message, _EXPECTED, file=file)])


class _Reader:
    """Takes the tables of one file apart."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.problems = Problems(file)

    def read(self) -> Problem:
        jobs, resources = self._header()
        successors = dict(self._precedence(jobs))
        activities = list(self._requests(resources))
        capacities = self._capacities(resources)
        self.problems.raise_if_any()
        self._check(jobs, successors, activities)
        for activity, line in activities:
            for resource, units in activity.demands.items():
                if activity.duration and units > capacities[resource]:
                    self.problems.add(
                        gettext_lazy(
                            "job %(uid)s needs %(units)s of R %(resource)s, which has %(capacity)s",
                            uid=activity.uid,
                            units=units,
                            resource=resource + 1,
                            capacity=capacities[resource],
                        ),
                        gettext_lazy("Lower the request or raise the availability."),
                        line=line,
                        field=f"R {resource + 1}",
                        uid=activity.uid,
                    )
        self.problems.raise_if_any()
        links = [Precedence(job, after) for job, (_, targets) in successors.items() for after in targets]
        return Problem(tuple(activity for activity, _ in activities), tuple(links), capacities)

    def _header(self) -> tuple[int, int]:
        """Jobs and renewable resources that the file says it has."""
        jobs, resources = 0, -1
        for number, line in enumerate(self.lines, 1):
            if found := _JOBS.search(line):
                jobs = int(found[1])
                if not 1 <= jobs <= MAX_JOBS:
                    self.problems.add(
                        gettext_lazy("has too many jobs") if jobs else gettext_lazy("has no jobs"),
                        gettext_lazy("Between 1 and %(most)s can be levelled.", most=f"{MAX_JOBS:,}"),
                        line=number,
                        value=found[1],
                    )
            elif found := _RESOURCES.search(line):
                if found[1] == "renewable":
                    resources = int(found[2])
                elif int(found[2]):
                    self.problems.add(
                        _UNUSABLE[found[1]],
                        gettext_lazy("Only renewable resources can be levelled."),
                        line=number,
                        value=found[2],
                    )
        self.problems.raise_if_any()
        if not jobs or resources < 0:
            raise _refused(gettext_lazy("has no number of jobs or renewable resources"), self.file)
        return jobs, resources

    def _table(self, heading: str) -> Iterator[Line]:
        """The rows of numbers under a heading, up to the line of stars."""
        begin = next((k for k, line in enumerate(self.lines) if line.strip().upper().startswith(heading)), None)
        if begin is None:
            raise _refused(gettext_lazy("has no table %(heading)s", heading=heading), self.file)
        for number, line in enumerate(self.lines[begin + 1 :], begin + 2):
            cells = line.split()
            if cells and cells[0].startswith("*"):
                return
            if cells and not cells[0].startswith("-") and not cells[0][0].isalpha():
                yield number, cells

    def _numbers(self, number: int, cells: list[str], least: int) -> list[int] | None:
        for cell in cells:
            if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
                self.problems.add(
                    gettext_lazy("is not a whole number"), gettext_lazy("Use 0, 1, 2 …"), line=number, value=cell
                )
                return None
        if len(cells) < least:
            remedy = gettext_lazy("%(least)s numbers belong on this line; the file may be cut off.", least=least)
            self.problems.add(gettext_lazy("has too few numbers"), remedy, line=number, value=" ".join(cells))
            return None
        return [int(cell) for cell in cells]

    def _precedence(self, jobs: int) -> Iterator[tuple[int, tuple[int, list[int]]]]:
        seen: set[int] = set()
        for number, cells in self._table("PRECEDENCE RELATIONS"):
            row = self._numbers(number, cells, 3)
            if row is None:
                continue
            job, modes, count, *after = row
            if modes != 1:
                self.problems.add(
                    gettext_lazy("job %(job)s has %(modes)s modes", job=job, modes=modes),
                    gettext_lazy("Only files with one mode per job can be levelled."),
                    line=number,
                    uid=job,
                )
            if len(after) != count:
                self.problems.add(
                    gettext_lazy(
                        "job %(job)s says it has %(count)s successors and lists %(after)s",
                        job=job,
                        count=count,
                        after=len(after),
                    ),
                    gettext_lazy("Correct the number or the list."),
                    line=number,
                    uid=job,
                )
            if job in seen:
                self.problems.add(
                    gettext_lazy("job %(job)s appears twice", job=job),
                    gettext_lazy("Use one line per job."),
                    line=number,
                    uid=job,
                )
            for other in after:
                if not 1 <= other <= jobs or other == job:
                    remedy = gettext_lazy("Name another job between 1 and %(jobs)s.", jobs=jobs)
                    self.problems.add(
                        gettext_lazy("job %(job)s cannot be followed by job %(other)s", job=job, other=other),
                        remedy,
                        line=number,
                        uid=job,
                    )
            seen.add(job)
            yield job, (number, list(dict.fromkeys(after)))

    def _requests(self, resources: int) -> Iterator[tuple[Activity, int]]:
        for number, cells in self._table("REQUESTS/DURATIONS"):
            row = self._numbers(number, cells, 3 + resources)
            if row is None:
                continue
            job, _, duration, *units = row
            if duration > MAX_DURATION:
                self.problems.add(
                    gettext_lazy("job %(job)s takes too long", job=job),
                    gettext_lazy("At most %(most)s periods.", most=f"{MAX_DURATION:,}"),
                    line=number,
                    value=str(duration),
                )
            needs = {resource: need for resource, need in enumerate(units[:resources]) if need}
            yield Activity(job, duration, needs), number

    def _capacities(self, resources: int) -> tuple[int, ...]:
        for number, cells in self._table("RESOURCEAVAILABILITIES"):
            row = self._numbers(number, cells, resources)
            return tuple(row[:resources]) if row else (0,) * resources
        if resources:
            self.problems.add(gettext_lazy("has no resource availabilities"), _EXPECTED, field="RESOURCEAVAILABILITIES")
        return (0,) * resources

    def _check(
        self, jobs: int, successors: dict[int, tuple[int, list[int]]], activities: list[tuple[Activity, int]]
    ) -> None:
        seen: set[int] = set()
        for activity, line in activities:
            if activity.uid in seen or not 1 <= activity.uid <= jobs:
                remedy = gettext_lazy("Number the jobs from 1 to %(jobs)s, each once.", jobs=jobs)
                self.problems.add(
                    gettext_lazy("has a second or unknown job %(uid)s", uid=activity.uid),
                    remedy,
                    line=line,
                    uid=activity.uid,
                )
            seen.add(activity.uid)
        for missing in sorted(set(range(1, jobs + 1)) - seen)[:10]:
            self.problems.add(
                gettext_lazy("has no duration for job %(missing)s", missing=missing),
                gettext_lazy("Add its line under REQUESTS/DURATIONS."),
                uid=missing,
            )
        for missing in sorted(set(range(1, jobs + 1)) - set(successors))[:10]:
            self.problems.add(
                gettext_lazy("has no successors for job %(missing)s", missing=missing),
                gettext_lazy("Add its line under PRECEDENCE RELATIONS."),
                uid=missing,
            )
        self.problems.raise_if_any()
