"""Pages of single risks and issues, and what is done with entries of the register and the logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, can
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.realise_risk import close_risk, realise_risk, reopen_risk
from accord.projects.actions.resolve_issue import reopen_issue
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Risk
from accord.projects.queries_risks import RatedRisk, frames, rate
from accord.support.models import Request
from accord.web.projects import forms_register as forms
from accord.web.projects.register import (
    ISSUE_TONES,
    LEVELS,
    RISK_TONES,
    SEVERITY_TONES,
    days_of,
    status_of,
)
from accord.web.projects.views.edits import ProjectFormPages
from accord.web.shell.addresses import PAGES, address
from accord.web.shell.parts import Action, Badge, Crumb, Fact
from accord.web.shell.record_page import Mark, Panel, RecordPage, comments, files, history, text_panel
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.views.forms import CreatePage, EditPage, go

RELATED = ("project__account", "project__manager", "owner", "raised_by")


@require_safe
def risk(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk: its sentence, figures, response, and what was said and done about it."""
    row = fetch(Risk, request.user, *RELATED, "issue", pk=pk)
    sees_money = can(request.user, Permission.VIEW_MONEY, row.project)
    rated = rate(row, frames([row.project])[row.project_id])
    badges = [Badge(status_of(row), RISK_TONES[Risk.Status(row.status)])]
    if row.status == Risk.Status.OPEN and rated.level:
        label, tone = LEVELS[rated.level]
        badges.append(Badge(label, tone if row.kind == Risk.Kind.THREAT else "accent"))
    response = (
        gettext("Response: %(response)s") % {"response": row.get_response_display().lower()}
        if row.response
        else gettext("Response")
    )
    return show_entry(
        request,
        row,
        "project-risks",
        gettext("Risks"),
        badges=badges,
        facts=_risk_facts(row, rated, sees_money=sees_money),
        panels=[
            text_panel(row.get_kind_display(), row.sentence, missing=gettext("No cause, event or effect recorded.")),
            text_panel(response, row.plan, missing=gettext("No response planned.")),
            text_panel(gettext("Trigger"), row.trigger, missing=gettext("No trigger set.")),
        ],
        side=[
            *linked_panel(gettext("Became issue"), getattr(row, "issue", None)),
            tasks_panel(row, gettext("No affected tasks, so the simulation adds no delay.")),
        ],
        actions=_risk_actions(row),
        sees_money=sees_money,
    )


def _risk_facts(row: Risk, rated: RatedRisk, *, sees_money: bool) -> list[Fact]:
    currency = row.project.currency
    late = row.status == Risk.Status.OPEN and row.due_on is not None and row.due_on < timezone.localdate()

    def three(*values: Any, written: Callable[[Any], str]) -> str | None:
        return " / ".join(written(v) for v in values) if any(values) else None

    cost = Fact(
        gettext("Cost (optimistic / most likely / pessimistic)"),
        three(row.cost_low, row.cost_likely, row.cost_high, written=lambda v: money(v, currency)),
        missing=gettext("Not estimated"),
    )
    facts = [
        Fact(gettext("Owner"), row.owner, missing=gettext("Unassigned")),
        Fact(gettext("Probability"), f"{row.probability}%"),
        Fact(
            gettext("Delay (optimistic / most likely / pessimistic)"),
            three(row.days_low, row.days_likely, row.days_high, written=days_of),
            missing=gettext("Not estimated"),
        ),
        *([cost] if sees_money else []),
        Fact(gettext("Client impact"), row.get_client_impact_display()),
        Fact(gettext("Expected"), _value(rated.expected, currency, sees_money=sees_money)),
        Fact(
            gettext("Residual expected value"),
            _value(rated.residual, currency, sees_money=sees_money) if rated.residual else None,
            missing=gettext("Not estimated"),
        ),
        Fact(
            gettext("Review"),
            (gettext("%(date)s, overdue") % {"date": day(row.due_on)} if late else day(row.due_on))
            if row.due_on
            else None,
            missing=gettext("No date"),
            tone="bad" if late else "",
        ),
        Fact(gettext("Raised by"), row.raised_by, missing=gettext("Not known")),
    ]
    if row.occurred_on:
        facts.insert(1, Fact(gettext("Occurred on"), day(row.occurred_on)))
    return facts


