"""Why a plan can't be scheduled, in the names that its users gave to the tasks.

The engine knows tasks by their uid, a number that no page shows: it is neither the row number nor the WBS code.
"""

from __future__ import annotations

from accord.core.texts import translated
from accord.engines.planning.plan_outline import PlanCycleError, ScheduleError
from accord.projects.models import Plan
from accord.projects.queries import tasks_of


def message_of(error: ScheduleError, plan: Plan) -> str:
    """The message of ``error`` as a sentence in the reader's language, each task by its name."""
    names = {uid: f"“{name}”" for uid, name in tasks_of(plan).filter(uid__in=error.uids).values_list("uid", "name")}
    values = error.text.values
    named = {key: names[values[key]] for key in ("task", "summary") if values.get(key) in names}
    if isinstance(error, PlanCycleError):
        named["tasks"] = " → ".join(names.get(uid, str(uid)) for uid in (*error.uids, error.uids[0]))
    text = translated(error.text.with_values(**named)).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
