"""Reports → Retention: the page, and the lists of clients and contracts behind its figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, can
from accord.core.texts import gettext_lazy
from accord.engines.customers.retention import Movement, Period
from accord.insight.queries import latest_analysis
from accord.insight.queries_retention import (
    RetentionView,
    Selection,
    accounts_with_money,
    firm_retention,
    retention_choices,
)
from accord.people.models import Firm
from accord.sales.models import Agreement
from accord.web.insight.retention_cards import retention_numbers
from accord.web.insight.retention_parts import NOT_RECORDED, Block, Page
from accord.web.insight.retention_tables import BLOCKS
from accord.web.insight.retention_texts import DIMENSION_LABELS, HALF_LABELS, figures_texts, lost_text, revenue_text
from accord.web.shell.export import MONEY, PERCENT, TYPES, Value, table_file
from accord.web.shell.list_export import value_of
from accord.web.shell.list_filters import ListFilter
from accord.web.shell.parts import Crumb, Empty, Fact, Tab
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, amount_cell, date_cell, owner_cell

TONES = {"lost": "bad", "contracted": "warn", "expanded": "good", "new": "info", "won back": "info"}


class RetentionFilter(ListFilter):
    """The period and the clients that the page counts; which half is chosen above it."""

    further = ("by", "cohorts")
    clients = forms.CharField(required=False, widget=forms.HiddenInput)
    until = forms.ChoiceField(label=gettext_lazy("12 months to"), required=False)
    segment = forms.ChoiceField(required=False)
    service = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Account manager"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("Compare by"),
        choices=[("" if name == "segment" else name, label) for name, label in DIMENSION_LABELS.items()],
        required=False,
    )
    cohorts = forms.ChoiceField(
        label=gettext_lazy("Cohorts by"),
        choices=[("", gettext_lazy("Year")), ("quarter", gettext_lazy("Quarter"))],
        required=False,
    )

    def __init__(self, data: QueryDict, view: RetentionView) -> None:
        asked = data.copy()
        usual = {"until": view.past.as_of.isoformat(), "by": "segment", "cohorts": "year"}
        for name in [name for name, value in usual.items() if asked.get(name) == value]:
            del asked[name]
        super().__init__(asked or None)
        choices = retention_choices(view)
        for name in ("segment", "service", "owner"):
            self.fields[name].choices = [("", gettext("All")), *choices[name]]
        ends = ((end.isoformat(), day(end)) for end in view.ends[1:])
        self.fields["until"].choices = [("", gettext("Today")), *ends]


def _selection(request: HttpRequest) -> Selection:
    """What the address asks for; nonsense is no filter."""
    asked = request.GET
    half, by, owner = asked.get("clients", ""), asked.get("by", ""), asked.get("owner", "")
    return Selection(
        half=half if half in HALF_LABELS else "all",
        until=_date(asked.get("until", "")),
        segment=asked.get("segment", ""),
        service=asked.get("service", ""),
        owner=int(owner) if owner.isascii() and owner.isdecimal() and len(owner) < 19 else None,
        by=by if by in DIMENSION_LABELS else "segment",
        cohorts=Period.QUARTER if asked.get("cohorts") == "quarter" else Period.YEAR,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ASKED = ("clients", "until", "segment", "service", "owner", "by", "cohorts")


def _query(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ASKED if request.GET.get(name)}


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Churn and revenue retention with counts and intervals; a table of it as a file with ``export`` and ``table``."""
    user: Any = request.user
    view = firm_retention(user, _selection(request))
    context: dict[str, Any] = {
        "crumbs": [Crumb(gettext("Reports"), reverse("numbers")), Crumb(gettext("Retention"))],
        "view": view,
    }
    if view is None:
        run = latest_analysis(user)
        reason = str(run.churn.get("reason", "")) if run is not None else ""
        text = reason or gettext("Enter agreements or orders, or import invoices, then update the client figures.")
        may_update = can(user, Permission.CHANGE, Firm.current())
        context |= {"empty": Empty(gettext("No retention figures yet"), text, icon="chart-histogram")}
        context["may_analyse"] = may_update
        return render(request, "insight/retention.html", context)
    page = Page(view, _query(request))
    if request.GET.get("export"):
        return _file(page, request.GET.get("table", ""), request.GET["export"])
    blocks = [make(page) for make in BLOCKS.values()]
    for block in blocks:
        block.export_url = page.self_with(table=block.slug, export="csv")
    half = view.selection.half
    context |= {
        "numbers": retention_numbers(page),
        "blocks": blocks,
        "filter_form": RetentionFilter(request.GET, view),
        "switch": [Tab(str(label), page.self_with(clients=name), name == half) for name, label in HALF_LABELS.items()],
        "switch_label": gettext("Clients"),
        "definitions": [
            Fact(gettext("Lost"), lost_text(half, Firm.current().silence_limits)),
            Fact(gettext("Yearly revenue"), revenue_text(half)),
            *(Fact(label, text) for label, text in figures_texts()),
        ],
    }
    return render(request, "insight/retention.html", context)


