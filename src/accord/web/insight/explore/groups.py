"""Lifetime value by segment, cohort, service, lead source or account manager."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.group_values import GroupValue
from accord.insight.explore.groups import Group, GroupBy, groups
from accord.insight.models import ClientFigure
from accord.insight.queries_segments import NOT_SET
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.insight.explore.places import PASSED_ON, address
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, count_cell, short_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import money_short

LABELS = {
    GroupBy.SEGMENT: gettext_lazy("Segment"),
    GroupBy.COHORT: gettext_lazy("Year of first order"),
    GroupBy.SERVICE: gettext_lazy("Service bought"),
    GroupBy.SOURCE: gettext_lazy("Lead source"),
    GroupBy.MANAGER: gettext_lazy("Account manager"),
}
MOST = 15  # groups that the chart shows


class GroupFilter(ExploreFilter):
    by = forms.ChoiceField(
        label=gettext_lazy("Group by"),
        choices=[("", LABELS[GroupBy.SEGMENT]), *((by.value, LABELS[by]) for by in list(GroupBy)[1:])],
        required=False,
    )


class GroupPage(ExplorePage):
    """Past and future value of groups, with the clients of each one click away."""

    route = "explore-groups"
    title = gettext_lazy("Value by group")
    subtitle = gettext_lazy("What groups of clients have brought in, and what they are expected to bring in.")
    filter_class = GroupFilter

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        by = GroupBy(values.get("by") or GroupBy.SEGMENT)
        found = groups(rows, self.analysis, by)
        if not found:
            return self.nobody()
        currency = self.analysis.currency
        notes = [gettext("A client counts with each service it has bought, so the groups overlap.")]
        return Answer(
            sentence=_sentence(found, currency),
            columns=[
                Column(str(LABELS[by])),
                Column(gettext("Clients"), numeric=True),
                Column(gettext("Margin so far"), money=True, numeric=True),
                Column(gettext("Margin, 12 months"), money=True, numeric=True),
                Column(gettext("Lifetime value"), money=True, numeric=True),
                Column(gettext("80% interval"), numeric=True),
                Column(gettext("Median of a client"), money=True, numeric=True),
            ],
            records=found,
            row=lambda each: self._row(each, by),
            table_title=gettext("Groups"),
            chart=self._chart(found[:MOST]),
            notes=notes if by == GroupBy.SERVICE else [],
        )

    def _row(self, each: Group, by: GroupBy) -> Row:
        currency, value = self.analysis.currency, each.value
        known = value.count > 0
        sub = ""
        if known and value.count < each.clients:
            sub = gettext("%(count)s of %(all)s known") % {"count": value.count, "all": each.clients}
        interval, exact = (_interval(value, currency), f"{value.low:.2f} – {value.high:.2f}") if known else (None, None)
        total, middle = ((Decimal(str(round(amount, 2))) if known else None) for amount in (value.total, value.middle))
        return Row(
            0,
            self._url(each, by),
            [
                Cell(each.label or _without(by)),
                count_cell(each.clients),
                short_cell(each.past, currency),
                short_cell(each.year, currency),
                short_cell(total, currency, sub=sub),
                Cell(interval, numeric=True, raw=exact),
                short_cell(middle, currency),
            ],
        )

    def _url(self, each: Group, by: GroupBy) -> str:
        """The clients of a group; of those without a service there is no such list."""
        asked: dict[str, Any] = {name: self.asked.get(name, "") for name in PASSED_ON}
        if by == GroupBy.COHORT:
            asked |= {"first_from": f"{each.key}-01-01", "first_to": f"{each.key}-12-31"}
        elif by == GroupBy.MANAGER:
            asked["whose"] = each.key or "nobody"
        elif by == GroupBy.SERVICE:
            if not each.key:
                return ""
            asked["service"] = each.label
        else:
            asked["lead_source" if by == GroupBy.SOURCE else "segment"] = each.label or NOT_SET
        return address("explore-segments", asked)

    def _chart(self, found: list[Group]) -> dict[str, Any]:
        currency = self.analysis.currency
        past, ahead = gettext("Margin so far"), gettext("Lifetime value")
        bars, intervals = [], []
        for each in found:
            name = each.label or gettext("Not set")
            for what, amount in ((past, float(each.past)), (ahead, each.value.total)):
                tip = {gettext("Group"): name, what: money_short(amount, currency)}
                bars.append({"name": name, "what": what, "amount": round(amount, 2), "tip": tip})
            tip = {
                gettext("Group"): name,
                gettext("80% interval"): _interval(each.value, currency),
            }
            intervals.append({"name": name, "what": ahead, "low": each.value.low, "high": each.value.high, "tip": tip})
        return {
            "id": "value-groups",
            "title": gettext("Margin so far and lifetime value"),
            "text": gettext("The line is the 80%% interval of the lifetime value.") % {},
            "spec": drawing("value-groups", {"bars": bars, "intervals": intervals}, unit=currency),
        }


def _interval(value: GroupValue, currency: str) -> str:
    return f"{money_short(value.low, currency)} – {money_short(value.high, currency)}"


def _without(by: GroupBy) -> str:
    if by == GroupBy.MANAGER:
        return gettext("Unassigned")
    return gettext("No service recorded") if by == GroupBy.SERVICE else gettext("Not set")


def _sentence(found: list[Group], currency: str) -> str:
    first = next((each for each in found if each.label), found[0])
    text = ngettext(
        "%(group)s has the highest lifetime value: %(value)s from %(clients)s client, 80%% likely between %(low)s and "
        "%(high)s.",
        "%(group)s has the highest lifetime value: %(value)s from %(clients)s clients, 80%% likely between %(low)s and "
        "%(high)s.",
        first.clients,
    )
    return text % {
        "group": first.label or gettext("Not set"),
        "value": money_short(first.value.total, currency),
        "clients": first.clients,
        "low": money_short(first.value.low, currency),
        "high": money_short(first.value.high, currency),
    }
