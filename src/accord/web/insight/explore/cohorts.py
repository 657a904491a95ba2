"""What cohorts of clients have brought since their first order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.cohort_values import CohortValues
from accord.engines.customers.retention import Period
from accord.insight.explore.cohorts import Measure, cohort_name, cohorts
from accord.insight.models import ClientFigure
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.insight.explore.places import PASSED_ON, address
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, count_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import money_short, number

LINES = 8  # cohorts that the chart can tell apart, the newest


class CohortFilter(ExploreFilter):
    measure = forms.ChoiceField(
        label=gettext_lazy("Per client"),
        choices=[
            ("", gettext_lazy("Margin")),
            (Measure.REVENUE.value, gettext_lazy("Revenue")),
            (Measure.ORDERS.value, gettext_lazy("Orders")),
        ],
        required=False,
    )
    period = forms.ChoiceField(
        label=gettext_lazy("Cohorts by"),
        choices=[("", gettext_lazy("Year")), (Period.QUARTER.value, gettext_lazy("Quarter"))],
        required=False,
    )
    added = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[("", gettext_lazy("Added up")), ("each", gettext_lazy("Each period"))],
        required=False,
    )


class CohortPage(ExplorePage):
    """Cohort × period since the first order: orders, revenue or margin per client."""

    route = "explore-cohorts"
    title = gettext_lazy("Cohorts")
    subtitle = gettext_lazy("What clients who joined in the same year or quarter have brought in since.")
    filter_class = CohortFilter

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        self.period = Period(values.get("period") or Period.YEAR)
        self.measure = Measure(values.get("measure") or Measure.MARGIN)
        self.adds = not values.get("added")
        found = cohorts(rows, self.period)
        if not found:
            return self.nobody()
        periods = max((len(each.counts) for each in found), default=0)
        is_year = self.period == Period.YEAR
        label = gettext("Year %(number)s") if is_year else gettext("Quarter %(number)s")
        return Answer(
            sentence=self._sentence(found),
            columns=[
                Column(gettext("First order in")),
                Column(gettext("Clients"), numeric=True),
                *(
                    Column(label % {"number": k + 1}, numeric=True, money=self.measure != Measure.ORDERS)
                    for k in range(periods)
                ),
            ],
            records=list(reversed(found)),
            row=lambda each: self._row(each, periods),
            table_title=gettext("Cohorts"),
            chart=self._chart(found),
            notes=self._notes(periods),
        )

    def _value(self, each: CohortValues, k: int) -> float | None:
        take = each.cumulated if self.adds else each.mean
        return take(k, self.measure.place)

    def _text(self, value: float) -> str:
        if self.measure == Measure.ORDERS:
            return number(value, 1)
        return money_short(value, self.analysis.currency)

    def _starts(self, each: CohortValues) -> date:
        assert isinstance(each.cohort, date)
        return each.cohort

    def _sentence(self, found: list[CohortValues]) -> str:
        """The first period of the newest complete cohort beside that of all earlier ones."""
        complete = [each for each in found if each.counts and each.counts[0] == each.size]
        if len(complete) < 2:
            return gettext("There is no second cohort with a whole period to compare yet.")
        last, earlier = complete[-1], complete[:-1]
        newest = last.mean(0, self.measure.place) or 0.0
        sums = sum(float(each.sums[0, self.measure.place]) for each in earlier)
        usual = sums / sum(each.counts[0] for each in earlier)
        text = {
            Measure.ORDERS: gettext(
                "Clients who joined in %(cohort)s ordered %(newest)s times each in their first %(period)s, compared "
                "with %(usual)s for earlier clients."
            ),
            Measure.REVENUE: gettext(
                "Clients who joined in %(cohort)s brought in revenue of %(newest)s each in their first %(period)s, "
                "compared with %(usual)s for earlier clients."
            ),
            Measure.MARGIN: gettext(
                "Clients who joined in %(cohort)s brought in a margin of %(newest)s each in their first %(period)s, "
                "compared with %(usual)s for earlier clients."
            ),
        }[self.measure]
        return text % {
            "cohort": cohort_name(self._starts(last), self.period),
            "newest": self._text(newest),
            "usual": self._text(usual),
            "period": gettext("year") if self.period == Period.YEAR else gettext("quarter"),
        }

    def _notes(self, periods: int) -> list[str]:
        notes = []
        if not self.analysis.counts_margin and self.measure == Measure.MARGIN:
            notes.append(gettext("No costs are recorded: margin is revenue."))
        if not periods:
            notes.append(gettext("No client has had a whole period since the first order yet."))
        return notes

    def _row(self, each: CohortValues, periods: int) -> Row:
        starts = self._starts(each)
        ends = self.period.first_day(self.period.number(starts) + 1) - timedelta(days=1)
        shared = {name: self.asked.get(name, "") for name in PASSED_ON}
        url = address("explore-segments", shared | {"first_from": starts.isoformat(), "first_to": ends.isoformat()})
        cells = [Cell(cohort_name(starts, self.period)), count_cell(each.size)]
        for k in range(periods):
            value = self._value(each, k)
            if value is None:
                cells.append(Cell(None, numeric=True))
                continue
            count = each.counts[k]
            of = (
                ""
                if count == each.size
                else ngettext("%(count)s client", "%(count)s clients", count) % {"count": count}
            )
            currency = "" if self.measure == Measure.ORDERS else self.analysis.currency
            cells.append(Cell(self._text(value), numeric=True, sub=of, raw=round(value, 2), currency=currency))
        return Row(0, url, cells)

    def _chart(self, found: list[CohortValues]) -> dict[str, Any] | None:
        shown = [each for each in found if each.counts][-LINES:]
        points: list[dict[str, Any]] = []
        for each in shown:
            name = cohort_name(self._starts(each), self.period)
            for k in range(len(each.counts)):
                value = self._value(each, k)
                if value is not None:
                    tip = {gettext("Cohort"): name, gettext("Per client"): self._text(value)}
                    points.append({"age": k + 1, "amount": round(value, 2), "cohort": name, "tip": tip})
        if not any(point["amount"] for point in points):
            return None  # an axis of nothing but 0 has no scale
        period = gettext("Years since the first order")
        if self.period == Period.QUARTER:
            period = gettext("Quarters since the first order")
        unit = gettext("Orders per client") if self.measure == Measure.ORDERS else self.analysis.currency
        title = {
            Measure.ORDERS: gettext("Orders per client"),
            Measure.REVENUE: gettext("Revenue per client"),
            Measure.MARGIN: gettext("Margin per client"),
        }[self.measure]
        return {
            "id": "cohorts",
            "title": title,
            "text": gettext("The last %(count)s cohorts.") % {"count": LINES} if len(found) > LINES else "",
            "spec": drawing("cohort-lines", {"points": points}, unit=unit, period=period),
        }
