"""Segments: conditions on accounts and figures, with the clients that fit them now; saved, they filter every list."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, Max, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.accounts.models import Account, CustomField
from accord.core.access import may_create
from accord.core.texts import gettext_lazy
from accord.insight.models import ClientFigure
from accord.insight.queries import client_figures, require_firm_figures
from accord.insight.queries_segments import matching_clients, rfm_segment
from accord.web.accounts.views.lists import health_cell
from accord.web.insight.explore.filters import SegmentFilter
from accord.web.insight.explore.places import crumbs
from accord.web.insight.explore.rfm_names import RFM_NAMES
from accord.web.shell.list_parts import short_cell
from accord.web.shell.parts import Action, Crumb, Empty
from accord.web.shell.templatetags.shell import money_short, percent
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, amount_cell, date_cell

STATE_TONES = {
    ClientFigure.State.ACTIVE: "neutral",
    ClientFigure.State.NOTICE: "bad",
    ClientFigure.State.LAPSED: "warn",
    ClientFigure.State.FORMER: "neutral",
}
# What can be sorted by, beside the account's own columns: annotated only where it is.
FIGURES: dict[str, str] = {
    "health": "health",
    "churn_risk": "chance",
    "lifetime_value": "lifetime_value",
    "margin_year": "margin_year",
    "revenue_year": "revenue_year",
    "last_order": "last_decision_on",
}


class SegmentList(ListPage):
    """The clients that fit the conditions; each view that is saved of it is a segment."""

    title = gettext_lazy("Segments")
    subtitle = gettext_lazy("Set conditions, see who meets them, and save them as a segment to filter any list.")
    noun = "accounts"
    default_sort = "-lifetime_value"
    template = "insight/explore/segments.html"
    custom_on = CustomField.On.ACCOUNT
    columns: ClassVar[list[Column]] = [
        Column(gettext_lazy("Account"), "name", second=gettext_lazy("Segment and city")),
        Column(gettext_lazy("State")),
        Column(gettext_lazy("Health"), "health", numeric=True),
        Column(gettext_lazy("Churn risk"), "churn_risk", percent=True),
        Column(gettext_lazy("Lifetime value"), "lifetime_value", money=True),
        Column(gettext_lazy("Margin, 12 months"), "margin_year", money=True),
        Column(gettext_lazy("RFM group")),
        Column(gettext_lazy("Last order"), "last_order"),
        Column(gettext_lazy("Account manager"), "owner__name", shown=False),
        Column(gettext_lazy("Revenue, 12 months"), "revenue_year", money=True, shown=False),
        Column(gettext_lazy("Lead source"), "lead_source", shown=False),
    ]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        require_firm_figures(request.user)
        return super().get(request, **kwargs)

    def rows_of(self, user: Any) -> QuerySet[Account]:
        return Account.objects.visible_to(user).filter(archived_at=None).select_related("owner")

    def _filter_form(self, request: HttpRequest) -> SegmentFilter:
        return SegmentFilter(request.GET or None, user=request.user)

    def filtered(self, rows: QuerySet[Account], values: dict[str, Any]) -> QuerySet[Account]:
        return matching_clients(rows, values, self.request.user)

    def with_figures(self, rows: QuerySet[Account]) -> QuerySet[Account]:
        by = self.sort.lstrip("-")
        if by not in FIGURES:
            return rows
        figures = client_figures(self.request.user).filter(account=OuterRef("pk")).annotate(sorted_by=F(FIGURES[by]))
        return rows.annotate(**{by: Subquery(figures.values("sorted_by")[:1])})

    def prepare(self, records: list[Account]) -> None:
        found = client_figures(self.request.user).filter(account__in=[account.pk for account in records])
        self.figures = {row.account_id: row for row in found}

    def row(self, record: Account) -> Row:
        figure = self.figures.get(record.pk)
        return Row(
            record.pk, reverse("account", args=[record.pk]), [_name(record), *_cells(figure), *_more(record, figure)]
        )

    def crumbs(self) -> list[Crumb]:
        return crumbs(gettext("Segments"))

    def empty(self) -> Empty:
        may_add = may_create(self.request.user, Account)
        action = Action.new(gettext("New account"), reverse("account-new")) if may_add else None
        text = gettext("Segments find accounts by their figures. Add your first account.")
        return Empty(gettext("No accounts yet"), text, icon="building-community", action=action)

    def extra(self) -> dict[str, Any]:
        return {
            "summary": self._summary(),
            "save_view_label": gettext("Save as segment"),
        }

    def _summary(self) -> str:
        """How many the conditions find, and what they are worth together."""
        found = client_figures(self.request.user).filter(account__in=self.found.order_by().values("pk"))
        sums = found.order_by().aggregate(
            value=Sum("lifetime_value"), margin=Sum("margin_year"), currency=Max("analysis__currency")
        )
        count = self.page.paginator.count if self.shows_table() else self.found.count()
        text = ngettext("%(count)s account meets the conditions", "%(count)s accounts meet the conditions", count)
        parts = [text % {"count": f"{count:,}"}]
        for label, amount in (
            (gettext("lifetime value %(amount)s"), sums["value"]),
            (gettext("margin of the last 12 months %(amount)s"), sums["margin"]),
        ):
            if amount is not None:
                parts.append(label % {"amount": money_short(amount, sums["currency"])})
        return " · ".join(parts)


def _name(record: Account) -> Cell:
    return Cell(record.name, sub=" · ".join(part for part in (record.segment, record.city) if part))


def _cells(figure: ClientFigure | None) -> list[Cell]:
    if figure is None:
        return [Cell(None), *(Cell(None, numeric=True) for _ in range(4)), Cell(None), Cell(None)]
    currency, group = figure.analysis.currency, rfm_segment(figure)
    risk = figure.chance
    return [
        Cell(figure.get_state_display(), badge=True, tone=STATE_TONES[ClientFigure.State(figure.state)]),
        health_cell(figure),
        Cell(
            None if risk is None else percent(risk, 0),
            numeric=True,
            raw=risk,
            tone="bad" if risk and risk >= 0.6 else "",
        ),
        short_cell(figure.lifetime_value, currency),
        amount_cell(figure.margin_year, currency),
        Cell(None if group is None else RFM_NAMES[group]),
        date_cell(figure.last_decision_on),
    ]


def _more(record: Account, figure: ClientFigure | None) -> list[Cell]:
    return [
        Cell(record.owner, who=str(record.owner)) if record.owner else Cell(gettext("Unassigned"), tone="warn"),
        amount_cell(figure.revenue_year, figure.analysis.currency) if figure else Cell(None, numeric=True),
        Cell(record.lead_source or None),
    ]
