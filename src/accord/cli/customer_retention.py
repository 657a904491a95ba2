"""``accord analyze retention``: what kind of file it is, and the document of figures each kind gives."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord.cli.customer_purchases import read_purchases
from accord.cli.customer_table import Table, plain
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said
from accord.engines.customers.intervals import wilson
from accord.engines.customers.retention import (
    DEFINITIONS,
    ClientRevenue,
    Movement,
    Purchase,
    Retention,
    Subscription,
    activity_churn,
    measure_retention,
    retention_intervals,
    subscription_retention,
)
from accord.engines.texts import Text, gettext_lazy, ngettext_lazy

if TYPE_CHECKING:
    from accord.engines.customers.shifted_beta_geometric import Tenures

_YES = {"yes", "y", "true", "t", "1", "churned", "left"}
_NO = {"no", "n", "false", "f", "0", "active", "stayed"}
_PROJECTED = 5
_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Question:
    """The options of the command."""

    customer: str | None = None
    date_column: str | None = None
    amount: str | None = None
    start: date | None = None
    end: date | None = None
    window_months: int | None = None
    contract_months: int = 1
    cohort_size: int = 1000
    discount_rate: float = 0.10


def answer(table: Table, question: Question) -> dict[str, Any]:
    """Recognise the file and compute its figures; raises :class:`BadInput` when it fits no kind."""
    try:
        for kind in (_survival, _tenures, _revenues, _subscriptions):
            if question.date_column is None and (document := kind(table, question)) is not None:
                return document
        return _transactions(table, question)
    except ValueError as error:
        raise BadInput(f"{table.file}: {said(error)}.") from None


def _survival(table: Table, question: Question) -> dict[str, Any] | None:
    """Periods 0, 1, 2 ... in the first column, survivors of a cohort in each other one."""
    if len(table.columns) < 2:
        return None
    first, *cohorts = table.columns
    if plain(first.header) not in ("period", "year", "years", "quarter", "month", "months", "renewal", "renewals", "t"):
        return None
    if first.samples[:2] != ("0", "1"):
        return None
    rows: list[tuple[Any, ...]] = list(table.read([(column, table.numbers(column)) for column in table.columns]))
    if [row[0] for row in rows] != list(range(len(rows))):
        raise BadInput(
            gettext("%(file)s: the periods in column %(column)s must be 0, 1, 2 and so on without a gap.")
            % {"file": table.file, "column": first.header}
        )
    from accord.engines.customers.shifted_beta_geometric import Tenures

    document = _document(gettext_lazy("survival table"), {"period": first.header})
    document["cohorts"] = []
    for column, values in zip(cohorts, list(zip(*rows, strict=True))[1:], strict=True):
        counts = [float(value) for value in values]
        # 100 or 1 at the start is a share; nobody projects the retention of a cohort of one.
        shares = counts[0] if counts[0] in (1, 100) else None
        survivors = [count * question.cohort_size / shares for count in counts] if shares else counts
        if survivors[0] == 0:
            raise BadInput(
                gettext("%(file)s: column %(column)s starts without clients.")
                % {"file": table.file, "column": column.header}
            )
        last, before = survivors[-1], survivors[-2] if len(survivors) > 1 else survivors[-1]
        document["cohorts"].append(
            {
                "name": column.header,
                "clients": survivors[0],
                "clients_lost": survivors[0] - last,
                "survivors": survivors,
                "logo_churn": 1 - last / survivors[0],
                "last_period_churn": 1 - last / before if before else None,
                "sbg": _sbg(Tenures.of_survivors(survivors), len(survivors) - 1, question.discount_rate, first.header),
            }
        )
    return document


def _tenures(table: Table, question: Question) -> dict[str, Any] | None:
    """How many months each client stayed, and whether it left."""
    tenure, left = table.find("tenure"), table.find("left")
    if tenure is None or left is None:
        return None
    who = table.find("customer", question.customer)
    rows: list[tuple[Any, ...]] = list(table.read([(tenure, table.numbers(tenure)), (left, yes_or_no)]))
    clients = [(float(months), gone) for months, gone in rows]
    document = _document(gettext_lazy("tenures"), {"tenure": tenure.header, "left": left.header})
    if who is not None:
        document["columns"]["customer"] = who.header
    document["definitions"] = {
        "logo_churn": gettext_lazy("Logo churn: clients who have left / all clients in the file")
    }
    lost = sum(gone for _, gone in clients)
    share = wilson(lost, len(clients))
    document |= {
        "clients": len(clients),
        "clients_lost": lost,
        "logo_churn": lost / len(clients),
        "confidence": 0.95,
        "logo_churn_interval": [share.low, share.high] if share else None,
        "survival": _curve([float(months) for months, _ in rows], [gone for _, gone in rows]),
    }
    document["sbg"] = _contracts(_in_renewals(clients, question.contract_months), question)
    return document


def yes_or_no(cell: str) -> bool:
    from accord.exchange.csv_table.values import BadValue

    word = cell.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadValue(gettext("must be yes or no"), gettext("Use yes or no."))


def _revenues(table: Table, question: Question) -> dict[str, Any] | None:
    """Each client's recurring revenue at the start and at the end of a period."""
    opening, closing = table.find("start_revenue"), table.find("end_revenue")
    who = table.find("customer", question.customer)
    if who is None or opening is None or closing is None or table.holds_dates(opening) or table.holds_dates(closing):
        return None
    if opening.filled == 0 or closing.filled == 0:
        return None
    readers = [
        (who, table.texts(who)),
        (opening, table.numbers(opening, optional=True)),
        (closing, table.numbers(closing, optional=True)),
    ]
    rows: list[tuple[Any, ...]] = list(table.read(readers))
    found = measure_retention(ClientRevenue(name, begin or Decimal(0), end or Decimal(0)) for name, begin, end in rows)
    columns = {"customer": who.header, "start revenue": opening.header, "end revenue": closing.header}
    return _document(gettext_lazy("revenue at start and end"), columns) | _figures(found)