def _value(value: Any, currency: str, *, sees_money: bool) -> str:
    return " · ".join([days_of(value.days), *([money(value.cost, currency)] if sees_money else [])])


def _risk_actions(row: Risk) -> list[Action]:
    if row.status == Risk.Status.OPEN:
        return [
            Action(gettext("Close"), reverse("risk-closure", args=[row.pk]), icon="circle-check", method="post"),
            Action(gettext("Mark as occurred"), reverse("risk-strike", args=[row.pk]), icon="bolt", method="post"),
        ]
    noun = "risk-closure" if row.status == Risk.Status.CLOSED else "risk-strike"
    if getattr(row, "issue", None) is not None:
        return []
    return [
        Action(gettext("Reopen"), reverse(noun, args=[row.pk]), icon="arrow-back-up", method="delete"),
    ]


@require_safe
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue: what it is, how it was solved, and what was said and done about it."""
    row = fetch(Issue, request.user, *RELATED, "risk", pk=pk)
    solved = row.status == Issue.Status.RESOLVED
    late = not solved and row.due_on is not None and row.due_on < timezone.localdate()
    panels = [text_panel(gettext("Description"), row.description, missing=gettext("No description."))]
    if solved or row.resolution:
        panels.append(text_panel(gettext("Resolution"), row.resolution, missing=gettext("No resolution recorded.")))
    url = reverse("issue-solution", args=[row.pk])
    reopen = Action(gettext("Reopen"), url, icon="arrow-back-up", method="delete")
    resolve = Action(gettext("Resolve"), url, icon="circle-check", drawer=True, primary=True)
    return show_entry(
        request,
        row,
        "project-log",
        gettext("RAID log"),
        badges=[
            Badge(row.get_status_display(), ISSUE_TONES[Issue.Status(row.status)]),
            Badge(row.get_severity_display(), SEVERITY_TONES[row.severity]),
        ],
        facts=[
            Fact(gettext("Owner"), row.owner, missing=gettext("Unassigned")),
            Fact(
                gettext("Due"),
                (gettext("%(date)s, overdue") % {"date": day(row.due_on)} if late else day(row.due_on))
                if row.due_on
                else None,
                missing=gettext("No date"),
                tone="bad" if late else "",
            ),
            Fact(gettext("Resolved on"), day(row.done_at) if row.done_at else None, missing=gettext("Not yet")),
            Fact(gettext("Raised by"), row.raised_by, missing=gettext("Not known")),
        ],
        panels=panels,
        side=[
            *linked_panel(gettext("From risk"), row.risk),
            *requests_panel(Request.objects.visible_to(request.user).filter(works__issue=row)),
            tasks_panel(row, gettext("No affected tasks.")),
        ],
        actions=[reopen if solved else resolve],
        sees_money=can(request.user, Permission.VIEW_MONEY, row.project),
    )


def show_entry(
    request: HttpRequest,
    row: Risk | Issue | ChangeRequest,
    tab: str,
    tab_label: str,
    *,
    badges: list[Badge],
    facts: list[Fact],
    panels: list[Panel],
    side: list[Panel],
    actions: list[Action],
    sees_money: bool,
) -> HttpResponse:
    """The page of ``row``; ``actions`` are shown to who may change it."""
    project, noun = row.project, PAGES[row._meta.label_lower]
    may_change = can(request.user, Permission.CHANGE, row)
    edit = Action.edit(reverse(f"{noun}-edit", args=[row.pk]))
    return RecordPage(
        record=row,
        title=row.title,
        subtitle=f"{row.key} · {project} · {project.account}",
        above=[
            Crumb(gettext("Projects"), reverse("projects")),
            Crumb(project.name, reverse("project", args=[project.pk])),
            Crumb(tab_label, reverse(tab, args=[project.pk])),
        ],
        crumb=row.key,
        mark=Mark(project.name, text=row.key, on_phone=True),
        badges=badges,
        facts=facts,
        actions=[edit, *actions] if may_change else [],
        may_change=may_change,
        sees_money=sees_money,
        panels=[*panels, comments(), history(), files(side=True), *side],
    ).response(request)


def linked_panel(title: str, other: Risk | Issue | None) -> list[Panel]:
    """The risk that an issue was, or the issue that a risk became."""
    values = {"linked": other, "linked_url": address(other) if other else ""}
    return [Panel(title, "projects/parts/entry.html#linked", values, side=True)] if other else []


def requests_panel(asked: QuerySet[Request]) -> list[Panel]:
    """What clients ask for that this resolves."""
    found = list(asked.distinct())
    return (
        [Panel(gettext("Client requests"), "projects/parts/entry.html#asked", {"asked": found}, side=True)]
        if found
        else []
    )


def tasks_panel(row: Any, missing: str) -> Panel:
    values = {"tasks": list(row.tasks.all()[:30]), "tasks_missing": missing}
    return Panel(gettext("Affected tasks"), "projects/parts/entry.html#tasks", values, side=True)


@require_http_methods(["POST", "DELETE"])
def risk_occurred(request: HttpRequest, pk: int) -> HttpResponse:
    """POST records that the risk has struck and opens the issue that it became; DELETE takes that back."""
    row = fetch(Risk, request.user, "project__account", "owner", pk=pk)
    if request.method == "DELETE":
        return perform_action(
            request,
            row,
            lambda: reopen_risk(risk=row, by=request.user),
            gettext("%(row)s is open again.") % {"row": row.key},
        )

    def strike() -> Issue | None:
        return realise_risk(risk=row, by=request.user)

    return perform_action(
        request, row, strike, gettext("%(row)s is marked as occurred. An issue was created from it.") % {"row": row.key}
    )


@require_http_methods(["POST", "DELETE"])
def risk_closed(request: HttpRequest, pk: int) -> HttpResponse:
    """POST closes the risk; DELETE opens it again."""
    row = fetch(Risk, request.user, "project__account", pk=pk)
    if request.method == "DELETE":
        return perform_action(
            request,
            row,
            lambda: reopen_risk(risk=row, by=request.user),
            gettext("%(row)s is open again.") % {"row": row.key},
        )
    return perform_action(
        request, row, lambda: close_risk(risk=row, by=request.user), gettext("%(row)s is closed.") % {"row": row.key}
    )


def perform_action(
    request: HttpRequest, row: Risk | Issue | ChangeRequest, do: Callable[[], Any], done: str
) -> HttpResponse:
    """Do it and show the record, or the issue that it became; say why where it cannot be done."""
    try:
        became = do()
        messages.success(request, done)
    except (ValidationError, Conflict) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
        became = row
    return go(request, address(became or row))


class IssueSolution(EditPage):
    """GET asks how the issue was solved, POST solves it, DELETE opens it again."""

    model, form_class, related = Issue, forms.SolutionForm, ("project__account",)
    submit_label, saved_message = gettext_lazy("Resolve"), gettext_lazy("Issue resolved.")

    def title(self, record: Record) -> str:
        return gettext("Resolve %(record)s") % {"record": record}

    def after(self, record: Record) -> str:
        return address(record)

    def delete(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = fetch(Issue, request.user, "project__account", pk=kwargs["pk"])
        return perform_action(
            request,
            row,
            lambda: reopen_issue(issue=row, by=request.user),
            gettext("%(row)s is open again.") % {"row": row.key},
        )


class EntryPages(ProjectFormPages):
    """An entry of the register or a log. A new one is seen in its list, an edited one at its place."""

    tab = "project-log"
    new_label = gettext_lazy("Add")
    consequence = gettext_lazy("This deletes it for everyone. Its number won't be reused. The audit log keeps a copy.")

    def after(self, record: Any) -> str:
        return self.above(record) if isinstance(self, CreatePage) else address(record)


class RiskPages(EntryPages):
    route, model, form_class, tab = "risk", Risk, forms.RiskForm, "project-risks"
    consequence = gettext_lazy(
        "This deletes it for everyone. Its number won't be reused. If the risk can no longer occur, close it "
        "instead to keep a record."
    )


class IssuePages(EntryPages):
    route, model, form_class = "issue", Issue, forms.IssueForm


class DecisionPages(EntryPages):
    route, model, form_class, shows_files = "decision", Decision, forms.DecisionForm, True


class LessonPages(EntryPages):
    route, model, form_class, shows_files = "lesson", Lesson, forms.LessonForm, True
