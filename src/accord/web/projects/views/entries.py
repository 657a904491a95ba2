"""Pages of single risks and issues, and what is done with entries of the register and the logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, can
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
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
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.addresses import PAGES, address
from accord.web.shell.comments import talk_about
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.timeline import record_entries
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go

RELATED = ("project__account", "project__manager", "owner", "raised_by")


@require_safe
def risk(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk: its sentence, figures, response, and what was said and done about it."""
    row = fetch(Risk, request.user, *RELATED, "issue", pk=pk)
    sees_money = can(request.user, Permission.VIEW_MONEY, row.project)
    rated = rate(row, frames([row.project])[row.project_id])
    badges = [{"label": status_of(row), "tone": RISK_TONES[Risk.Status(row.status)]}]
    if row.status == Risk.Status.OPEN and rated.level:
        label, tone = LEVELS[rated.level]
        badges.append({"label": label, "tone": tone if row.kind == Risk.Kind.THREAT else "accent"})
    context = {
        "badges": badges,
        "facts": _risk_facts(row, rated, sees_money=sees_money),
        "texts": [
            {"title": row.get_kind_display(), "text": row.sentence, "missing": "No cause, event or effect recorded."},
            {
                "title": f"Response: {row.get_response_display().lower()}" if row.response else "Response",
                "text": row.plan,
                "missing": "No response planned.",
            },
            {"title": "Trigger", "text": row.trigger, "missing": "No trigger set."},
        ],
        "tasks_title": "Affected tasks",
        "tasks_missing": "No affected tasks, so the simulation adds no delay.",
        "linked": getattr(row, "issue", None),
        "linked_title": "Became issue",
    }
    return show_entry(request, row, "project-risks", "Risks", context, _risk_actions(row), sees_money=sees_money)


def _risk_facts(row: Risk, rated: RatedRisk, *, sees_money: bool) -> list[dict[str, Any]]:
    currency = row.project.currency
    late = row.status == Risk.Status.OPEN and row.due_on is not None and row.due_on < timezone.localdate()

    def three(*values: Any, written: Callable[[Any], str]) -> str | None:
        return " / ".join(written(v) for v in values) if any(values) else None

    facts: list[dict[str, Any]] = [
        {"label": "Owner", "value": row.owner, "missing": "Unassigned"},
        {"label": "Probability", "value": f"{row.probability}%"},
        {
            "label": "Delay (optimistic / most likely / pessimistic)",
            "value": three(row.days_low, row.days_likely, row.days_high, written=days_of),
            "missing": "Not estimated",
        },
        {
            "label": "Cost (optimistic / most likely / pessimistic)",
            "money": True,
            "value": three(row.cost_low, row.cost_likely, row.cost_high, written=lambda v: money(v, currency)),
            "missing": "Not estimated",
        },
        {"label": "Client impact", "value": row.get_client_impact_display()},
        {"label": "Expected", "value": _value(rated.expected, currency, sees_money=sees_money)},
        {
            "label": "Residual expected value",
            "value": _value(rated.residual, currency, sees_money=sees_money) if rated.residual else None,
            "missing": "Not estimated",
        },
        {
            "label": "Review",
            "value": f"{day(row.due_on)}{', overdue' if late else ''}" if row.due_on else None,
            "missing": "No date",
            "tone": "bad" if late else "",
        },
        {"label": "Raised by", "value": row.raised_by, "missing": "Not known"},
    ]
    if row.occurred_on:
        facts.insert(1, {"label": "Occurred on", "value": day(row.occurred_on)})
    return [f for f in facts if sees_money or not f.get("money")]


def _value(value: Any, currency: str, *, sees_money: bool) -> str:
    return " · ".join([days_of(value.days), *([money(value.cost, currency)] if sees_money else [])])


def _risk_actions(row: Risk) -> list[dict[str, Any]]:
    if row.status == Risk.Status.OPEN:
        return [
            {"label": "Close", "url": reverse("risk-closure", args=[row.pk]), "icon": "circle-check", "method": "post"},
            {
                "label": "Mark as occurred",
                "url": reverse("risk-strike", args=[row.pk]),
                "icon": "bolt",
                "method": "post",
            },
        ]
    noun = "risk-closure" if row.status == Risk.Status.CLOSED else "risk-strike"
    if getattr(row, "issue", None) is not None:
        return []
    return [
        {"label": "Reopen", "url": reverse(noun, args=[row.pk]), "icon": "arrow-back-up", "method": "delete"},
    ]


