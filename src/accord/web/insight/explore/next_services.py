"""What clients who bought one service buy next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.next_purchases import FEWEST
from accord.insight.explore.next_services import MONTHS, NextService, next_services
from accord.insight.models import ClientFigure
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.insight.explore.places import address
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, count_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import percent

MOST = 12  # bars of the chart


class NextServiceFilter(ExploreFilter):
    months = forms.ChoiceField(
        label=gettext_lazy("Within"),
        choices=[("", gettext_lazy("12 months")), ("24", gettext_lazy("24 months"))],
        required=False,
    )
    first = forms.ChoiceField(label=gettext_lazy("After buying"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("segment", "kind", "whose"):
            del self.fields[name]  # counted over all clients: of some there would be too few to say anything
        names = sorted({row["first"] for row in self.analysis.next_services}) if self.analysis else []
        self.fields["first"].choices = [("", gettext("Any service")), *((name, name) for name in names)]


class NextPage(ExplorePage):
    """Pairs of services with counts, interval and lift."""

    route = "explore-next"
    title = gettext_lazy("Next services")
    subtitle = gettext_lazy("What clients bought after a given service, counted across all clients of the firm.")
    filter_class = NextServiceFilter

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        months = int(values.get("months") or MONTHS[0])
        first = values.get("first")
        found = [each for each in next_services(self.analysis, months) if not first or each.first == first]
        if not found:
            return Empty(
                gettext("No second service yet"),
                gettext("This page fills up when clients who bought one service buy another."),
                icon="package",
            )
        return Answer(
            sentence=_sentence(found, months),
            columns=[
                Column(gettext("Bought first")),
                Column(gettext("Bought next")),
                Column(gettext("Clients"), numeric=True),
                Column(gettext("Bought it"), numeric=True),
                Column(gettext("Share"), numeric=True, percent=True),
                Column(gettext("80% interval"), numeric=True),
                Column(gettext("Base rate"), numeric=True, percent=True),
                Column(gettext("Lift"), numeric=True),
            ],
            records=found,
            row=_row,
            table_title=gettext("Pairs of services"),
            chart=_chart([each for each in found if each.enough][:MOST]),
            notes=[
                gettext("Pairs with fewer than %(count)s clients are too few to judge and come last.")
                % {"count": FEWEST}
            ],
        )


def _sentence(found: list[NextService], months: int) -> str:
    enough = [each for each in found if each.enough]
    if not enough:
        return gettext("No pair of services has enough clients yet to say what comes next.")
    best = enough[0]
    return gettext(
        "Of %(buyers)s clients who bought %(first)s, %(bought)s bought %(then)s within %(months)s months "
        "(%(share)s, 80%% likely %(low)s to %(high)s)."
    ) % {
        "buyers": best.buyers,
        "first": best.first,
        "bought": best.bought,
        "then": best.then,
        "months": months,
        "share": percent(best.share, 0),
        "low": percent(best.low, 0),
        "high": percent(best.high, 0),
    }


def _row(each: NextService) -> Row:
    lift = each.lift
    share = Cell(percent(each.share, 0), numeric=True, raw=round(each.share, 4))
    few = Cell(gettext("Too few"), numeric=True, tone="unknown")
    return Row(
        0,
        address("explore-segments", {"service": each.first}),
        [
            Cell(each.first),
            Cell(each.then),
            count_cell(each.buyers),
            count_cell(each.bought),
            share if each.enough else few,
            Cell(f"{percent(each.low, 0)} – {percent(each.high, 0)}", numeric=True),
            Cell(
                None if each.base is None else percent(each.base, 0),
                numeric=True,
                raw=None if each.base is None else round(each.base, 4),
            ),
            Cell(None if lift is None or not each.enough else f"{lift:.1f}", numeric=True, raw=_lift(each)),
        ],
    )


def _lift(each: NextService) -> float | None:
    return None if each.lift is None or not each.enough else round(each.lift, 2)


def _chart(found: list[NextService]) -> dict[str, Any] | None:
    if not found:
        return None
    bars = [
        {
            "name": f"{each.first} → {each.then}",
            "value": round(each.share, 4),
            "side": "usual",
            "tip": {
                gettext("Bought first"): each.first,
                gettext("Bought next"): each.then,
                gettext("Share"): percent(each.share, 0),
                gettext("80% interval"): f"{percent(each.low, 0)} – {percent(each.high, 0)}",
            },
        }
        for each in found
    ]
    return {
        "id": "next-services",
        "title": gettext("How often the next service follows"),
        "spec": drawing("bars", {"bars": bars}, unit=gettext("Share of clients"), form=".0%"),
    }
