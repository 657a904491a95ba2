"""Revenue, outstanding and overdue as cards: what a firm knows from its first invoice on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.accounts.models import Account
from accord.money.queries_receivables import Receivables, receivables
from accord.rates.queries import Conversion
from accord.web.shell.numbers import Number
from accord.web.shell.templatetags.shell import money, number


def plain_numbers(user: Any, currency: str, today: date, account: Account | None = None) -> list[Number]:
    """The three cards; none before the first invoice went out."""
    found = receivables(user, currency, today, account)
    if not found.has_invoices:
        return []
    invoices = reverse("invoices") if account is None else reverse("account-invoices", args=[account.pk])
    overdue = f"{invoices}?status=overdue" if account is None else invoices
    return [
        _card(gettext("Revenue, last 12 months"), found.revenue, gettext("invoiced, credit notes deducted"), invoices),
        _card(gettext("Outstanding"), found.outstanding, gettext("sent and unpaid"), invoices),
        _overdue(found, overdue),
    ]


def with_plain_numbers(
    numbers: Sequence[Number],
    user: Any,
    currency: str,
    today: date,
    account: Account | None = None,
    *,
    keep: bool = False,
) -> list[Number]:  # fmt: skip
    """``numbers``, and where a model lacks data for some, the plain figures in their place (``keep``: before them)."""
    if not any(number.missing for number in numbers):
        return list(numbers)
    return beside_plain(numbers, plain_numbers(user, currency, today, account), keep=keep)


def beside_plain(numbers: Sequence[Number], plain: Sequence[Number], *, keep: bool = False) -> list[Number]:
    """The same of ``plain`` figures that are there already."""
    if not plain or not any(number.missing for number in numbers):
        return list(numbers)
    return [*plain, *(number for number in numbers if keep or not number.missing)]


def _overdue(found: Receivables, url: str) -> Number:
    """Not known where no unpaid invoice says by when it is due; else with how many do not."""
    if found.undated and not found.dated:
        return Number(gettext("Overdue"), missing=gettext("No unpaid invoice has a due date."), tone="unknown", url=url)
    caption = gettext("past the due date")
    if found.undated:
        caption += ngettext(
            "; %(count)s unpaid invoice has no due date", "; %(count)s unpaid invoices have no due date", found.undated
        ) % {"count": number(found.undated)}
    return _card(gettext("Overdue"), found.overdue, caption, url, warn=True)


def _card(label: str, sums: Conversion, caption: str, url: str, *, warn: bool = False) -> Number:
    if sums.unconverted:
        left = ", ".join(money(amount, code) for code, amount in sums.unconverted.items())
        caption = gettext("without %(left)s: no exchange rate") % {"left": left}
    tone = "bad" if warn and sums.total.amount > 0 else "neutral"
    return Number(label, value=money(sums.total, sums.total.currency), caption=caption, tone=tone, url=url)
