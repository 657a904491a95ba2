"""Why a plan can't be scheduled, in the names that its users gave to the tasks.

The engine knows tasks by their uid, a number that no page shows: it is neither the row number nor the WBS code.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext

from accord.engines.planning.plan_outline import ScheduleError
from accord.projects.models import Plan
from accord.projects.queries import tasks_of

_TASK = re.compile(r"\b(summary )?task (\d+)\b")


def message_of(error: ScheduleError, plan: Plan) -> str:
    """The message of ``error`` as a sentence, each task by its name."""
    rows = tasks_of(plan).filter(uid__in=error.uids).values_list("uid", "name")
    names = {str(uid): name for uid, name in rows}

    def named(found: re.Match[str]) -> str:
        name = names.get(found[2])
        if name is None:
            return found[0]
        return gettext("summary task “%(name)s”") % {"name": name} if found[1] else f"“{name}”"

    text = _TASK.sub(named, str(error)).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
