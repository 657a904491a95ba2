"""Contacts by their addresses and numbers, of which each may have several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from accord.accounts.mail_addresses import stored
from accord.accounts.models import Affiliation, Contact, ContactEmail, ContactPhone
from accord.core.search.queries import search
from accord.people.models import User

_AT_ONCE = 500  # addresses in one statement


def reached_by(q: str) -> Q:
    """Contacts with ``q`` in one of their further addresses or numbers, or in the readable form of an address."""
    emails = search(ContactEmail, q)
    if (as_stored := stored(q if "@" in q else f"@{q}").removeprefix("" if "@" in q else "@")) != q:
        emails |= search(ContactEmail, as_stored)
        found = search(Contact, as_stored)
    else:
        found = Q()
    found |= Q(pk__in=ContactEmail.objects.filter(emails).values("contact"))
    return found | Q(pk__in=ContactPhone.objects.filter(search(ContactPhone, q)).values("contact"))


def known_addresses(addresses: Iterable[str], user: User) -> dict[str, list[tuple[int, int]]]:
    """Who of the clients that ``user`` sees these addresses (as they are compared) belong to: contact and account."""
    places = Affiliation.objects.visible_to(user).filter(until=None, account__archived_at=None)
    wanted = sorted(set(addresses))
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        for column in ("contact__email", "contact__emails__address"):
            rows = places.annotate(lower=Lower(column)).filter(lower__in=some)
            for address, contact, account in rows.order_by("pk").values_list("lower", "contact", "account"):
                if (contact, account) not in found[address]:
                    found[address].append((contact, account))
    return dict(found)
