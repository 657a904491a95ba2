"""Connections to hosts that people named: never into the inside network, unless whoever runs Accord allows it.

The address that was checked is the address that is connected to; a name that resolves differently a moment later gains
nothing by it.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from django.conf import settings

# IPv6 addresses that end in an IPv4 address: NAT64, and the translated ones of SIIT.
_TRANSLATED = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "::ffff:0:0:0/96")]


class Refused(OSError):
    """The host lies in the inside network, or cannot be found."""


def connect(host: str, port: int, timeout: float | None = None) -> socket.socket:
    """A connection to ``host``; raises :class:`Refused`, or ``OSError`` when nobody answers."""
    last: OSError | None = None
    for family, address in addresses(host, port):
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
            continue
        return connection
    raise last or Refused(f"{host} has no address.")


def addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    """What ``host`` resolves to; raises :class:`Refused` when any of it lies inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"There is no host called {host}.") from error
    if host.lower() not in settings.PRIVATE_HOSTS:
        for *_, address in found:
            if not is_outside(str(address[0])):
                raise Refused(
                    f"{host} lies in the inside network. Whoever runs Accord can allow it: ACCORD_PRIVATE_HOSTS."
                )
    return [(family, address) for family, _, _, _, address in found]


def is_outside(address: str) -> bool:
    """Whether an IP address can be reached from the whole Internet."""
    found: Any = ipaddress.ip_address(address.split("%")[0])
    if found.version == 6:
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and any(found in network for network in _TRANSLATED):
            inner = ipaddress.ip_address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_outside(str(inner))
    return bool(found.is_global and not found.is_multicast)
