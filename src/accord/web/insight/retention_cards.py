"""The firm's retention as cards: on Reports, and above the retention page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.insight.actions.retention_figures import too_few
from accord.insight.models import ClientFigures
from accord.insight.retention import FEWEST_CLIENTS
from accord.web.insight.retention_charts import interval_text
from accord.web.insight.retention_parts import Page
from accord.web.insight.retention_texts import NO_RUN
from accord.web.shell.numbers import Number, share
from accord.web.shell.templatetags.shell import day, money_short, percent

REVENUE_RATES = ("gross_revenue_retention", "net_revenue_retention")


def churn_rate(analysis: ClientFigures | None) -> Number:
    """Logo churn of all clients in the newest period."""
    label, url = gettext("Churn rate"), reverse("firm-number", args=["churn-rate"])
    if analysis is None or "logo_churn" not in analysis.churn:
        return _unknown(label, url, analysis)
    return _clients_lost(label, analysis.churn, url)


def revenue_retention(analysis: ClientFigures | None) -> list[Number]:
    """GRR and NRR of all clients in the newest period."""
    labels = (gettext("Gross revenue retention"), gettext("Net revenue retention"))
    urls = [reverse("firm-number", args=[slug]) for slug in ("gross-retention", "net-retention")]
    if analysis is None or "logo_churn" not in analysis.churn:
        return [_unknown(label, url, analysis) for label, url in zip(labels, urls, strict=True)]
    return [
        _revenue_kept(label, analysis.churn, name, url, analysis.currency)
        for label, name, url in zip(labels, REVENUE_RATES, urls, strict=True)
    ]


def retention_numbers(page: Page) -> list[Number]:
    """The figures of the half that is shown, each leading to the clients or contracts behind it."""
    found, currency = page.view.period(), page.view.run.currency
    cards = [_clients_lost(gettext("Logo churn"), found, page.clients(which="lost"))]
    if "contracts_at_start" in found:
        cards.append(_contracts_lost(gettext("Contract churn"), found, page.contracts(which="lost")))
    labels = (gettext("Gross revenue retention"), gettext("Net revenue retention"))
    cards += [
        _revenue_kept(label, found, name, page.clients(which="start"), currency)
        for label, name in zip(labels, REVENUE_RATES, strict=True)
    ]
    return cards


def _unknown(label: str, url: str, analysis: ClientFigures | None) -> Number:
    reason = str(NO_RUN) if analysis is None else analysis.churn.get("reason", "")
    return Number(label, missing=reason or gettext("No clients at the start of the period."), tone="unknown", url=url)


def _period(found: dict[str, Any]) -> dict[str, str]:
    return {name: day(date.fromisoformat(found[name])) for name in ("start", "end")}


def _clients_lost(label: str, found: dict[str, Any], url: str) -> Number:
    start = found["clients_at_start"]
    if found["logo_churn"] is None:
        return Number(label, missing=too_few(start), tone="unknown", url=url)
    caption = gettext("%(lost)s of %(clients)s clients lost, %(start)s to %(end)s (95%% interval %(interval)s)") % {
        "lost": found["clients_lost"],
        "clients": start,
        "interval": interval_text(*found["intervals"]["logo_churn"]),
        **_period(found),
    }
    return share(label, Decimal(found["logo_churn"]), url=url, missing="", caption=caption, warn=0.1, bad=0.2)


def _contracts_lost(label: str, found: dict[str, Any], url: str) -> Number:
    start = found["contracts_at_start"]
    if found["contract_churn"] is None:
        text = ngettext(
            "Only %(count)s contract at the start of the period: at least %(fewest)s are needed.",
            "Only %(count)s contracts at the start of the period: at least %(fewest)s are needed.",
            start,
        ) % {"count": start, "fewest": FEWEST_CLIENTS}
        missing = text if start else gettext("No contracts at the start of the period.")
        return Number(label, missing=missing, tone="unknown", url=url)
    caption = gettext("%(lost)s of %(contracts)s contracts lost, %(start)s to %(end)s (95%% interval %(interval)s)") % {
        "lost": found["contracts_lost"],
        "contracts": start,
        "interval": interval_text(*found["intervals"]["contract_churn"]),
        **_period(found),
    }
    return share(label, Decimal(found["contract_churn"]), url=url, missing="", caption=caption, warn=0.1, bad=0.2)


def _revenue_kept(label: str, found: dict[str, Any], name: str, url: str, currency: str) -> Number:
    if found[name] is None:
        start = found["clients_at_start"]
        known = start >= FEWEST_CLIENTS
        missing = gettext("No yearly revenue at the start of the period.") if known else too_few(start)
        return Number(label, missing=missing, tone="unknown", url=url)
    value = Decimal(found[name])
    tone = "good" if value >= 1 else "neutral" if value >= Decimal("0.85") else "warn"
    caption = gettext("of %(revenue)s a year from %(clients)s clients (95%% interval %(interval)s)") % {
        "revenue": money_short(Decimal(found["start_revenue"]), currency),
        "clients": found["clients_at_start"],
        "interval": interval_text(*found["intervals"][name]),
    }
    return Number(label, percent(value), caption, tone, url)