@require_safe
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue: what it is, how it was solved, and what was said and done about it."""
    row = fetch(Issue, request.user, *RELATED, "risk", pk=pk)
    solved = row.status == Issue.Status.RESOLVED
    late = not solved and row.due_on is not None and row.due_on < timezone.localdate()
    texts = [{"title": "Description", "text": row.description, "missing": "No description."}]
    if solved or row.resolution:
        texts.append({"title": "Resolution", "text": row.resolution, "missing": "No resolution recorded."})
    context = {
        "badges": [
            {"label": row.get_status_display(), "tone": ISSUE_TONES[Issue.Status(row.status)]},
            {"label": row.get_severity_display(), "tone": SEVERITY_TONES[row.severity]},
        ],
        "facts": [
            {"label": "Owner", "value": row.owner, "missing": "Unassigned"},
            {
                "label": "Due",
                "value": f"{day(row.due_on)}{', overdue' if late else ''}" if row.due_on else None,
                "missing": "No date",
                "tone": "bad" if late else "",
            },
            {"label": "Resolved on", "value": day(row.done_at) if row.done_at else None, "missing": "Not yet"},
            {"label": "Raised by", "value": row.raised_by, "missing": "Not known"},
        ],
        "texts": texts,
        "tasks_title": "Affected tasks",
        "tasks_missing": "No affected tasks.",
        "linked": row.risk,
        "linked_title": "From risk",
        "asked": Request.objects.visible_to(request.user).filter(works__issue=row).distinct(),
    }
    url = reverse("issue-solution", args=[row.pk])
    actions = [
        {"label": "Reopen", "url": url, "icon": "arrow-back-up", "method": "delete"}
        if solved
        else {"label": "Resolve", "url": url, "icon": "circle-check", "drawer": True, "primary": True}
    ]
    sees_money = can(request.user, Permission.VIEW_MONEY, row.project)
    return show_entry(request, row, "project-log", "RAID log", context, actions, sees_money=sees_money)


def show_entry(
    request: HttpRequest,
    row: Risk | Issue | ChangeRequest,
    tab: str,
    tab_label: str,
    context: dict[str, Any],
    actions: list[dict[str, Any]],
    *,
    sees_money: bool,
) -> HttpResponse:
    """The page of ``row``; ``actions`` are shown to who may change it."""
    project, noun = row.project, PAGES[row._meta.label_lower]
    may_change = can(request.user, Permission.CHANGE, row)
    edit = {
        "label": "Edit", "url": reverse(f"{noun}-edit", args=[row.pk]), "icon": "pencil", "drawer": True, "key": "e"
    }  # fmt: skip
    entries = record_entries(row, request.user, money=sees_money)
    frame = {
        "entry": row,
        "may_change": may_change,
        "record_title": row.title,
        "record_subtitle": f"{row.key} · {project} · {project.account}",
        "actions": [edit, *actions] if may_change else [],
        "crumbs": [
            {"label": "Projects", "url": reverse("projects")},
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": tab_label, "url": reverse(tab, args=[project.pk])},
            {"label": row.key, "url": ""},
        ],
        "tasks": list(row.tasks.all()[:30]),
        "talk": talk_about(row, request.user),
        "entries": entries,
        "linked_url": address(context["linked"]) if context["linked"] else "",
    }
    return render(request, "projects/entry.html", frame | context)


@require_http_methods(["POST", "DELETE"])
def risk_occurred(request: HttpRequest, pk: int) -> HttpResponse:
    """POST records that the risk has struck and opens the issue that it became; DELETE takes that back."""
    row = fetch(Risk, request.user, "project__account", "owner", pk=pk)
    if request.method == "DELETE":
        return perform_action(request, row, lambda: reopen_risk(risk=row, by=request.user), f"{row.key} is open again.")

    def strike() -> Issue | None:
        return realise_risk(risk=row, by=request.user)

    return perform_action(request, row, strike, f"{row.key} is marked as occurred. An issue was created from it.")


@require_http_methods(["POST", "DELETE"])
def risk_closed(request: HttpRequest, pk: int) -> HttpResponse:
    """POST closes the risk; DELETE opens it again."""
    row = fetch(Risk, request.user, "project__account", pk=pk)
    if request.method == "DELETE":
        return perform_action(request, row, lambda: reopen_risk(risk=row, by=request.user), f"{row.key} is open again.")
    return perform_action(request, row, lambda: close_risk(risk=row, by=request.user), f"{row.key} is closed.")


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
    submit_label, saved_message = "Resolve", "Issue resolved."

    def title(self, record: Record) -> str:
        return f"Resolve {record}"

    def after(self, record: Record) -> str:
        return address(record)

    def delete(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = fetch(Issue, request.user, "project__account", pk=kwargs["pk"])
        return perform_action(
            request, row, lambda: reopen_issue(issue=row, by=request.user), f"{row.key} is open again."
        )


class EntryNew(ProjectFormPage, CreatePage):
    """A new entry; afterwards one sees it in its list."""

    submit_label = "Add"
    tab = "project-log"


class RiskNew(EntryNew):
    model, form_class, tab = Risk, forms.RiskForm, "project-risks"


class IssueNew(EntryNew):
    model, form_class = Issue, forms.IssueForm


class DecisionNew(EntryNew):
    model, form_class = Decision, forms.DecisionForm


class LessonNew(EntryNew):
    model, form_class = Lesson, forms.LessonForm


class EntryEdit(EditPage):
    related = ("project__account",)

    def after(self, record: Record) -> str:
        return address(record)


class RiskEdit(EntryEdit):
    model, form_class, removal = Risk, forms.RiskForm, "risk-removal"


class IssueEdit(EntryEdit):
    model, form_class, removal = Issue, forms.IssueForm, "issue-removal"


class DecisionEdit(EntryEdit):
    model, form_class, removal = Decision, forms.DecisionForm, "decision-removal"
    shows_files = True


class LessonEdit(EntryEdit):
    model, form_class, removal = Lesson, forms.LessonForm, "lesson-removal"
    shows_files = True


class EntryRemove(RemovePage):
    consequence = "This deletes it for everyone. Its number won't be reused. The audit log keeps a copy."

    def after(self, record: Record) -> str:
        tab = "project-risks" if isinstance(record, Risk) else "project-log"
        return reverse(tab, args=[record.project_id])  # type: ignore[attr-defined]


class RiskRemove(EntryRemove):
    model = Risk
    consequence = (
        "This deletes it for everyone. Its number won't be reused. If the risk can no longer occur, close it "
        "instead to keep a record."
    )


class IssueRemove(EntryRemove):
    model = Issue


class DecisionRemove(EntryRemove):
    model = Decision


class LessonRemove(EntryRemove):
    model = Lesson
