"""Opportunities across clients with the forecast, one opportunity, stages, and who buys what."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.accounts.models import Account, NegotiationEntry, Opportunity, OpportunityStage, Quote
from accord.accounts.models.stage import forget_stages
from accord.core.access import Deed, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.search.queries import search
from accord.insight.queries_commerce import forecast_of, white_space, win_rate
from accord.people.models import Firm
from accord.projects.models import Project
from accord.web.accounts import forms_commerce as forms
from accord.web.accounts.room import room
from accord.web.accounts.views.edits import OfAccount
from accord.web.accounts.views.pages import STAGE_TONES
from accord.web.projects.register import due_cell, owner_cell
from accord.web.shell.context import MANAGING
from accord.web.shell.templatetags.shell import day, money, percent
from accord.web.shell.timeline import record_entries
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row


def check_managing(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.has_role(*MANAGING):
        raise PermissionDenied("Only account managers, project managers and administrators can see this page.")


class OpportunityList(ListPage):
    title = "Opportunities"
    saved_as = "opportunities"
    filter_class = forms.OpportunityFilter
    default_sort = "expected_on"
    template = "accounts/opportunities.html"
    columns = [
        Column("Opportunity", "name"),
        Column("Stage", "stage"),
        Column("Amount, net", "amount", numeric=True),
        Column("Weighted", numeric=True),
        Column("Owner", "owner__name"),
        Column("Close date", "expected_on"),
    ]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        check_managing(request)
        return super().get(request, **kwargs)

    def rows_of(self, user: Any) -> QuerySet[Opportunity]:
        rows = Opportunity.objects.visible_to(user).filter(account__archived_at=None)
        return rows.select_related("account", "owner")

    def _filter_form(self, request: HttpRequest) -> Any:
        return forms.OpportunityFilter(request.GET)  # always bound: with nothing asked it leaves out what is decided

    def filtered(self, rows: QuerySet[Opportunity], values: dict[str, Any]) -> QuerySet[Opportunity]:
        if q := values.get("q"):
            rows = rows.filter(search(Opportunity, q) | search(Account, q, "account"))
        stage = values.get("stage", "")
        if not stage:
            rows = rows.exclude(stage__in=Opportunity.CLOSED)
        elif stage != "all":
            rows = rows.filter(stage=stage)
        if values.get("owner") == "me":
            return rows.filter(owner=self.request.user)
        return rows.filter(owner=None) if values.get("owner") == "nobody" else rows

    def row(self, record: Opportunity) -> Row:
        over = record.stage in Opportunity.CLOSED
        return Row(
            record.pk,
            reverse("opportunity", args=[record.pk]),
            [
                Cell(record.name, sub=" · ".join(str(p) for p in (record.account, record.service) if p)),
                Cell(record.stage_name, badge=True, tone=STAGE_TONES.get(record.stage, "info")),
                Cell(money(record.amount, record.currency) if record.amount is not None else None, numeric=True),
                Cell(
                    money(record.weighted, record.currency) if record.weighted is not None else None,
                    sub="" if over else f"{record.chance}%",
                    numeric=True,
                ),
                owner_cell(record.owner),
                due_cell(record.closed_on or record.expected_on, timezone.localdate(), over=over),
            ],
        )

    def actions(self) -> list[dict[str, Any]]:
        return [
            {"label": "Services", "url": reverse("services"), "icon": "package"},
            {"label": "Stages", "url": reverse("stages"), "icon": "adjustments-horizontal"},
        ]

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        if is_filtered:
            return {"title": "No matching opportunities", "text": "Try other filters or clear them.", "icon": "filter"}
        text = "Add opportunities on an account's Opportunities tab."
        return {"title": "No open opportunities", "text": text, "icon": "target-arrow"}

    def extra(self) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        months = forecast_of(user, today)
        crumbs = [{"label": "Accounts", "url": reverse("accounts")}, {"label": self.title, "url": ""}]
        return {
            "crumbs": crumbs,
            "noun": "opportunities",
            "views": room("opportunities"),
            "views_label": "Sections",
            "months": months,
            "currency": Firm.current().currency,
            "sum": sum(m.weighted for m in months),
            "unconverted": sum(m.unconverted for m in months),
            "has_before": any(m.before is not None for m in months),
            "decided": win_rate(user, today),
        }


@require_safe
def opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    """One opportunity: quotes, negotiation, how it changed, and the project it became."""
    row = fetch(Opportunity, request.user, "account__owner", "owner", pk=pk)
    may_change = can(request.user, Deed.CHANGE, row)
    project = Project.objects.visible_to(request.user).filter(opportunity=row).first()
    actions: list[dict[str, Any]] = []
    if may_change:
        actions.append(
            {
                "label": "Edit", "url": reverse("opportunity-edit", args=[pk]), "icon": "pencil", "drawer": True,
                "key": "e",
            }
        )  # fmt: skip
        is_won = row.stage == Opportunity.Stage.WON
        if is_won and not Project.objects.filter(opportunity=row).exists():
            url = reverse("handover", args=[pk])
            actions.append({"label": "Start project", "url": url, "icon": "rocket", "drawer": True, "primary": True})
    quotes = list(Quote.objects.visible_to(request.user).filter(opportunity=row).prefetch_related("lines"))
    context = {
        "row": row,
        "record_title": row.name,
        "record_of": {"label": str(row.account), "url": reverse("account", args=[row.account_id])},
        "record_subtitle": row.service,
        "badges": [{"label": row.stage_name, "tone": STAGE_TONES.get(row.stage, "info")}],
        "facts": [
            {"label": "Amount, net", "value": money(row.amount, row.currency) if row.amount is not None else None},
            {"label": "Probability", "value": f"{row.chance}%"},
            {"label": "Weighted", "value": money(row.weighted, row.currency) if row.weighted is not None else None},
            {"label": "Owner", "value": row.owner, "missing": "Unassigned"},
            {"label": "Opened", "value": day(row.opened_on) if row.opened_on else None},
            {
                "label": "Expected close",
                "value": day(row.expected_on) if row.expected_on else None,
                "missing": "No date",
            },
            *([{"label": "Closed", "value": day(row.closed_on)}] if row.closed_on else []),
            *([{"label": "Reason", "value": row.reason, "missing": "Not recorded"}] if row.closed_on else []),
            *(
                [{"label": "Project", "value": project, "url": reverse("project", args=[project.pk])}]
                if project
                else []
            ),
        ],
        "actions": actions,
        "may_change": may_change,
        "quotes": quotes,
        "quote_url": f"{reverse('quote-new', args=[row.account_id])}?opportunity={pk}",
        "negotiation": list(row.negotiation.select_related("contact", "by")),
        "entries": record_entries(row, request.user),
        "empty": {"title": "No activity yet", "text": ""},
        "crumbs": [
            {"label": "Accounts", "url": reverse("accounts")},
            {"label": row.account.name, "url": reverse("account", args=[row.account_id])},
            {"label": "Opportunities", "url": reverse("account-opportunities", args=[row.account_id])},
            {"label": row.name, "url": ""},
        ],
    }
    return render(request, "accounts/opportunity.html", context)


class Handover(EditPage):
    """Start the project of a won order; afterwards one sees its charter."""

    model, form_class, related = Opportunity, forms.HandoverForm, ("account",)
    submit_label, saved_message = "Start project", "Project created. Review its charter."

    def record(self) -> Record:
        record = super().record()
        assert isinstance(record, Opportunity)
        require(self.request.user, Deed.CREATE, Project(account=record.account))
        return record

    def title(self, record: Record) -> str:
        return f"Start a project from “{record}”"

    def after(self, record: Record) -> str:
        return reverse("project-charter" if isinstance(record, Project) else "opportunity", args=[record.pk])


class NegotiationNew(OfAccount, CreatePage):
    model, form_class = NegotiationEntry, forms.NegotiationForm

    @property
    def chance(self) -> Opportunity:
        if not hasattr(self, "_chance"):
            self._chance = fetch(Opportunity, self.request.user, "account", pk=self.kwargs["opportunity"])
        return self._chance

    def blank(self) -> Record:
        return NegotiationEntry(account=self.chance.account, opportunity=self.chance, by=self.request.user)

    def title(self, record: Record) -> str:
        return "Negotiation round"

    def after(self, record: Record) -> str:
        return reverse("opportunity", args=[record.opportunity_id])  # type: ignore[attr-defined]


class NegotiationEdit(EditPage):
    model, form_class, related = NegotiationEntry, forms.NegotiationForm, ("account", "opportunity")
    removal = "negotiation-removal"

    def after(self, record: Record) -> str:
        return reverse("opportunity", args=[record.opportunity_id])  # type: ignore[attr-defined]


class NegotiationRemove(RemovePage):
    model = NegotiationEntry

    def after(self, record: Record) -> str:
        return reverse("opportunity", args=[record.opportunity_id])  # type: ignore[attr-defined]


class StageList(ListPage):
    title = "Opportunity stages"
    subtitle = "The steps of your firm's sales pipeline."
    default_sort = "order"
    columns = [
        Column("Stage", "name"),
        Column("Default probability", "chance", numeric=True),
        Column("Key"),
        Column("Position", "order", numeric=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[OpportunityStage]:
        return OpportunityStage.objects.visible_to(user)

    def row(self, record: OpportunityStage) -> Row:
        may_change = can(self.request.user, Deed.CHANGE, record)
        url = reverse("stage-edit", args=[record.pk]) if may_change else ""
        return Row(
            record.pk, "",
            [Cell(record.name, url=url, drawer=True), Cell(f"{record.chance}%", numeric=True), Cell(record.key),
             Cell(record.order, numeric=True)],
        )  # fmt: skip

    def actions(self) -> list[dict[str, Any]]:
        if not can(self.request.user, Deed.CREATE, OpportunityStage()):
            return []
        return [{"label": "New stage", "url": reverse("stage-new"), "icon": "plus", "primary": True, "drawer": True}]

    def extra(self) -> dict[str, Any]:
        crumbs = [{"label": "Opportunities", "url": reverse("opportunities")}, {"label": "Stages", "url": ""}]
        return {"crumbs": crumbs, "noun": "stages"}


class OfStages(FormPage):
    back = "stages"


class StageNew(OfStages, CreatePage):
    model, form_class = OpportunityStage, forms.StageForm

    def save(self, form: Any) -> Record:
        made = super().save(form)
        forget_stages()
        return made


class StageEdit(OfStages, EditPage):
    model, form_class = OpportunityStage, forms.StageForm
    removal = "stage-removal"

    def save(self, form: Any) -> Record:
        changed = super().save(form)
        forget_stages()
        return changed


class StageRemove(RemovePage):
    model = OpportunityStage
    consequence = "Opportunities in this stage stay in it with a probability of 0% until you move them."
    back = "stages"

    def remove(self, record: Record) -> None:
        super().remove(record)
        forget_stages()


@require_safe
def white_space_page(request: HttpRequest) -> HttpResponse:
    """Services × clients: who buys what, and what similar clients buy beside."""
    check_managing(request)
    found = white_space(request.user)
    context = {
        "title": "White space",
        "subtitle": "Which services each client buys, and what similar clients buy as well.",
        "crumbs": [{"label": "Accounts", "url": reverse("accounts")}, {"label": "White space", "url": ""}],
        "views": room("white-space"),
        "views_label": "Sections",
        "services": found.services,
        "buyers": [
            {
                "buyer": buyer,
                "cells": [service in buyer.services for service in found.services],
                "suggestions": [
                    {"service": s.service, "why": f"{percent(s.share, 0)} of {s.similar} similar clients"}
                    for s in buyer.suggestions
                ],
            }
            for buyer in found.buyers
        ],
        "empty": {
            "title": "No services bought yet",
            "text": "This page fills up from won opportunities, projects and agreements that have a service.",
            "icon": "layout-dashboard",
        },
    }
    return render(request, "accounts/white_space.html", context)
