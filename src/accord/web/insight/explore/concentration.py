"""How much of revenue, margin or lifetime value few clients bring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.concentration import Concentration, concentration
from accord.insight.models import ClientFigure
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, short_cell
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import money_short, number, percent

MEASURES = {
    "margin_year": gettext_lazy("Margin, 12 months"),
    "revenue_year": gettext_lazy("Revenue, 12 months"),
    "lifetime_value": gettext_lazy("Lifetime value"),
    "margin_so_far": gettext_lazy("Margin so far"),
}
TOP = (1, 5, 10)
MOST_POINTS = 300


class ConcentrationFilter(ExploreFilter):
    measure = forms.ChoiceField(
        label=gettext_lazy("Share of"),
        choices=[("", MEASURES["margin_year"]), *list(MEASURES.items())[1:]],
        required=False,
    )


class ConcentrationPage(ExplorePage):
    """Clients by size with their cumulated share."""

    route = "explore-concentration"
    title = gettext_lazy("Concentration")
    subtitle = gettext_lazy("How much depends on a few clients.")
    filter_class = ConcentrationFilter
    template = "insight/explore/concentration.html"

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        self.measure = values.get("measure") or "margin_year"
        clients = list(rows.exclude(**{self.measure: None}).values_list("account", "account__name", self.measure))
        found = concentration([float(amount) for *_, amount in clients])
        if not found.count:
            return (
                self.nobody()
                if not clients
                else Empty(
                    gettext("No amounts above zero"),
                    gettext("Choose another figure to see how it is shared out."),
                    icon="chart-histogram",
                )
            )
        label, currency = MEASURES[self.measure], self.analysis.currency
        records = [
            (place + 1, clients[at], float(found.cumulated[place])) for place, at in enumerate(found.order.tolist())
        ]

        def row(record: tuple[int, Any, float]) -> Row:
            rank, (account, name, amount), cumulated = record
            share = float(amount) / found.total
            return Row(
                account,
                reverse("account", args=[account]),
                [
                    Cell(name),
                    Cell(number(rank), numeric=True, raw=rank),
                    short_cell(amount, currency),
                    Cell(percent(share), numeric=True, raw=round(share, 6)),
                    Cell(percent(cumulated), numeric=True, raw=round(cumulated, 6)),
                ],
            )

        return Answer(
            sentence=_sentence(found, len(clients), self.measure),
            columns=[
                Column(gettext("Client")),
                Column(gettext("Rank"), numeric=True),
                Column(str(label), money=True, numeric=True),
                Column(gettext("Share"), numeric=True, percent=True),
                Column(gettext("Cumulative"), numeric=True, percent=True),
            ],
            records=records,
            row=row,
            table_title=gettext("Clients by size"),
            chart=self._chart(found, clients),
            notes=self._notes(found, currency),
            more={"numbers": _numbers(found)},
        )

    def _notes(self, found: Concentration, currency: str) -> list[str]:
        notes = []
        if found.losing:
            text = ngettext(
                "%(count)s client with an amount below zero isn't in the shares: %(amount)s.",
                "%(count)s clients with an amount below zero aren't in the shares: %(amount)s.",
                found.losing,
            )
            notes.append(text % {"count": found.losing, "amount": money_short(found.losses, currency)})
        if self.measure.startswith("margin") and not self.analysis.counts_margin:
            notes.append(gettext("No costs are recorded: margin is revenue."))
        return notes

    def _chart(self, found: Concentration, clients: list[Any]) -> dict[str, Any]:
        step = max(1, found.count // MOST_POINTS)
        places = sorted({*range(0, found.count, step), found.count - 1})
        points = [{"clients": 0, "share": 0.0}]
        points += [{"clients": place + 1, "share": round(float(found.cumulated[place]), 5)} for place in places]
        marks = [
            {
                "clients": place + 1,
                "share": round(float(found.cumulated[place]), 5),
                "tip": {
                    gettext("Client"): clients[int(found.order[place])][1],
                    gettext("Largest clients"): number(place + 1),
                    gettext("Cumulative"): percent(float(found.cumulated[place])),
                },
            }
            for place in (places if found.count <= 60 else [each - 1 for each in TOP if each <= found.count])
        ]
        spec = drawing(
            "concentration",
            {"points": points, "marks": marks},
            axis=gettext("Clients, the largest first"),
            unit=gettext("Cumulative share"),
        )
        return {"id": "concentration", "title": gettext("Cumulative share"), "spec": spec}


def _sentence(found: Concentration, of: int, measure: str) -> str:
    half = found.fewest_for(0.5)
    texts = {
        "margin_year": ngettext(
            "%(count)s of %(all)s clients brings in half of the margin of the last 12 months.",
            "%(count)s of %(all)s clients bring in half of the margin of the last 12 months.",
            half,
        ),
        "revenue_year": ngettext(
            "%(count)s of %(all)s clients brings in half of the revenue of the last 12 months.",
            "%(count)s of %(all)s clients bring in half of the revenue of the last 12 months.",
            half,
        ),
        "lifetime_value": ngettext(
            "%(count)s of %(all)s clients makes half of the lifetime value.",
            "%(count)s of %(all)s clients make half of the lifetime value.",
            half,
        ),
        "margin_so_far": ngettext(
            "%(count)s of %(all)s clients has brought in half of the margin so far.",
            "%(count)s of %(all)s clients have brought in half of the margin so far.",
            half,
        ),
    }
    return texts[measure] % {"count": half, "all": of}


def _numbers(found: Concentration) -> list[Number]:
    cards = []
    for n in TOP:
        if n > found.count:
            continue
        share = found.share_of_top(n)
        label = ngettext("Largest client", "Largest %(count)s clients", n) % {"count": n}
        cards.append(Number(label, percent(share), gettext("of the total")))
    assert found.herfindahl is not None
    assert found.effective is not None
    text = gettext("as concentrated as %(count)s equal clients") % {"count": number(found.effective, 1)}
    cards.append(Number(gettext("Herfindahl index"), f"{found.herfindahl:.3f}", text))
    return cards
