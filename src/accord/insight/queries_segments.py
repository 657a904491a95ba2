"""Saved segments: named conditions on accounts and their figures, by which every list of clients can be filtered.

A segment is a saved view of the page Reports > Explore > Segments: its conditions are the filters of that page's
address. They are applied with the rights of who looks, so that one segment finds different clients for different
people, and never one they may not see; conditions on figures find only clients whose money they may see.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accord.accounts.models import Account, CustomField, Tag
from accord.accounts.queries import matching_accounts
from accord.accounts.queries_custom import PREFIX, RANGED, with_custom_values
from accord.core.access import Permission, can
from accord.engines.customers.rfm import DEFINITIONS, SCORES, Segment, segment_of
from accord.insight.models import ClientFigure
from accord.insight.queries import client_figures
from accord.people.models import Firm, SavedView

PAGE = "explore-segments"  # the route of the page whose saved views are segments
NOT_SET = "-"  # asks for accounts without a segment or lead source

# Conditions on figures between two bounds: the column of each, and what one unit of the condition is there.
RANGES: dict[str, tuple[str, Decimal | None]] = {
    "health": ("health", Decimal(1)),
    "risk": ("chance", Decimal(100)),
    "value": ("lifetime_value", Decimal(1)),
    "margin": ("margin_year", Decimal(1)),
    "first": ("first_decision_on", None),
    "last": ("last_decision_on", None),
}
PLAIN = ("kind", "state", "recency", "frequency")
ON_FIGURES = frozenset({*PLAIN, "rfm", "service", *(f"{name}_{end}" for name in RANGES for end in ("from", "to"))})
RFM_KEYS = {segment.name.lower(): segment for segment in DEFINITIONS}


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(text)
    return found


READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("q", "status", "tier", "segment", "lead_source", "city", "country", "whose"), str),
    **dict.fromkeys(("kind", "state", "rfm", "service"), str),
    **dict.fromkeys(("recency", "frequency"), int),
    **{
        f"{n}_{e}": date.fromisoformat if unit is None else _number
        for n, (_, unit) in RANGES.items()
        for e in ("from", "to")
    },
}


def segments_of(user: Any) -> list[SavedView]:
    """The segments that ``user`` may filter by, by name: their own and those shared.

    Without those on figures for who sees none: they would find nobody.
    """
    rows = SavedView.objects.visible_to(user).filter(page=PAGE).order_by("name", "pk")
    sees_figures = can(user, Permission.VIEW_MONEY, Firm())
    return [row for row in rows if sees_figures or not _asked(row.query).keys() & ON_FIGURES]


def matching_clients(rows: QuerySet[Account], values: dict[str, Any], user: Any) -> QuerySet[Account]:
    """Those of ``rows`` that the conditions ask for: the filters of accounts, the lead source, and figures.

    Ranges of figures end in ``_from`` and ``_to``, both included; ``risk`` is in per cent.
    """
    rows = in_segment(matching_accounts(rows, values, user), values.get("segment", ""), user, "pk", saved=False)
    if source := values.get("lead_source"):
        rows = rows.filter(lead_source="" if source == NOT_SET else source)
    if not any(values.get(name) not in (None, "") for name in ON_FIGURES):
        return rows
    return rows.filter(pk__in=matching_figures(client_figures(user), values).order_by().values("account"))


def matching_figures(rows: QuerySet[ClientFigure], values: dict[str, Any]) -> QuerySet[ClientFigure]:
    """Those of the rows of a run that the conditions on figures ask for."""
    for name in PLAIN:
        if asked := values.get(name):
            rows = rows.filter(**{name: asked})
    if asked := values.get("rfm"):
        rows = rows.filter(_in_rfm(asked))
    if asked := values.get("service"):
        named = json.dumps(str(asked), ensure_ascii=connection.vendor == "sqlite")  # as the database writes JSON
        rows = rows.alias(named=Cast("services", TextField())).filter(named__contains=named)
    for name, (column, unit) in RANGES.items():
        for end, lookup in (("from", "gte"), ("to", "lte")):
            bound = values.get(f"{name}_{end}")
            if bound is not None:
                rows = rows.filter(**{f"{column}__{lookup}": bound if unit is None else bound / unit})
    return rows


def _in_rfm(key: str) -> Q:
    """Scores whose field of the grid is the segment of that name."""
    wanted, found = RFM_KEYS.get(key), Q(pk__in=[])
    for recency in range(1, SCORES + 1):
        for frequency in range(1, SCORES + 1):
            if segment_of(recency, frequency) == wanted:
                found |= Q(recency=recency, frequency=frequency)
    return found


def rfm_segment(row: ClientFigure) -> Segment | None:
    """The segment of a client's scores; None where it has none."""
    return None if row.recency is None or row.frequency is None else segment_of(row.recency, row.frequency)


def in_segment(
    rows: QuerySet[Any], asked: str, user: Any, account: str = "account", *, saved: bool = True
) -> QuerySet[Any]:
    """Those of ``rows`` whose client is in a segment.

    ``asked`` is the id of a saved one or the name of the accounts' own field; ``account`` is the path from the rows to
    the client. An id that is none of the user's segments is read as a name. With ``saved`` off only names count.
    """
    if not asked:
        return rows
    segment = _saved(asked, user) if saved else None
    if segment is None:
        path = "segment" if account == "pk" else f"{account}__segment"
        return rows.filter(**{path: ""} if asked == NOT_SET else {f"{path}__iexact": asked})
    return rows.filter(**{f"{account}__in": segment_accounts(segment, user).order_by().values("pk")})


def _saved(asked: str, user: Any) -> SavedView | None:
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        return None
    return next((row for row in segments_of(user) if row.pk == int(asked)), None)


def segment_accounts(segment: SavedView, user: Any) -> QuerySet[Account]:
    """The accounts in a segment that ``user`` may see; none where its conditions can't be read any more."""
    rows = Account.objects.visible_to(user).filter(archived_at=None)
    asked = _asked(segment.query)
    fields = list(CustomField.objects.filter(on=CustomField.On.ACCOUNT)) if any(map(_is_custom, asked)) else []
    try:
        values = _values(asked, fields)
    except (ValueError, InvalidOperation, Tag.DoesNotExist):
        return rows.none()
    return with_custom_values(matching_clients(rows, values, user), fields, values)


def _asked(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def _is_custom(name: str) -> bool:
    return name.startswith(PREFIX)


def _values(asked: dict[str, str], fields: list[CustomField]) -> dict[str, Any]:
    """The conditions in the address of the page, as its form reads them."""
    values = {name: read(asked[name]) for name, read in READERS.items() if asked.get(name)}
    if tag := asked.get("tag"):
        values["tag"] = Tag.objects.get(pk=int(tag))
    for field in fields:
        name = f"{PREFIX}{field.key}"
        if field.kind not in RANGED:
            values[name] = asked.get(name)
            continue
        read: Callable[[str], Any] = _number if field.kind == CustomField.Kind.NUMBER else date.fromisoformat
        values |= {key: read(asked[key]) for key in (f"{name}-from", f"{name}-to") if asked.get(key)}
    return values
