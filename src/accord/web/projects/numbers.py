"""The figures of one project, as cards."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import translated
from accord.engines.money.earned_value import EarnedValue
from accord.projects.models import Project
from accord.web.shell.numbers import Number, amount, ratio
from accord.web.shell.templatetags.shell import money as written


def project_numbers(project: Project, total: EarnedValue) -> list[Number]:
    """Budget and schedule variance first, then what they are made of, in the order PMI reads them."""
    reason = "; ".join(map(translated, total.missing)).capitalize()

    def url(name: str) -> str:
        return reverse("project-number", args=[project.pk, name])

    def money(label: str, name: str, of: Decimal | None, *, signed: bool = False, caption: str = "") -> Number:
        return amount(
            label,
            of,
            project.currency,
            url=url(name),
            missing=reason or gettext("Not enough data."),
            signed=signed,
            caption=caption,
        )

    return [
        money(
            gettext("Budget variance"),
            "budget-variance",
            total.cv,
            signed=True,
            caption=_sides(total.cv, gettext("under budget"), gettext("over budget"), gettext("on budget")),
        ),
        money(
            gettext("Schedule variance"),
            "schedule-variance",
            total.sv,
            signed=True,
            caption=_sides(total.sv, gettext("ahead of schedule"), gettext("behind schedule"), gettext("on schedule")),
        ),
        ratio("CPI", total.cpi, url=url("cost-performance"), missing=reason, caption="EV ÷ AC"),
        ratio("SPI", total.spi, url=url("schedule-performance"), missing=reason, caption="EV ÷ PV"),
        money(gettext("Planned value"), "planned-value", total.pv, caption=gettext("budgeted by now")),
        money(gettext("Earned value"), "earned-value", total.ev, caption=gettext("budget of completed work")),
        money(gettext("Actual cost"), "actual-cost", total.ac, caption=gettext("spent so far")),
        money(
            gettext("Estimate at completion"),
            "estimate-at-completion",
            total.eac,
            caption=_against_budget(project, total),
        ),
    ]


def _sides(variance: Decimal | None, above: str, below: str, even: str) -> str:
    """What the sign of a variance means."""
    if variance is None:
        return ""
    return above if variance > 0 else below if variance < 0 else even


def figure_notes(total: EarnedValue) -> list[str]:
    """What is to be known beside figures that are there; where one is unknown, its card says why."""
    if total.ev is None or total.ac is None:
        return []
    return [f"{reason[0].upper()}{reason[1:]}." for reason in map(translated, total.missing)]


def _against_budget(project: Project, total: EarnedValue) -> str:
    return (
        gettext("of a budget of %(bac)s") % {"bac": written(total.bac, project.currency)}
        if total.bac is not None
        else ""
    )
