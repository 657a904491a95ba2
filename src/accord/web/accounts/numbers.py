"""The numbers of one client, as cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.accounts.models import Account
from accord.insight.models import ClientFigure, ProjectMeasure
from accord.insight.queries import Variances, variances
from accord.insight.reasons import strongest
from accord.projects.models import Project
from accord.web.shell.numbers import Number, amount, share
from accord.web.shell.templatetags.shell import day, money_short, percent

State = ClientFigure.State


def account_numbers(
    account: Account, row: ClientFigure | None, measures: Sequence[ProjectMeasure], today: date
) -> list[Number]:
    """Health, lifetime value, churn risk, and the variances of the active projects among ``measures``."""
    active = [measure for measure in measures if measure.project.status == Project.Status.ACTIVE]
    sums = variances(active, account.currency, today)
    return [health(account, row), lifetime_value(account, row), churn(account, row), *variance_numbers(account, sums)]


def health(account: Account, row: ClientFigure | None) -> Number:
    label, url = gettext("Health"), reverse("account-health", args=[account.pk])
    if row is None or row.health is None:
        return Number(label, missing=_why_unknown(row), tone="unknown", url=url)
    if row.state != State.ACTIVE:
        return Number(label, "0", state_text(row), "bad", url)
    if row.override is not None:
        caption = gettext("overridden until %(day)s; calculated %(health)s") % {
            "day": day(row.override.until),
            "health": f"{row.calculated['health']:.0f}",
        }
        return Number(label, f"{row.health:.0f}", caption, health_tone(row.health), url)
    return Number(label, f"{row.health:.0f}", strongest(row), health_tone(row.health), url)


def health_tone(value: float) -> str:
    """A typical client has 70; what is expected of most is no achievement."""
    return "neutral" if value >= 50 else "warn" if value >= 30 else "bad"


def lifetime_value(account: Account, row: ClientFigure | None) -> Number:
    label, url = gettext("Customer lifetime value"), reverse("account-number", args=[account.pk, "lifetime-value"])
    if row is None or row.lifetime_value is None:
        return Number(label, missing=_why_unknown(row), tone="unknown", url=url)
    analysis = row.analysis
    what = gettext("margin") if analysis.counts_margin else gettext("revenue, as no costs are recorded")
    caption = gettext("80%% likely from %(low)s to %(high)s; %(years)s years, discounted, %(what)s") % {
        "low": money_short(row.value_low, analysis.currency),
        "high": money_short(row.value_high, analysis.currency),
        "years": analysis.horizon_months // 12,
        "what": what,
    }
    return Number(label, money_short(row.lifetime_value, analysis.currency), caption, url=url)


def churn(account: Account, row: ClientFigure | None) -> Number:
    label, url = gettext("Churn risk"), reverse("account-number", args=[account.pk, "churn-rate"])
    if row is None or row.chance is None:
        return Number(label, missing=_why_unknown(row), tone="unknown", url=url)
    if row.state != State.ACTIVE:
        return Number(label, percent(1, 0), state_text(row), "bad", url)
    if row.override is not None:
        caption = gettext("within 12 months, from the overridden health; calculated %(chance)s") % {
            "chance": percent(row.calculated["chance"], 0)
        }
        return share(label, row.chance, url=url, missing="", caption=caption, warn=0.3, bad=0.6)
    caption = gettext("within 12 months, 80%% likely from %(low)s to %(high)s") % {
        "low": percent(row.chance_low, 0),
        "high": percent(row.chance_high, 0),
    }
    found = share(label, row.chance, url=url, missing="", caption=caption, warn=0.3, bad=0.6)
    # A small risk is what is expected of most clients, and no achievement.
    return replace(found, tone="neutral") if found.tone == "good" else found


def state_text(row: ClientFigure) -> str:
    """Why a client counts as lost."""
    texts = {
        State.NOTICE: gettext("Notice given on %(day)s"),
        State.LAPSED: gettext("No order since %(day)s: counts as lost"),
        State.FORMER: gettext("Former client since %(day)s"),
    }
    return texts[State(row.state)] % {"day": day(row.lost_on) if row.lost_on else gettext("an unknown date")}


def _why_unknown(row: ClientFigure | None) -> str:
    if row is None:
        return gettext("No orders, agreements or invoices of this client yet.")
    return row.withheld or row.analysis.reason or gettext("No orders or agreements of this client yet.")


def variance_numbers(account: Account, sums: Variances) -> list[Number]:
    if not sums.projects:
        reason = gettext("No active projects.")
    elif sums.unconverted == sums.projects:
        reason = gettext("No exchange rate to %(currency)s. Add one under Money.") % {"currency": sums.currency}
    else:
        reason = gettext("No active project has a baseline and actual cost.")
    known = sums.projects - sums.unknown - sums.unconverted
    caption = ngettext(
        "%(known)s of %(projects)s active project", "%(known)s of %(projects)s active projects", sums.projects
    ) % {"known": known, "projects": sums.projects}
    return [
        amount(
            label,
            value,
            sums.currency,
            url=reverse("account-number", args=[account.pk, slug]),
            missing=reason,
            caption=caption,
            signed=True,
        )
        for label, slug, value in (
            (gettext("Budget variance"), "budget-variance", sums.cost),
            (gettext("Schedule variance"), "schedule-variance", sums.schedule),
        )
    ]
