"""The outline of a plan: summaries, the tasks below them, and the leaves that are real work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from accord.engines.planning.plan import Plan, Task
from accord.engines.texts import Text, TextError, gettext_lazy


class ScheduleError(TextError):
    """A plan that cannot be scheduled.

    Its text names tasks by their uid, as the values ``task`` and ``summary``: these are ``uids``, and the first of
    them, ``uid``, is the task to look at.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.uids: tuple[int, ...] = tuple(text.values[name] for name in ("task", "summary") if name in text.values)

    @property
    def uid(self) -> int | None:
        return self.uids[0] if self.uids else None


class PlanCycleError(ScheduleError):
    """Tasks of the plan wait for one another in a circle; ``uids`` names them in order."""

    def __init__(self, text: Text, uids: Sequence[int]) -> None:
        super().__init__(text)
        self.uids = tuple(uids)


_MOST = 1 << 40  # minutes: two million years, far enough from the edge of what the passes can add up


def minutes_of(value: float, wrong: str, uid: int) -> int:
    """Whole minutes, or `ScheduleError` with the template ``wrong`` for what is no number or beyond all reason."""
    if not -_MOST <= value <= _MOST:
        raise ScheduleError(Text(wrong, values={"task": uid, "minutes": value}))
    return round(value)


class Outline:
    """Tasks by uid, children by summary, and the active leaves in the order of the plan.

    Raises `ScheduleError` for a uid given twice, and for a summary that is missing or comes after its parts: parents
    first means that the outline is a forest, and that one backward sweep rolls it up.
    """

    def __init__(self, plan: Plan) -> None:
        self.tasks: dict[int, Task] = {}
        self.children: dict[int, list[Task]] = defaultdict(list)
        for task in plan.tasks:
            if task.parent is not None:
                if task.parent not in self.tasks:
                    text = gettext_lazy(
                        "task %(task)s lies under task %(summary)s, which does not come before it",
                        task=task.uid,
                        summary=task.parent,
                    )
                    raise ScheduleError(text)
                self.children[task.parent].append(task)
            self.tasks[task.uid] = task
        if len(self.tasks) < len(plan.tasks):
            uid = _repeated(task.uid for task in plan.tasks)
            raise ScheduleError(gettext_lazy("two tasks have the uid %(task)s", task=uid))
        active = [task for task in plan.tasks if task.uid not in self.children and task.active]
        # Level of effort follows the work it supports and drives nothing: it has no place in the network.
        self.leaves = tuple(task for task in active if not task.level_of_effort)
        self.efforts = tuple(task for task in active if task.level_of_effort)
        self.manual_summaries = {uid for uid in self.children if self.tasks[uid].manual and self.tasks[uid].start}
        self.place = {task.uid: place for place, task in enumerate(self.leaves)}

    def with_summaries(self, task: Task) -> Iterator[Task]:
        """The task, its summary, and so on to the top."""
        yield task
        while task.parent is not None:
            task = self.tasks[task.parent]
            yield task

    def leaves_below(self, uid: int) -> list[int]:
        """The places of the active leaves at or below a task."""
        leaves, open_ = [], [uid]
        while open_:
            at = open_.pop()
            if at in self.place:
                leaves.append(self.place[at])
            open_ += [child.uid for child in reversed(self.children.get(at, ()))]
        return leaves


def _repeated(uids: Iterable[int]) -> int:
    seen: set[int] = set()
    for uid in uids:
        if uid in seen:
            return uid
        seen.add(uid)
    raise AssertionError("no uid is repeated")