def _subscriptions(table: Table, question: Question) -> dict[str, Any] | None:
    """Agreements with a start and an end, and a revenue per month."""
    who, starts, ends = table.find("customer", question.customer), table.find("starts"), table.find("ends")
    if who is None or starts is None or ends is None or not table.holds_dates(starts):
        return None
    money = table.find("amount", question.amount) if question.amount else table.find("revenue")
    readers = [(who, table.texts(who)), (starts, table.dates(starts)), (ends, table.dates(ends, optional=True))]
    if money is not None:
        readers.append((money, table.numbers(money)))
    rows: list[tuple[Any, ...]] = list(table.read(readers))
    subscriptions = [Subscription(row[0], row[1], row[2], row[3] if money else Decimal(1)) for row in rows if row[0]]
    if not subscriptions:
        raise BadInput(gettext("%(file)s: no row has a customer.") % {"file": table.file})
    end = question.end or max(max(row.starts, row.ends or row.starts) for row in subscriptions)
    start = question.start or months_before(end, 12)
    document = _document(
        gettext_lazy("subscriptions"), {"customer": who.header, "start": starts.header, "end": ends.header}
    )
    document["columns"] |= {"revenue": money.header} if money else {}
    document["period"] = {"start": start.isoformat(), "end": end.isoformat()}
    found = subscription_retention(subscriptions, start=start, end=end)
    document |= _figures(found, with_money=money is not None)
    stays = _stays_of(subscriptions, end)
    if stays:
        document["survival"] = _curve([months for months, _ in stays], [left for _, left in stays])
    document["sbg"] = _contracts(_in_renewals(stays, question.contract_months), question)
    return document


def _in_renewals(stays: list[tuple[float, bool]], contract_months: int) -> Tenures:
    from accord.engines.customers.shifted_beta_geometric import Tenures

    return Tenures.of_clients((months / contract_months, left) for months, left in stays)


def _stays_of(subscriptions: list[Subscription], end: date) -> list[tuple[float, bool]]:
    """Each paying client's stay in months, from its first start to its last end, as known on ``end``."""
    stays: dict[Any, tuple[date, date | None]] = {}
    for row in subscriptions:
        if row.revenue > 0 and row.starts <= end:
            until = row.ends if row.ends is not None and row.ends <= end else None
            first, last = stays.get(row.client, (row.starts, row.starts))
            stays[row.client] = (min(first, row.starts), None if last is None or until is None else max(last, until))
    return [(((last or end) - first).days / _MONTH, last is not None) for first, last in stays.values()]


