"""What the lists of the API are filtered by: the parameters of their pages, read by the same queries."""

from __future__ import annotations

from typing import Literal

from ninja import Schema

from accord.api.pages import Key


class AccountQuery(Schema):
    """The filters of the Accounts page. ``tag`` is a tag's name, ``whose`` a user's id, ``me`` or ``nobody``.

    ``segment`` is the id of a saved segment or a name from the accounts' field; ``-`` finds those without one.
    """

    q: str = ""
    status: str = ""
    tier: str = ""
    tag: str = ""
    segment: str = ""
    city: str = ""
    country: str = ""
    whose: Key | Literal["", "me", "nobody"] = ""


class RequestQuery(Schema):
    """The filters of a client's requests; ``severity`` is its number."""

    q: str = ""
    status: str = ""
    kind: str = ""
    severity: Key | None = None


class ProjectQuery(Schema):
    """The filters of the Projects page. ``status`` is a status or ``open``: active or planned.

    ``segment`` is that of the client: the id of a saved one or a name.
    """

    q: str = ""
    status: str = ""
    whose: Literal["", "me"] = ""
    segment: str = ""


class InvoiceQuery(Schema):
    """The filters of the Invoices page, and ``account``, its id. ``status`` is a status or ``overdue``.

    ``segment`` is that of the client: the id of a saved one or a name.
    """

    q: str = ""
    account: int | None = None
    status: str = ""
    segment: str = ""
