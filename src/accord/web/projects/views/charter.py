"""The charter of a project: its page, its parts, and the matrix of who does what."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.set_raci import set_raci
from accord.projects.models import CharterItem, Deliverable, Objective, Responsibility, Stakeholder
from accord.projects.queries_charter import charter_of
from accord.web.projects import charter as shown
from accord.web.projects import forms_charter as forms
from accord.web.projects.page import project_page
from accord.web.projects.views.edits import ProjectFormPages


@require_safe
def charter(request: HttpRequest, pk: int) -> HttpResponse:
    """One page that reads like a charter."""
    page = project_page(request, pk, "project-charter")
    found = charter_of(page.project)
    today = timezone.localdate()
    kinds = CharterItem.Kind
    context = {
        "charter": found,
        "head": shown.charter_facts(page.project),
        "scope": [
            _lines(
                gettext("In scope"),
                kinds.IN_SCOPE,
                found.items,
                gettext("Nothing in scope yet. Add what the client gets."),
            ),
            _lines(
                gettext("Out of scope"),
                kinds.OUT_OF_SCOPE,
                found.items,
                gettext("No exclusions yet. Add what the client might expect but won't get."),
            ),
        ],
        "conditions": [
            _lines(
                gettext("Constraints"),
                kinds.CONSTRAINT,
                found.items,
                gettext("No constraints yet. Add fixed dates, budgets and rules."),
            ),
            _lines(
                gettext("Assumptions"),
                kinds.ASSUMPTION,
                found.items,
                gettext("No assumptions yet. Add what the plan relies on."),
            ),
        ],
        "deliverable_columns": shown.DELIVERABLE_COLUMNS,
        "deliverable_rows": shown.deliverable_rows(found.deliverables, today),
        "stakeholder_columns": shown.STAKEHOLDER_COLUMNS,
        "stakeholder_rows": shown.stakeholder_rows(found.stakeholders, may_change=page.may_change),
        "stakes": shown.stakes(found.stakeholders),
        "matrix": shown.matrix(found),
        "letters": Responsibility.Letter.choices,
        "today": today,
        "nothing_small": True,
    }
    return render(request, "projects/charter.html", page.context | context)


def _lines(title: str, kind: CharterItem.Kind, items: dict[str, list[CharterItem]], none: str) -> dict[str, Any]:
    return {"title": title, "kind": kind.value, "lines": items[kind], "none": none}


@require_POST
def responsibility(request: HttpRequest, deliverable: int, stakeholder: int) -> HttpResponse:
    """Set one cell of the matrix; answers with the cell, and with what is wrong where it cannot be."""
    row = fetch(Deliverable, request.user, "project__account", pk=deliverable)
    who = fetch(Stakeholder, request.user, "contact", "person", pk=stakeholder, project=row.project_id)
    require(request.user, Permission.CHANGE, row)
    letter, before = request.POST.get("letter", "")[:1], request.POST.get("before")
    status, error = 200, ""
    try:
        set_raci(deliverable=row, stakeholder=who, letter=letter, before=before, by=request.user)
    except ValidationError as refused:
        status, error = 422, refused.messages[0]
    except Conflict as conflict:
        status, error = (
            409,
            gettext("Someone else changed it to %(theirs)s.") % {"theirs": conflict.differences[0].theirs},
        )
    stored = Responsibility.objects.filter(deliverable=row, stakeholder=who).first()
    cell = shown.MatrixCell(row, who, stored.letter if stored else "", error)
    return render(request, "projects/charter/cell.html", {"cell": cell, "may_change": True}, status=status)


class CharterPages(ProjectFormPages):
    """A part of the charter, which is where one goes afterwards."""

    tab = "project-charter"


class ObjectivePages(CharterPages):
    route, model, form_class = "objective", Objective, forms.ObjectiveForm

    def title(self, record: Any) -> str:
        return gettext("Edit objective") if record.pk else super().title(record)


class CharterItemPages(CharterPages):
    """``?kind=`` says what a new line is about."""

    route, model, form_class = "charter-item", CharterItem, forms.CharterItemForm

    def blank(self) -> Record:
        kind = self.request.GET.get("kind", "")
        known = kind if kind in CharterItem.Kind.values else CharterItem.Kind.IN_SCOPE
        return CharterItem(project=self.project, kind=known)

    def title(self, record: Any) -> str:
        return gettext("Edit charter entry") if record.pk else gettext("New charter entry")


class StakeholderPages(CharterPages):
    route, model, form_class = "stakeholder", Stakeholder, forms.StakeholderForm
    related = ("project__account", "contact", "person")
    consequence = gettext_lazy("Their entries in the RACI matrix are deleted too.")
