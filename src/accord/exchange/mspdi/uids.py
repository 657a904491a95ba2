"""UIDs are only names: those that no plan could hold get numbers of their own, everywhere they are named.

Other programs write numbers beyond 31 bits, negative ones, or no numbers at all, and some give a real task the 0 that
stands for the project itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from accord.engines.calendars.working_time import CalendarSpec
from accord.engines.planning.plan import Assignment, Link, Resource, Task
from accord.exchange.mspdi.limits import MOST_UID

Numbers = dict[int, int]


def numbers_for(uids: Sequence[int], odd: Iterable[int] = ()) -> Numbers:
    """New numbers, above all others, for the UIDs that need one, in the order of the file."""
    strange = set(odd)
    wanted = [uid for uid in dict.fromkeys(uids) if uid in strange or not 0 <= uid <= MOST_UID]
    first = max((uid for uid in uids if 0 <= uid <= MOST_UID), default=0) + 1
    return {uid: first + place for place, uid in enumerate(wanted)}


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The new numbers of tasks, resources and calendars; empty where the file's own will do."""

    tasks: Numbers
    resources: Numbers
    calendars: Numbers

    def task(self, task: Task) -> Task:
        if not self.tasks and not self.calendars:
            return task
        return replace(
            task,
            uid=self.tasks.get(task.uid, task.uid),
            parent=task.parent if task.parent is None else self.tasks.get(task.parent, task.parent),
            calendar=self._calendar(task.calendar),
        )

    def link(self, link: Link) -> Link:
        if not self.tasks:
            return link
        predecessor, successor = (self.tasks.get(uid, uid) for uid in (link.predecessor, link.successor))
        return replace(link, predecessor=predecessor, successor=successor)

    def resource(self, resource: Resource) -> Resource:
        if not self.resources and not self.calendars:
            return resource
        uid = self.resources.get(resource.uid, resource.uid)
        return replace(resource, uid=uid, calendar=self._calendar(resource.calendar))

    def assignment(self, assignment: Assignment) -> Assignment:
        resource = assignment.resource
        return replace(
            assignment,
            task=self.tasks.get(assignment.task, assignment.task),
            resource=resource if resource is None else self.resources.get(resource, resource),
        )

    def calendar(self, calendar: CalendarSpec) -> CalendarSpec:
        if not self.calendars:
            return calendar
        uid = self.calendars.get(calendar.uid, calendar.uid)
        return replace(calendar, uid=uid, base=self._calendar(calendar.base))

    def _calendar(self, uid: int | None) -> int | None:
        return uid if uid is None else self.calendars.get(uid, uid)


def with_own_uids(assignments: Sequence[Assignment]) -> list[Assignment]:
    """Assignments each with a UID of its own: nothing else in the file refers to one."""
    taken: set[int] = set()
    again: list[int] = []
    for place, assignment in enumerate(assignments):
        if assignment.uid in taken or not 0 <= assignment.uid <= MOST_UID:
            again.append(place)
        taken.add(assignment.uid)
    found = list(assignments)
    following = max((uid for uid in taken if uid <= MOST_UID), default=0)
    for number, place in enumerate(again, max(following, 0) + 1):
        found[place] = replace(found[place], uid=number)
    return found