def _file(page: Page, slug: str, file_type: str) -> HttpResponse:
    if slug not in BLOCKS or file_type not in TYPES:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    block = BLOCKS[slug](page)
    header, formats, widths = [], [], []
    for column in block.columns:
        header.append(str(column.label))
        formats.append(MONEY if column.money else PERCENT if column.percent else "")
        widths.append(14 if column.numeric else 28)
        if column.money:
            header.append(gettext("%(column)s (currency)") % {"column": column.label})
        elif column.second:
            header.append(str(column.second))
        if column.money or column.second:
            formats.append("")
            widths.append(14)
    lines = [_line(block, row.cells) for row in (*block.rows, *([Row(0, "", block.footer)] if block.footer else []))]
    name = f"{block.title} {page.view.end:%Y-%m-%d}"
    return table_file(file_type, name, header, lines, widths, formats=formats)


def _line(block: Block, cells: list[Cell]) -> list[Value]:
    line: list[Value] = []
    for column, cell in zip(block.columns, cells, strict=True):
        line.append(value_of(cell))
        if column.money:
            line.append(cell.currency or None)
        elif column.second:
            line.append(str(cell.sub) if cell.sub else None)
    return line


class _Behind(ListPage):
    """Records behind a figure of the retention page; the address says which, as the page's own does."""

    under = (gettext_lazy("Retention"), "retention")
    which: ClassVar[dict[str, str]]

    @cached_property
    def view(self) -> RetentionView:
        found = firm_retention(self.request.user, _selection(self.request))
        if found is None:
            raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        return found

    @cached_property
    def asked(self) -> str:
        asked = self.request.GET.get("which", "")
        return asked if asked in self.which else next(iter(self.which))

    @cached_property
    def keys(self) -> list[int]:
        raise NotImplementedError

    def _with_reason(self) -> list[int] | None:
        """The keys of the losses with the reason that the address names."""
        reason = self.request.GET.get("reason")
        if reason is None or self.asked != "lost":
            return None
        losses = self.view.losses(self.view.start, self.view.end)
        return [loss.key for loss in losses if (loss.reason or NOT_RECORDED) == reason]

    def rows_of(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def empty(self) -> Empty:
        return Empty(gettext("None that you can see"), gettext("You see clients of whose account team you are a part."))

    def extra(self) -> dict[str, Any]:
        hidden = len(self.keys) - self.found.count()
        more = ngettext("%(count)s more isn't visible to you.", "%(count)s more aren't visible to you.", hidden)
        return {"subtitle": f"{self._says()} {more % {'count': hidden}}" if hidden else self._says()}

    def _says(self) -> str:
        period = gettext("%(what)s, %(start)s to %(end)s.")
        return period % {"what": self.which[self.asked], "start": day(self.view.start), "end": day(self.view.end)}


class RetentionClients(_Behind):
    """The clients behind a figure: by movement of the period, or of a cohort."""

    title = gettext_lazy("Clients behind the figure")
    noun = "clients"
    default_sort = "name"
    which: ClassVar[dict[str, str]] = {
        "": gettext_lazy("All clients at the start or end"),
        "start": gettext_lazy("Clients at the start"),
        "end": gettext_lazy("Clients at the end"),
        Movement.LOST: gettext_lazy("Clients lost"),
        Movement.NEW: gettext_lazy("New clients"),
        Movement.WON_BACK: gettext_lazy("Clients won back"),
        Movement.EXPANDED: gettext_lazy("Clients that expanded"),
        Movement.CONTRACTED: gettext_lazy("Clients that contracted"),
        Movement.KEPT: gettext_lazy("Clients without a change"),
    }
    columns = [
        Column(gettext_lazy("Client"), "name"),
        Column(gettext_lazy("Segment"), "segment"),
        Column(gettext_lazy("Account manager"), "owner__name"),
        Column(gettext_lazy("Yearly revenue at start"), numeric=True, money=True),
        Column(gettext_lazy("Yearly revenue at end"), numeric=True, money=True),
        Column(gettext_lazy("Change")),
        Column(gettext_lazy("Churned on"), "lost_on"),
        Column(gettext_lazy("Reason for leaving"), "lost_reason", second=gettext_lazy("Competitor")),
    ]

    @cached_property
    def cohort(self) -> tuple[date, date | None] | None:
        starts = _date(self.request.GET.get("cohort", ""))
        return None if starts is None else (starts, _date(self.request.GET.get("at", "")))

    @cached_property
    def keys(self) -> list[int]:
        if self.cohort is not None:
            return self.view.accounts_of(*self.cohort)
        found = self._with_reason()
        return self.view.accounts_in(self.asked) if found is None else found

    @cached_property
    def revenue(self) -> dict[int, tuple[Decimal, Decimal, str]]:
        return self.view.revenue_of(self.keys)

    def rows_of(self, user: Any) -> QuerySet[Account]:
        return accounts_with_money(user).filter(pk__in=self.keys).select_related("owner")

    def row(self, record: Account) -> Row:
        currency = self.view.run.currency
        start, end, movement = self.revenue.get(record.pk, (None, None, ""))
        return Row(
            record.pk,
            reverse("account", args=[record.pk]),
            [
                Cell(record.name),
                Cell(record.segment),
                owner_cell(record.owner),
                amount_cell(start, currency),
                amount_cell(end, currency),
                Cell(capfirst(movement), badge=True, tone=TONES.get(movement, "neutral")) if movement else Cell(None),
                date_cell(record.lost_on),
                Cell(record.get_lost_reason_display() or None, sub=record.lost_to),
            ],
        )

    def _says(self) -> str:
        if self.cohort is None:
            return super()._says()
        starts, at = self.cohort
        if at is None:
            return gettext("Clients who started in the period from %(day)s.") % {"day": day(starts)}
        text = gettext("Clients who started in the period from %(day)s and were still clients on %(at)s.")
        return text % {"day": day(starts), "at": day(at)}


class RetentionContracts(_Behind):
    """The contracts behind a figure, each by its newest agreement."""

    title = gettext_lazy("Contracts behind the figure")
    noun = "contracts"
    default_sort = "account__name"
    which: ClassVar[dict[str, str]] = {
        "lost": gettext_lazy("Contracts lost"),
        "start": gettext_lazy("Contracts running at the start"),
    }
    columns = [
        Column(gettext_lazy("Agreement"), "title"),
        Column(gettext_lazy("Client"), "account__name"),
        Column(gettext_lazy("Service"), "service"),
        Column(gettext_lazy("Yearly fee"), numeric=True, money=True),
        Column(gettext_lazy("End date"), "ends_on"),
        Column(gettext_lazy("Reason for ending"), "end_reason"),
    ]

    @cached_property
    def keys(self) -> list[int]:
        found = self._with_reason()
        return self.view.contracts_in(self.asked) if found is None else found

    @cached_property
    def fees(self) -> dict[int, Decimal]:
        terms = self.view.chosen.terms
        return {int(key): Decimal(int(fee)) / 100 for key, fee in zip(terms.keys, terms.yearly, strict=True)}

    def rows_of(self, user: Any) -> QuerySet[Agreement]:
        rows = Agreement.objects.visible_to(user)
        return rows.filter(pk__in=self.keys, account__in=accounts_with_money(user)).select_related("account")

    def row(self, record: Agreement) -> Row:
        reason = record.get_end_reason_display() or record.account.get_lost_reason_display()
        return Row(
            record.pk,
            reverse("agreement", args=[record.pk]),
            [
                Cell(record.title),
                Cell(record.account.name, url=reverse("account", args=[record.account_id])),
                Cell(record.service or None),
                amount_cell(self.fees.get(record.pk), self.view.run.currency),
                date_cell(record.ends_on),
                Cell(reason or None),
            ],
        )
