"""Margin, health and lifetime value of each client at a glance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.insight.models import ClientFigure
from accord.web.accounts.views.lists import health_cell
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.insight.explore.segments import STATE_TONES
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, short_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import money, money_short, percent

MOST = 400  # dots that can be told apart
HEALTHY = 50
COLOURS = 7  # segments with a colour of their own; the others share one


class ScatterFilter(ExploreFilter):
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour"),
        choices=[
            ("", gettext_lazy("Segment")),
            ("state", gettext_lazy("State")),
            ("type", gettext_lazy("Type of client")),
        ],
        required=False,
    )


class ScatterPage(ExplorePage):
    """x: margin of a year, y: health, size: lifetime value; a dot opens its client."""

    route = "explore-scatter"
    title = gettext_lazy("Margin and health")
    subtitle = gettext_lazy("Which valuable clients may leave.")
    filter_class = ScatterFilter

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        by = values.get("colour", "")
        known = rows.exclude(health=None).exclude(margin_year=None)
        known = known.order_by(F("lifetime_value").desc(nulls_last=True), "pk")
        found = list(known.defer("contributions", "quarters", "services", "analysis__model", "analysis__churn"))
        if not found:
            return self.nobody()
        currency = self.analysis.currency
        names = _names(found, by)
        return Answer(
            sentence=_sentence(found),
            columns=[
                Column(gettext("Client"), second=gettext("Segment")),
                Column(gettext("State")),
                Column(gettext("Margin, 12 months"), money=True, numeric=True),
                Column(gettext("Health"), numeric=True),
                Column(gettext("Churn risk"), numeric=True, percent=True),
                Column(gettext("Lifetime value"), money=True, numeric=True),
            ],
            records=found,
            row=lambda each: _row(each, currency),
            table_title=gettext("Clients"),
            chart=self._chart(found[:MOST], names),
            notes=self._notes(rows, len(found)),
        )

    def _notes(self, rows: QuerySet[ClientFigure], shown: int) -> list[str]:
        notes = []
        without = rows.filter(health=None).count()
        if without:
            text = ngettext(
                "%(count)s client without health isn't shown.",
                "%(count)s clients without health aren't shown.",
                without,
            )
            notes.append(text % {"count": without})
        if shown > MOST:
            notes.append(gettext("The chart shows the %(count)s most valuable clients.") % {"count": MOST})
        return notes

    def _chart(self, found: list[ClientFigure], names: dict[int, str]) -> dict[str, Any] | None:
        if not any(each.margin_year for each in found):
            return None  # an axis of nothing but 0 has no scale
        currency = self.analysis.currency
        dots = [
            {
                "margin": float(each.margin_year or 0),
                "health": round(each.health or 0, 1),
                "value": max(float(each.lifetime_value or 0), 0.0),
                "what": names[each.pk],
                "url": reverse("account", args=[each.account_id]),
                "tip": {
                    gettext("Client"): each.account.name,
                    gettext("Margin, 12 months"): money(each.margin_year, currency),
                    gettext("Health"): f"{each.health:.0f}",
                    gettext("Lifetime value"): money_short(each.lifetime_value, currency),
                },
            }
            for each in found
        ]
        spec = drawing(
            "scatter",
            {"clients": dots},
            across=gettext("Margin of the last 12 months (%(currency)s)") % {"currency": currency},
            up=gettext("Health"),
        )
        return {
            "id": "margin-health",
            "title": gettext("Margin, health and lifetime value"),
            "text": gettext("The size of a dot is the client's lifetime value. Select a dot to open the client."),
            "spec": spec,
        }


def _names(found: list[ClientFigure], by: str) -> dict[int, str]:
    """What each dot is coloured by, in words."""
    if by == "type":
        return {each.pk: str(each.get_kind_display() or gettext("Not known")) for each in found}
    if by == "state":
        return {each.pk: str(each.get_state_display()) for each in found}
    counts: dict[str, int] = {}
    for each in found:
        counts[each.account.segment] = counts.get(each.account.segment, 0) + 1
    largest = sorted(counts, key=lambda name: (-counts[name], name))[:COLOURS]
    return {
        each.pk: (each.account.segment or gettext("Not set")) if each.account.segment in largest else gettext("Others")
        for each in found
    }


def _sentence(found: list[ClientFigure]) -> str:
    total = sum(float(each.margin_year or 0) for each in found if (each.margin_year or 0) > 0)
    low = [each for each in found if (each.health or 0) < HEALTHY]
    if not low:
        return gettext("No client has a health below %(limit)s.") % {"limit": HEALTHY}
    theirs = sum(float(each.margin_year or 0) for each in low if (each.margin_year or 0) > 0)
    text = ngettext(
        "%(count)s client with health below %(limit)s brings in %(share)s of the margin.",
        "%(count)s clients with health below %(limit)s bring in %(share)s of the margin.",
        len(low),
    )
    return text % {"count": len(low), "limit": HEALTHY, "share": share_text(theirs / total if total else 0.0)}


def share_text(share: float) -> str:
    """A share in whole per cent; a small one is not none."""
    return "<1%" if 0 < share < 0.005 else percent(share, 0)


def _row(each: ClientFigure, currency: str) -> Row:
    return Row(
        each.account_id,
        reverse("account", args=[each.account_id]),
        [
            Cell(each.account.name, sub=each.account.segment),
            Cell(each.get_state_display(), badge=True, tone=STATE_TONES[ClientFigure.State(each.state)]),
            short_cell(each.margin_year, currency),
            health_cell(each),
            Cell(None if each.chance is None else percent(each.chance, 0), numeric=True, raw=each.chance),
            short_cell(each.lifetime_value, currency),
        ],
    )
