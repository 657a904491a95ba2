"""The retention of a run: who was a client when, and what follows from it for the firm and each of its groups."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext, ngettext

from accord.engines.customers.client_past import ClientPast, months_before
from accord.insight.history.decisions import Decision
from accord.insight.history.firm import FirmRecords, numbered_segments
from accord.insight.history.services import service_key
from accord.insight.history.standing import contract_past, contract_terms, known_days, project_past
from accord.insight.models import ClientFigure, ClientFigures, FirmRetention
from accord.insight.retention import (
    DIMENSIONS,
    FEWEST_CLIENTS,
    HALVES,
    FirmPast,
    as_json,
    groups,
    packed,
    period_figures,
    series,
)
from accord.rates.queries import Converter


def keep_retention(
    analysis: ClientFigures,
    rows: dict[int, ClientFigure],
    records: FirmRecords | None,
    exchange: Converter,
    windows: tuple[int, int],
) -> FirmRetention | None:
    """Fill the newest period of ``analysis`` and the movement and revenue of each client in ``rows``; give what is kept
    besides (unsaved), None where there is nothing to compare."""
    past = None if records is None else firm_past(records, exchange, windows)
    months = past.months() if past is not None else 0
    if past is None or not months:
        analysis.churn = {
            "reason": gettext("Retention compares clients with those of a quarter ago. There were none yet."),
        }
        return None
    end, start = past.as_of, months_before(past.as_of, months)
    found = {half: period_figures(past, half, start, end) for half in HALVES}
    stored = {half: as_json(figures) for half, figures in found.items()}
    analysis.churn = {"months": months, **stored["all"], **{half: stored[half] for half in ("contracts", "projects")}}
    for part in (analysis.churn, stored["contracts"], stored["projects"]):
        if reason := too_few(part["clients_at_start"]):
            part["reason"] = reason
    figures = {
        half: {
            "series": [as_json(figures) for figures in series(past, half)],
            "by": {dimension: _groups(past, half, dimension, start) for dimension in DIMENSIONS},
        }
        for half in HALVES
    }
    for movement in found["all"].found.rows:
        row = rows[int(str(movement.client))]
        row.revenue_before, row.revenue_now = movement.start, movement.end
        row.movement = movement.movement.value
    return FirmRetention(analysis=analysis, figures=figures, past=packed(past))


def _groups(past: FirmPast, half: str, dimension: str, start: date) -> list[dict[str, Any]]:
    return [
        {"group": number, **as_json(period_figures(part, half, start, past.as_of))}
        for number, part in groups(past, dimension)
    ]


def too_few(clients: int) -> str:
    """Why a rate of so few clients is not shown; empty for enough."""
    if clients >= FEWEST_CLIENTS:
        return ""
    if not clients:
        return gettext("No clients at the start of the period.")
    text = ngettext(
        "Only %(count)s client at the start of the period: at least %(fewest)s are needed.",
        "Only %(count)s clients at the start of the period: at least %(fewest)s are needed.",
        clients,
    )
    return text % {"count": clients, "fewest": FEWEST_CLIENTS}


def firm_past(records: FirmRecords, exchange: Converter, windows: tuple[int, int]) -> FirmPast:
    """Who was a client when, from the records of a run."""
    as_of, accounts = records.months.as_of, records.accounts
    orders: dict[int, list[Decision]] = records.decisions
    first = min(
        [contract.since for contract in records.contracts.values()] + [d.day for rows in orders.values() for d in rows]
    )
    days = known_days(first, as_of)
    services = tuple(sorted({name for found in records.services.values() for name in found}))
    numbers = {service_key(name): number for number, name in enumerate(services)}
    under = {pk: accounts[pk] for pk in records.contracts}
    held, terms = contract_past(contract_terms(under, as_of), days, as_of, exchange, numbers)
    ordering = project_past(orders, accounts, days, first, exchange, windows) if orders else _nobody(days)
    known = np.union1d(held.clients, ordering.clients)
    names, segment = numbered_segments([accounts[int(pk)] for pk in known])
    pairs = sorted((pk, numbers[service_key(name)]) for pk, found in records.services.items() for name in found)
    bought = np.array(pairs, np.int64).reshape(-1, 2)
    return FirmPast(
        as_of,
        held,
        ordering,
        terms,
        accounts=known,
        segment=segment,
        owner=np.array([accounts[int(pk)].owner_id or 0 for pk in known], np.int64),
        bought=bought[np.isin(bought[:, 0], known)],
        segments=names,
        services=services,
    )


def _nobody(days: np.ndarray[Any, Any]) -> ClientPast:
    none = np.zeros((0, len(days)))
    empty = np.zeros(0, np.int64)
    return ClientPast(days, empty, empty, none.astype(bool), none.astype(np.int64))
