"""The figures that head the pages, as their cards show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accord.web.shell.templatetags.shell import money, percent


@dataclass(frozen=True, slots=True)
class Number:
    """One figure: a value with its meaning, a way to what is behind it, or the reason why it is unknown."""

    label: str
    value: str | None = None
    caption: str = ""
    tone: str = "neutral"
    url: str = ""
    missing: str = ""
    unit: str = ""


def amount(
    label: str, value: Decimal | None, currency: str, *, url: str, missing: str, caption: str = "", signed: bool = False
) -> Number:
    """A sum of money; a signed one is good above zero and bad below."""
    if value is None:
        return Number(label, missing=missing, tone="unknown", url=url)
    tone = "neutral" if not signed or value == 0 else "good" if value > 0 else "bad"
    text = money(value, currency)
    if signed and value > 0:
        text = f"+{text}"
    return Number(label, value=text, caption=caption, tone=tone, url=url)


def ratio(label: str, value: Decimal | float | None, *, url: str, missing: str, caption: str = "") -> Number:
    """An index around 1, such as CPI: above is good, below 0.95 is a warning, below 0.85 bad."""
    if value is None:
        return Number(label, missing=missing, tone="unknown", url=url)
    tone = (
        "good"
        if value >= 1
        else "neutral"
        if value >= Decimal("0.95")
        else "warn"
        if value >= Decimal("0.85")
        else "bad"
    )
    return Number(label, value=f"{value:.2f}", caption=caption, tone=tone, url=url)


def share(
    label: str, value: float | Decimal | None, *, url: str, missing: str, caption: str = "", warn: float, bad: float
) -> Number:
    """A share that is better when small, such as churn."""
    if value is None:
        return Number(label, missing=missing, tone="unknown", url=url)
    tone = "bad" if value >= bad else "warn" if value >= warn else "good"
    return Number(label, value=percent(value), caption=caption, tone=tone, url=url)


def signed(value: float) -> str:
    """A change or a contribution with its sign and one decimal.

    >>> signed(4.25), signed(-0.51), signed(-0.04)
    ('+4.2', '−0.5', '±0')
    """
    rounded = f"{abs(value):.1f}"
    return "±0" if rounded == "0.0" else f"{'+' if value > 0 else '−'}{rounded}"
