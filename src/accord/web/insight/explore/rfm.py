"""The RFM grid."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.rfm import SCORES, Segment
from accord.insight.explore.rfm import RfmGrid, RfmSum, rfm
from accord.insight.models import ClientFigure
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.insight.explore.places import PASSED_ON, address
from accord.web.insight.explore.rfm_names import RFM_NAMES
from accord.web.shell.list_parts import Cell, Column, Row, count_cell, short_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import money_short


class RfmPage(ExplorePage):
    """Recency × frequency with the clients of each field one click away."""

    route = "explore-rfm"
    title = gettext_lazy("RFM grid")
    subtitle = gettext_lazy("Who ordered recently, and who orders often.")
    template = "insight/explore/rfm.html"

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        found = rfm(rows)
        if not found.clients:
            return self.nobody()
        currency = self.analysis.currency
        shown = [(group, each) for group, each in found.groups.items() if each.clients]
        return Answer(
            sentence=self._sentence(found),
            columns=[
                Column(gettext("RFM group")),
                Column(gettext("Clients"), numeric=True),
                Column(gettext("Revenue so far"), money=True, numeric=True),
                Column(gettext("Margin, 12 months"), money=True, numeric=True),
                Column(gettext("Lifetime value"), money=True, numeric=True),
            ],
            records=shown,
            row=lambda record: self._row(record[0], record[1], currency),
            table_title=gettext("Groups"),
            more={"grid": self._grid(found)},
        )

    def _sentence(self, found: RfmGrid) -> str:
        slipping = sum(found.groups[each].clients for each in (Segment.CANNOT_LOSE, Segment.AT_RISK))
        best = found.groups[Segment.CHAMPIONS].clients
        texts = []
        if best:
            text = ngettext(
                "%(count)s of %(all)s clients orders often and has ordered recently.",
                "%(count)s of %(all)s clients order often and have ordered recently.",
                best,
            )
            texts.append(text % {"count": best, "all": found.clients})
        if slipping:
            text = ngettext(
                "%(count)s of %(all)s clients used to order often and hasn't ordered for a long time.",
                "%(count)s of %(all)s clients used to order often and haven't ordered for a long time.",
                slipping,
            )
            texts.append(text % {"count": slipping, "all": found.clients})
        return " ".join(texts) or gettext("No client orders much more often than the others.")

    def _asked(self, **more: Any) -> dict[str, Any]:
        """The conditions of the clients behind a figure: the page's own filters and ``more``."""
        return {name: self.asked.get(name, "") for name in PASSED_ON} | more

    def _row(self, group: Segment, each: RfmSum, currency: str) -> Row:
        key = group.name.lower()
        return Row(
            0,
            address("explore-segments", self._asked(rfm=key)),
            [
                Cell(RFM_NAMES[group]),
                count_cell(each.clients),
                short_cell(each.revenue_so_far, currency),
                short_cell(each.margin_year, currency),
                short_cell(each.lifetime_value, currency),
            ],
        )

    def _grid(self, found: RfmGrid) -> list[dict[str, Any]]:
        """The rows of the grid, the most frequent first; ``heat`` is from 0 to 4 by the number of clients."""
        most = max(each.clients for each in found.fields.values())
        lines = []
        for frequency in range(SCORES, 0, -1):
            fields: list[dict[str, Any]] = []
            for recency in range(1, SCORES + 1):
                each = found.fields.get((recency, frequency))
                if each is None:
                    fields.append({"clients": 0})
                    continue
                fields.append(
                    {
                        "clients": each.clients,
                        "value": money_short(each.lifetime_value, self.analysis.currency),
                        "heat": 1 + round(3 * each.clients / most),
                        "url": address("explore-segments", self._asked(recency=recency, frequency=frequency)),
                    }
                )
            lines.append({"frequency": frequency, "fields": fields})
        return lines
