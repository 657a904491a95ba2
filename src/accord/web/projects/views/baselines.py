"""Baselines of a plan, two states of it side by side, and what changed since."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.event_kinds import RecordEvent, label_of
from accord.core.fetch import fetch
from accord.core.models import Event, Record
from accord.core.texts import gettext_lazy
from accord.engines.planning.scheduling import ScheduleError
from accord.projects.actions.select_baseline import remove_baseline, select_baseline
from accord.projects.models import Baseline, Project, Task
from accord.projects.plan_comparison import compare, state_of, state_of_baseline
from accord.projects.plan_history import changes_since
from accord.projects.plan_hours import PlanHours
from accord.projects.queries_baselines import baselines_of
from accord.projects.schedule_errors import message_of
from accord.web.projects.comparison import comparison_table
from accord.web.projects.forms_plan import NOW, BaselineNameForm, ComparisonForm, SinceForm
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import plan_views
from accord.web.projects.visits import last_visit, remember_visit
from accord.web.shell.views.forms import EditPage, RemovePage

STEPS = 100  # edits shown


@require_safe
def baselines(request: HttpRequest, pk: int) -> HttpResponse:
    """All baselines of a project, and any two states of its plan compared."""
    page = project_page(request, pk, "project-plan")
    project = page.project
    kept = baselines_of(project)
    rows = [each.baseline for each in kept]
    form = ComparisonForm(rows, request.GET or None)
    context: dict[str, Any] = plan_views(pk, "project-baselines") | {"baselines": kept, "filter_form": form}
    if rows:
        number = request.GET.get("page")
        context["table"], context["sides"] = _compared(project, rows, form, number, sees_money=page.sees_money)
    return render(request, "projects/baselines.html", page.context | context)


def _compared(
    project: Project, rows: list[Baseline], form: ComparisonForm, page: Any, *, sees_money: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    values = form.cleaned_data if form.is_bound and form.is_valid() else {}
    known = {str(b.pk): b for b in rows}
    first = known.get(values.get("first", ""), rows[0])
    second = known.get(values.get("second", "") or NOW)
    days = values.get("later_than")
    tasks = list(Task.all_objects.filter(project=project))
    found = compare(
        tasks,
        state_of_baseline(first),
        state_of_baseline(second) if second else state_of(tasks),
        PlanHours(project).of_calendar(None),
        later_than=None if days is None else days * project.minutes_per_day,
    )
    sides = {"first": str(first), "second": str(second) if second else gettext("the current plan")}
    return comparison_table(project, found, page, sees_money=sees_money), sides


@require_POST
def choice(request: HttpRequest, pk: int) -> HttpResponse:
    """Measure progress against this baseline from now on."""
    baseline = fetch(Baseline, request.user, "project", pk=pk)
    require(request.user, Permission.CHANGE, baseline)
    select_baseline(baseline=baseline, by=request.user)
    messages.success(request, gettext("“%(baseline)s” is now the current baseline.") % {"baseline": baseline})
    return HttpResponseRedirect(reverse("project-baselines", args=[baseline.project_id]))


class BaselineEdit(EditPage):
    model, form_class, related = Baseline, BaselineNameForm, ("project__account",)

    def title(self, record: Record) -> str:
        return gettext("Rename baseline")

    def after(self, record: Record) -> str:
        return reverse("project-baselines", args=[record.project_id])  # type: ignore[attr-defined]


class BaselineRemove(RemovePage):
    model = Baseline
    consequence = gettext_lazy("The dates, work and cost stored in the baseline are deleted. The plan is not affected.")

    def after(self, record: Record) -> str:
        return reverse("project-baselines", args=[record.project_id])  # type: ignore[attr-defined]

    def remove(self, record: Record) -> None:
        assert isinstance(record, Baseline)
        remove_baseline(baseline=record, by=self.request.user)


@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done to the plan since a moment, and what came of it."""
    page = project_page(request, pk, "project-plan")
    project = page.project
    rows = list(Baseline.objects.filter(project=project))
    visit = last_visit(request, pk)
    form = SinceForm(rows, visit, request.GET or None)
    valid = form.is_valid() if form.is_bound else True
    since, baseline, words = _since(form.cleaned_data if form.is_bound and valid else {}, rows, visit)
    context: dict[str, Any] = plan_views(pk, "project-plan-changes") | {"filter_form": form, "words": words}
    context["asked_since"] = since
    try:
        found = changes_since(project, since, baseline)
    except ScheduleError as error:
        context["problem"] = message_of(error, project.plan)
        found = None
    if found is not None:
        context |= {
            "since": found.since,
            "why": found.why,
            "steps": [{"event": event, "done": done(event)} for event in found.events[:STEPS]],
            "steps_count": len(found.events),
            "table": comparison_table(project, found.comparison, request.GET.get("page"), sees_money=page.sees_money),
        }
    response = render(request, "projects/changes.html", page.context | context, status=200 if valid else 422)
    return remember_visit(request, response, pk)


# How the label of an edit, written for "Undo: change …", begins once it is history.
PAST = {
    "change": "changed", "add": "added", "delete": "deleted", "move": "moved", "link": "linked", "remove": "removed",
    "assign": "assigned", "split": "split", "join": "joined", "reschedule": "rescheduled", "level": "levelled",
    "adopt": "adopted",
}  # fmt: skip


def done(event: Event) -> str:
    """What was done to the plan, as its history tells it."""
    label = str(event.after.get("edit", ""))
    if label:
        verb, _, rest = label.partition(" ")
        return f"{PAST.get(verb, verb)} {rest}".strip()
    baseline = event.after.get("baseline")
    if baseline and event.kind != RecordEvent.DELETED:
        return f"{label_of(event.kind).lower()} “{baseline}”"
    return f"{label_of(event.kind).lower()} {event.subject_name}"


def _since(
    values: dict[str, Any], rows: list[Baseline], visit: datetime | None
) -> tuple[datetime, Baseline | None, str]:
    """The moment, the baseline taken then if one was chosen, and the choice in words."""
    if on := values.get("on"):
        return timezone.make_aware(datetime.combine(on, time())), None, gettext("the day you chose")
    chosen = values.get("since") or ("visit" if visit else "week")
    for baseline in rows:
        if chosen == f"baseline-{baseline.pk}":
            return baseline.taken_at, baseline, gettext("baseline “%(baseline)s”") % {"baseline": baseline}
    if chosen == "visit" and visit is not None:
        return visit, None, gettext("your last visit")
    days = {"yesterday": 1, "month": 28}.get(chosen, 7)
    words = {1: "yesterday", 28: gettext("four weeks ago"), 7: gettext("a week ago")}[days]
    midnight = datetime.combine(timezone.localdate() - timedelta(days=days), time())
    return timezone.make_aware(midnight), None, words
