"""Opportunities: their list, page and forms."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import CustomField
from accord.core.access import Permission, can, require_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.insight.queries_commerce import forecast_of, win_rate
from accord.people.models import Firm, Role
from accord.projects.models import Project
from accord.sales.models import Opportunity, Quote, stages
from accord.sales.queries import matching_opportunities
from accord.web.accounts.page import account_crumbs, account_link, audit_link
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.sales import forms
from accord.web.sales.views.tabs import STAGE_TONES
from accord.web.shell.custom_fields import custom_facts, with_field_rows
from accord.web.shell.forms import RecordForm
from accord.web.shell.list_groups import by_choice, by_record
from accord.web.shell.navigation import MANAGING
from accord.web.shell.parts import Action, Badge, Empty, Fact
from accord.web.shell.record_page import Mark, Panel, RecordPage, comments, files, history
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.views.forms import EditPage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, amount_cell, date_cell, due_cell, owner_cell


class OpportunityPages(AccountFormPages):
    route, model, form_class, tab = "opportunity", Opportunity, forms.OpportunityForm, "account-opportunities"

    def blank(self) -> Record:
        today = timezone.localdate()
        return Opportunity(
            account=self.account, currency=self.account.currency, owner=self.request.user, opened_on=today
        )

    def after(self, record: Any) -> str:
        return self.above(record)


class OpportunityOutcome(EditPage):
    """Won or lost, from the board: it asks when and why, and leads back with the filter that was on it."""

    model, form_class, related = Opportunity, forms.OutcomeForm, ("account",)

    def record(self) -> Record:
        if self.kwargs["stage"] not in Opportunity.CLOSED:
            raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        return super().record()

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        return forms.OutcomeForm(data, files, instance=record, user=self.request.user, stage=self.kwargs["stage"])

    def title(self, record: Record) -> str:
        return gettext("Mark “%(record)s” as %(stage)s") % {"record": record, "stage": self.kwargs["stage"]}

    def after(self, record: Record) -> str:
        query = self.request.GET.urlencode()
        return f"{reverse('opportunities')}?{query}" if query else reverse("opportunity", args=[record.pk])


def check_managing(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.has_role(*MANAGING):
        raise PermissionDenied(gettext("Only account managers, project managers and administrators can see this page."))


class OpportunityList(ListPage):
    title = gettext_lazy("Opportunities")
    noun = "opportunities"
    filter_class = forms.OpportunityFilter
    default_sort = "expected_on"
    template = "sales/opportunities.html"
    client = "account"
    custom_on = CustomField.On.OPPORTUNITY
    edit_page = OpportunityPages.Edit
    editors = (Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
    group_by = (
        by_choice("stage", gettext_lazy("Stage"), lambda: [(stage.key, stage.name) for stage in stages().values()]),
        by_record("owner", gettext_lazy("Owner"), none=gettext_lazy("Unassigned")),
        by_record("account", gettext_lazy("Account")),
    )
    columns = [
        Column(gettext_lazy("Opportunity"), "name", second=gettext_lazy("Account and service")),
        Column(gettext_lazy("Stage"), "stage", edit="stage"),
        Column(gettext_lazy("Amount, net"), "amount", money=True, amount="amount", edit="amount"),
        Column(gettext_lazy("Weighted"), money=True),
        Column(gettext_lazy("Owner"), "owner__name", edit="owner"),
        Column(gettext_lazy("Close date"), "expected_on", edit="expected_on"),
        Column(gettext_lazy("Probability"), percent=True, shown=False),
        Column(gettext_lazy("Opened"), "opened_on", shown=False, edit="opened_on"),
        Column(gettext_lazy("Reason"), "reason", shown=False, edit="reason"),
    ]

    def asks(self, record: Opportunity, field: str, value: str) -> str:
        if field != "stage" or value not in Opportunity.CLOSED or record.closed_on is not None:
            return ""
        return f"{reverse('opportunity-outcome', args=[record.pk, value])}?{self.request.GET.urlencode()}"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        check_managing(request)
        return super().get(request, **kwargs)

    def rows_of(self, user: Any) -> QuerySet[Opportunity]:
        rows = Opportunity.objects.visible_to(user).filter(account__archived_at=None)
        return rows.select_related("account", "owner")

    def _filter_form(self, request: HttpRequest) -> Any:
        return forms.OpportunityFilter(request.GET)  # always bound: with nothing asked it leaves out what is decided

    def filtered(self, rows: QuerySet[Opportunity], values: dict[str, Any]) -> QuerySet[Opportunity]:
        return matching_opportunities(rows, values, self.request.user)

    def row(self, record: Opportunity) -> Row:
        over = record.stage in Opportunity.CLOSED
        return Row(
            record.pk,
            reverse("opportunity", args=[record.pk]),
            [
                Cell(record.name, sub=" · ".join(str(p) for p in (record.account, record.service) if p)),
                Cell(record.stage_name, badge=True, tone=STAGE_TONES.get(record.stage, "info")),
                amount_cell(record.amount, record.currency),
                amount_cell(record.weighted, record.currency, sub="" if over else f"{record.chance}%"),
                owner_cell(record.owner),
                due_cell(record.closed_on or record.expected_on, timezone.localdate(), over=over),
                Cell(f"{record.chance}%", numeric=True, raw=record.chance / 100),
                date_cell(record.opened_on),
                Cell(record.reason or None),
            ],
        )

    def actions(self) -> list[Action]:
        return [
            Action(gettext("Services"), reverse("services"), icon="package"),
            Action(gettext("Stages"), reverse("stages"), icon="adjustments-horizontal"),
        ]

    def empty(self) -> Empty:
        text = gettext("Add opportunities on an account's Opportunities tab.")
        return Empty(gettext("No open opportunities"), text, icon="target-arrow")

    def extra(self) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        months = forecast_of(user, today)
        return {
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
    row = fetch(Opportunity, request.user, "account__owner", "owner", rows=with_field_rows(Opportunity), pk=pk)
    may_change = can(request.user, Permission.CHANGE, row)
    project = Project.objects.visible_to(request.user).filter(opportunity=row).first()
    actions = []
    if may_change:
        actions.append(Action.edit(reverse("opportunity-edit", args=[pk])))
        is_won = row.stage == Opportunity.Stage.WON
        if is_won and not Project.objects.filter(opportunity=row).exists():
            url = reverse("handover", args=[pk])
            actions.append(Action(gettext("Start project"), url, icon="rocket", drawer=True, primary=True))
    quotes = list(Quote.objects.visible_to(request.user).filter(opportunity=row).prefetch_related("lines"))
    new_quote = f"{reverse('quote-new', args=[row.account_id])}?opportunity={pk}"
    new_round = reverse("negotiation-new", args=[pk])
    return RecordPage(
        record=row,
        title=row.name,
        of=account_link(row.account),
        subtitle=row.service,
        above=account_crumbs(row.account, gettext("Opportunities"), "account-opportunities"),
        mark=Mark(row.account.name, icon="target-arrow"),
        badges=[Badge(row.stage_name, STAGE_TONES.get(row.stage, "info"))],
        facts=_facts(row, project),
        actions=actions,
        may_change=may_change,
        panels=[
            Panel(
                gettext("Quotes"), "sales/parts/opportunity.html#quotes", {"quotes": quotes}, id="quotes",
                action=Action(gettext("New quote"), new_quote, icon="plus", key="n") if may_change else None,
            ),
            Panel(
                gettext("Negotiation"), "sales/parts/opportunity.html#negotiation",
                {"negotiation": list(row.negotiation.select_related("contact", "by"))}, id="negotiation",
                action=Action(gettext("Add round"), new_round, icon="plus") if may_change else None,
            ),
            comments(),
            files(),
            history(gettext("Activity"), link=audit_link(row)),
        ],
    ).response(request)  # fmt: skip


def _facts(row: Opportunity, project: Project | None) -> list[Fact]:
    return [
        Fact(gettext("Amount, net"), money(row.amount, row.currency) if row.amount is not None else None),
        Fact(gettext("Probability"), f"{row.chance}%"),
        Fact(gettext("Weighted"), money(row.weighted, row.currency) if row.weighted is not None else None),
        Fact(gettext("Owner"), row.owner, missing=gettext("Unassigned")),
        Fact(gettext("Opened"), day(row.opened_on) if row.opened_on else None),
        Fact(gettext("Expected close"), day(row.expected_on) if row.expected_on else None, missing=gettext("No date")),
        *([Fact(gettext("Closed"), day(row.closed_on))] if row.closed_on else []),
        *([Fact(gettext("Reason"), row.reason, missing=gettext("Not recorded"))] if row.closed_on else []),
        *([Fact(gettext("Project"), project, url=reverse("project", args=[project.pk]))] if project else []),
        *custom_facts(row),
    ]


class Handover(EditPage):
    """Start the project of a won order; afterwards one sees its charter."""

    model, form_class, related = Opportunity, forms.HandoverForm, ("account",)
    submit_label, saved_message = gettext_lazy("Start project"), gettext_lazy("Project created. Review its charter.")

    def record(self) -> Record:
        record = super().record()
        assert isinstance(record, Opportunity)
        require_create(self.request.user, Project, account=record.account)
        return record

    def title(self, record: Record) -> str:
        return gettext("Start a project from “%(record)s”") % {"record": record}

    def after(self, record: Record) -> str:
        return reverse("project-charter" if isinstance(record, Project) else "opportunity", args=[record.pk])
