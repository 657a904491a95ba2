"""Who fits a staffing request: the skills it asks for, and the time.

For each candidate:

- **skill** = mean over the skills asked for of min(1, level held / level asked), 0 where the skill is not held; 1 when
  none is asked for. A skill below its level is *missing* and named.
- **time** = the part of the time asked for that is free: over the periods, sum of min(free, wanted) / sum of wanted,
  where wanted = share asked for x usual capacity (absences are not subtracted: who is away does not help), and free is
  what is left of the capacity after absences, assignments and confirmed bookings. ``time_if_tentative`` is the same
  after tentative bookings too, shown beside it and not counted. ``None`` where there is no working time in the whole
  period.
- **fit** = skill x time: both are needed, so neither can stand in for the other.

Ranked by fit; of equals first who has more time if tentative bookings come true, then who is less overqualified (the
mean number of levels above those asked for: who teaches a skill is kept for work that needs it), then by the order
given.

>>> from accord.engines.planning.capacity import Part
>>> react = Need(skill=1, level=3)
>>> week = Cell(usual=2400, capacity=2400, parts={9: Part(work=1800)})
>>> found = rank([Candidate(5, {1: 2}, (week,))], [react], share=50)[0]
>>> round(found.skill, 3), found.time, round(found.fit, 3), found.missing
(0.667, 0.5, 0.333, (Need(skill=1, level=3),))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from accord.engines.planning.capacity import Cell


@dataclass(frozen=True, slots=True)
class Need:
    """A skill and the least level of it, 1 to 5."""

    skill: int
    level: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with their levels by skill and their cells of :func:`accord.engines.planning.capacity.load`."""

    key: int
    levels: Mapping[int, int]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """How well a candidate fits; shares from 0 to 1."""

    key: int
    skill: float
    time: float | None
    time_if_tentative: float | None
    missing: tuple[Need, ...]
    surplus: float
    free: tuple[float | None, ...]  # by period: the free part of what is wanted, at most 1

    @property
    def fit(self) -> float:
        return self.skill * (self.time or 0.0)


def rank(candidates: Iterable[Candidate], needs: Sequence[Need], *, share: int) -> list[Ranked]:
    """Every candidate, the best first. ``share`` is percent of a candidate's own working time.

    Raises:
        ValueError: ``share`` is not from 1 to 100, or a level asked for is below 1.
    """
    if not 1 <= share <= 100 or any(need.level < 1 for need in needs):
        raise ValueError("the allocation must be 1 to 100% and the level at least 1")
    found = [_judge(candidate, needs, share) for candidate in candidates]
    # Rounded, so that the noise of floating point does not decide between equals; sorting keeps the order given.
    return sorted(
        found, key=lambda row: (-round(row.fit, 6), -round(row.time_if_tentative or 0.0, 6), round(row.surplus, 6))
    )


def _judge(candidate: Candidate, needs: Sequence[Need], share: int) -> Ranked:
    held = [candidate.levels.get(need.skill, 0) for need in needs]
    pairs = list(zip(held, needs, strict=True))
    wanted = [cell.usual * share / 100 for cell in candidate.cells]
    return Ranked(
        key=candidate.key,
        skill=fmean(min(1.0, level / need.level) for level, need in pairs) if pairs else 1.0,
        time=_part([cell.free for cell in candidate.cells], wanted),
        time_if_tentative=_part([cell.free_with_tentative for cell in candidate.cells], wanted),
        missing=tuple(need for level, need in pairs if level < need.level),
        surplus=fmean(max(0, level - need.level) for level, need in pairs) if pairs else 0.0,
        free=tuple(
            min(1.0, cell.free / asked) if asked else None for cell, asked in zip(candidate.cells, wanted, strict=True)
        ),
    )


def _part(free: list[int], wanted: list[float]) -> float | None:
    total = sum(wanted)
    if not total:
        return None
    return sum(min(have, asked) for have, asked in zip(free, wanted, strict=True)) / total
