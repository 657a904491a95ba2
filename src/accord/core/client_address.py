"""Where a request comes from: the connection's own address, unless a proxy that is trusted says otherwise.

``X-Forwarded-For`` is written by whoever sends the request, so it counts only when the connection comes from a proxy
that ``ACCORD_TRUSTED_PROXIES`` names, and then only the part which trusted proxies have added.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Either the networks of the proxies, or how many of them stand in a row before Accord."""

    networks: tuple[Network, ...] = ()
    count: int = 0

    @classmethod
    def parse(cls, text: str) -> TrustedProxies:
        """``2``, or ``10.0.0.0/8,127.0.0.1``. Raises ``ValueError`` for what is neither."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) == 1 and parts[0].isdigit() and int(parts[0]) < 10:
            return cls(count=int(parts[0]))
        return cls(tuple(ipaddress.ip_network(part, strict=False) for part in parts))

    def client(self, connection: str, forwarded: Sequence[str]) -> str:
        """The client's address, given that of the connection and those in ``X-Forwarded-For`` from left to right."""
        if self.count:
            return forwarded[-self.count] if len(forwarded) >= self.count else connection
        found = connection
        for address in reversed(forwarded):
            if not self._trusts(found):
                break
            found = address
        return found

    def _trusts(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Origin:
    """The address and the program of the request at hand; empty outside of one."""

    address: str = ""
    agent: str = ""


NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def origin() -> Origin:
    """Where the request that is being answered comes from."""
    return _origin.get()


def origin_of(request: HttpRequest) -> Origin:
    """The same, of ``request``; an IPv6 client is known by its /64, since it has all of that to itself."""
    connection = request.META.get("REMOTE_ADDR", "")
    forwarded = _addresses(request.META.get("HTTP_X_FORWARDED_FOR", "").split(","))
    found = settings.TRUSTED_PROXIES.client(connection, forwarded)
    agent = "".join(c if c.isprintable() else " " for c in request.META.get("HTTP_USER_AGENT", ""))
    return Origin(_written(found), agent[:200])


def set_origin(found: Origin) -> None:
    _origin.set(found)


def _addresses(parts: Iterable[str]) -> list[str]:
    """What stands in the header, without ports; something that is no address ends what can be believed to its left."""
    found: list[str] = []
    for part in parts:
        text = part.strip().strip('"')
        if text.startswith("["):
            text = text[1:].split("]")[0]
        elif text.count(":") == 1:
            text = text.split(":")[0]
        try:
            ipaddress.ip_address(text)
        except ValueError:
            found = []
            continue
        found.append(text)
    return found


def _written(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network(f"{known}/64", strict=False).network_address)
    return str(known)