def _transactions(table: Table, question: Question) -> dict[str, Any]:
    """Purchases in two windows of equal length, the last one ending with the file."""
    found = read_purchases(table, question.customer, question.date_column, question.amount)
    if not found.days:
        raise BadInput(gettext("%(file)s: no row has a customer.") % {"file": table.file})
    end = (question.end or max(found.days)) + timedelta(1)
    first = min(found.days)
    months = question.window_months or next((n for n in (12, 6, 3, 1) if months_before(end, 2 * n) >= first), 0)
    if not months:
        raise BadInput(
            gettext("%(file)s: the rows span less than two months, not enough to compare two periods.")
            % {"file": table.file}
        )
    boundary, start = months_before(end, months), months_before(end, 2 * months)
    amounts = found.amounts or [Decimal(1)] * len(found.days)
    bought = map(Purchase, found.customers, found.days, amounts)
    document = _document(gettext_lazy("transactions"), found.columns)
    document["period"] = {"start": start.isoformat(), "boundary": boundary.isoformat(), "end": end.isoformat()}
    document["window_months"] = months
    document["rows_without_customer"] = found.without_customer
    document |= _figures(
        activity_churn(bought, start=start, boundary=boundary, end=end), with_money=bool(found.amounts)
    )
    document["sbg"] = {
        "unknown_because": gettext_lazy("transactions have no renewals; use `accord analyze lifetime-value`")
    }
    return document


def months_before(day: date, months: int) -> date:
    """The same day of the month, or its last one, so many months earlier.

    >>> months_before(date(2026, 3, 31), 1).isoformat()
    '2026-02-28'
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _document(kind: Text, columns: dict[str, str]) -> dict[str, Any]:
    return {"kind": kind, "columns": dict(columns), "definitions": DEFINITIONS}


def _figures(found: Retention, *, with_money: bool = True) -> dict[str, Any]:
    """The ratios, the bridge and the rows; without money only clients are counted."""
    counts = {movement.value: len(found.clients(movement)) for movement in Movement}
    intervals = retention_intervals(found)
    document: dict[str, Any] = {
        "clients_at_start": found.clients_at_start,
        "clients_at_end": found.clients_at_end,
        "clients_lost": found.clients_lost,
        "logo_churn": found.logo_churn,
        "gross_revenue_retention": found.gross_revenue_retention if with_money else None,
        "net_revenue_retention": found.net_revenue_retention if with_money else None,
        "confidence": 0.95,
        **{
            f"{name}_interval": [each.low, each.high] if each and (with_money or name == "logo_churn") else None
            for name, each in intervals.items()
        },
        "movements": counts,
    }
    if with_money:
        parts = ("start_revenue", "churned", "contraction", "expansion", "new", "won_back", "end_revenue")
        document["bridge"] = {part: getattr(found, part) for part in parts}
    document["rows"] = [
        {
            "customer": row.client,
            "start": row.start,
            "end": row.end,
            "change": row.change,
            "movement": row.movement.value,
        }
        for row in sorted(found.rows, key=lambda row: row.change)
    ]
    return document


def _curve(duration: list[float], left: list[bool]) -> dict[str, Any] | None:
    """The Kaplan-Meier curve of stays in months."""
    from accord.cli.customer_churn import curve_document
    from accord.engines.customers.kaplan_meier import SurvivalCurve, kaplan_meier

    curve = kaplan_meier(duration, left)
    return curve_document(curve) if isinstance(curve, SurvivalCurve) else None


def _contracts(tenures: Tenures, question: Question) -> dict[str, Any]:
    months = question.contract_months
    rate = (1 + question.discount_rate) ** (months / 12) - 1
    return _sbg(tenures, 0, rate, ngettext_lazy("month", "%(count)s months", months))


def _sbg(tenures: Tenures, renewals: int, rate: float, period: str) -> dict[str, Any]:
    """The fitted survival of a client who has renewed ``renewals`` times."""
    from accord.engines.customers.likelihood import NotEnoughData
    from accord.engines.customers.shifted_beta_geometric import fit_sbg

    model = fit_sbg(tenures)
    if isinstance(model, NotEnoughData):
        return {"unknown_because": model.reason}
    ahead = range(renewals + 1, renewals + _PROJECTED + 1)
    errors = model.standard_errors
    ends = model.survival_interval(ahead)
    return {
        "params": {"alpha": model.alpha, "beta": model.beta},
        "standard_errors": {"alpha": errors[0], "beta": errors[1]} if errors else None,
        "log_likelihood": model.log_likelihood,
        "converged": model.converged,
        "clients": model.clients,
        "period": period,
        "renewals": renewals,
        "survival": {str(t): float(s) for t, s in zip(ahead, model.survival(ahead), strict=True)},
        "survival_interval": ends
        and {str(t): [low, high] for t, low, high in zip(ahead, *(end.tolist() for end in ends), strict=True)},
        "confidence": 0.8,
        "retention_rate": {str(t): float(r) for t, r in zip(ahead, model.retention_rate(ahead), strict=True)},
        "discount_rate_per_period": rate,
        "discounted_residual_lifetime": float(model.discounted_residual_lifetime(renewals, rate)),
    }
