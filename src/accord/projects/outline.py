"""The order of a plan: parents before children, siblings by their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accord.projects.models import Task

GAP = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """A task with its place in the tree; ``wbs`` is its own code, or else its number below its parent's (2.1.3)."""

    task: Task
    level: int
    wbs: str
    has_children: bool


def outline(tasks: Iterable[Task]) -> list[Row]:
    """All ``tasks`` in outline order. A task whose parent is not among them stands at the top."""
    tasks = list(tasks)  # `id`, not `pk`: a property asked 40,000 times for a large plan
    present = {task.id for task in tasks}
    children: dict[int | None, list[Task]] = defaultdict(list)
    for task in tasks:
        children[task.parent_id if task.parent_id in present else None].append(task)
    for siblings in children.values():
        siblings.sort(key=lambda t: (t.order, t.id))
    rows: list[Row] = []
    stack: list[Iterator[tuple[int, Task]]] = [iter(enumerate(children[None], 1))]
    codes: list[str] = []
    while stack:
        following = next(stack[-1], None)
        if following is None:
            stack.pop()
            if codes:
                codes.pop()
            continue
        number, task = following
        wbs = task.wbs_code or (f"{codes[-1]}.{number}" if codes else str(number))
        below = children.get(task.id)
        rows.append(Row(task=task, level=len(stack), wbs=wbs, has_children=bool(below)))
        if below:
            stack.append(iter(enumerate(below, 1)))
            codes.append(wbs)
    return rows


def descendants(task_id: int, tasks: Iterable[Task]) -> set[int]:
    """The primary keys of everything below ``task_id``."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for task in tasks:
        children[task.parent_id].append(task.pk)
    found: set[int] = set()
    waiting = list(children[task_id])
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(children[current])
    return found
