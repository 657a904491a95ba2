"""What a new status report says before a person edits it: from its figures, the registers and what is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.models import Record
from accord.projects.models import ChangeRequest, Project, Task

SOON = timedelta(days=28)
MOST = 10


def first_texts(project: Project, contents: dict[str, Any]) -> dict[str, str]:
    """Summary, decisions wanted and next steps to begin with. None of them names an amount."""
    return {
        "summary": _summary(contents),
        "decisions_wanted": "\n".join(_decisions(project)),
        "next_steps": "\n".join(_next_steps(project)),
    }


def _summary(contents: dict[str, Any]) -> str:
    said = []
    if contents["progress"] is not None:
        said.append(gettext("%(share)s%% complete.") % {"share": round(float(contents["progress"]))})
    if contents["finish"] is not None:
        said.append(_finish(contents))
    return " ".join(said)


def _finish(contents: dict[str, Any]) -> str:
    finish = date.fromisoformat(contents["finish"])
    agreed = contents["baseline_finish"]
    days = (finish - date.fromisoformat(agreed)).days if agreed is not None else 0
    if days > 0:
        text = gettext("Forecast finish %(day)s, %(days)s d after the baseline.")
    elif days < 0:
        text = gettext("Forecast finish %(day)s, %(days)s d before the baseline.")
    else:
        text = gettext("Forecast finish %(day)s.")
    return text % {"day": day_text(finish), "days": abs(days)}


def _decisions(project: Project) -> list[str]:
    rows = ChangeRequest.objects.filter(project=project, status=ChangeRequest.Status.PROPOSED)
    return [_line(str(row), row.due_on) for row in rows.order_by("due_on", "number")[:MOST]]


def _next_steps(project: Project) -> list[str]:
    """What is due within four weeks or overdue, of every kind of a project's records that is due."""
    until = timezone.localdate() + SOON
    found: list[tuple[date, str]] = []
    for model in apps.get_models():
        fields = model.due_item if issubclass(model, Record) else None
        if fields is None or fields.about != "project" or model is ChangeRequest:
            continue
        due = Q(**{f"{fields.due}__lt": until + timedelta(days=1)}) & fields.unfinished
        rows: Any = model._default_manager.filter(due, project=project)
        if model is Task:  # milestones say what is to be reached; the work before them is the plan's
            rows = rows.filter(kind=Task.Kind.MILESTONE)
        for row in rows.order_by(fields.due, "pk")[:MOST]:
            day = getattr(row, fields.due)
            found.append((getattr(day, "date", lambda day=day: day)(), str(row)))
    return [_line(text, day) for day, text in sorted(found)[:MOST]]


def _line(text: str, day: date | None) -> str:
    if day is None:
        return f"- {text}"
    return gettext("- %(text)s, due %(day)s") % {"text": text, "day": day_text(day)}
