"""Links between tasks: what cannot be, and the cycle named task by task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from accord.engines.planning.plan import Link, Task
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import Problems

_FIELD = "PredecessorLink"
_SHOWN = 12


def check_links(tasks: Sequence[Task], links: Sequence[Link], problems: Problems) -> None:
    """Note links to nothing, to oneself, between a summary task and its own part, and the first cycle."""
    by_uid = {task.uid: task for task in tasks}
    sound: list[Link] = []
    for link in links:
        message, remedy = _fault(link, by_uid)
        if message:
            problems.add(
                message,
                remedy,
                uid=link.successor,
                field=_FIELD,
                value=gettext_lazy("predecessor UID %(uid)s", uid=link.predecessor),
            )
        else:
            sound.append(link)
    cycle = find_cycle(tasks, sound)
    if cycle:
        names = [_named(by_uid[uid]) for uid in cycle]
        if more := max(0, len(names) - _SHOWN):
            names[_SHOWN - 1 : -1] = [gettext_lazy("… %(count)s more …", count=more)]
        chain = names[0]
        for name in [*names[1:], names[0]]:
            chain = gettext_lazy("%(predecessor)s → %(successor)s", predecessor=chain, successor=name)
        problems.add(
            gettext_lazy("circular dependency: %(tasks)s", tasks=chain),
            gettext_lazy("Remove one of these links."),
            uid=cycle[0],
            field=_FIELD,
        )


def _named(task: Task) -> str:
    if not task.name:
        return gettext_lazy("unnamed (UID %(uid)s)", uid=task.uid)
    return gettext_lazy("%(task)s (UID %(uid)s)", task=task.name, uid=task.uid)


def _fault(link: Link, by_uid: Mapping[int, Task]) -> tuple[str, str]:
    if link.predecessor not in by_uid:
        return gettext_lazy("the predecessor is not in the file"), gettext_lazy("Remove the link, or add the task.")
    if link.predecessor == link.successor:
        return gettext_lazy("the task is linked to itself"), gettext_lazy("Remove the link.")
    first, then = link.predecessor, link.successor
    if _is_within(first, then, by_uid) or _is_within(then, first, by_uid):
        message = gettext_lazy("a summary task is linked to its own subtask")
        return message, gettext_lazy("Link the subtasks instead.")
    return "", ""


def _is_within(uid: int, ancestor: int, by_uid: Mapping[int, Task]) -> bool:
    parent = by_uid[uid].parent
    while parent is not None:
        if parent == ancestor:
            return True
        parent = by_uid[parent].parent
    return False


def find_cycle(tasks: Sequence[Task], links: Sequence[Link]) -> list[int]:
    """The tasks of one dependency cycle in order, or nothing.

    A link on a summary task binds all its parts, so every summary is a gate before its parts and one
    after them: ``before(S) → before(part)``, ``after(part) → after(S)``, and a link runs from the
    predecessor's *after* to the successor's *before*. Nodes are numbered twice the position of the task,
    plus one for *after*.
    """
    position = {task.uid: index for index, task in enumerate(tasks)}
    following: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * (2 * len(tasks))

    def bind(first: int, then: int) -> None:
        following[first].append(then)
        waiting[then] += 1

    for index, task in enumerate(tasks):
        bind(2 * index, 2 * index + 1)
        if task.parent is not None:
            above = position[task.parent]
            bind(2 * above, 2 * index)
            bind(2 * index + 1, 2 * above + 1)
    for link in links:
        bind(2 * position[link.predecessor] + 1, 2 * position[link.successor])

    ready = [node for node, count in enumerate(waiting) if count == 0]
    while ready:
        for then in following[ready.pop()]:
            waiting[then] -= 1
            if waiting[then] == 0:
                ready.append(then)
    if not any(waiting):
        return []
    return _walk_cycle(tasks, following, waiting)


def _walk_cycle(tasks: Sequence[Task], following: Mapping[int, list[int]], waiting: Sequence[int]) -> list[int]:
    """Walk backwards among the nodes that never became ready: each has a predecessor there, so a node recurs."""
    before: dict[int, int] = {}
    for node, thens in following.items():
        if waiting[node]:
            for then in thens:
                before[then] = node
    node = next(index for index, count in enumerate(waiting) if count)
    seen: dict[int, int] = {}
    path: list[int] = []
    while node not in seen:
        seen[node] = len(path)
        path.append(node)
        node = before[node]
    loop = path[seen[node] :][::-1]
    # Gates of the same task follow each other: name each task once, and summaries only where a link meets them.
    uids = list(dict.fromkeys(tasks[node // 2].uid for node in loop))
    first = uids.index(min(uids))
    return uids[first:] + uids[:first]
