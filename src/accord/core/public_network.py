"""Connections to hosts that people named: never into the inside network, unless whoever runs Accord allows it.

The address that was checked is the address that is connected to; a name that resolves differently a moment later gains
nothing by it.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

# IPv6 addresses that end in an IPv4 address: NAT64, and the translated ones of SIIT.
_TRANSLATED = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "::ffff:0:0:0/96")]
_UNICAST = ipaddress.ip_network("2000::/3")  # the only IPv6 addresses that are given to anybody on the Internet
_ISATAP = (0x00005EFE, 0x02005EFE)  # what stands before the IPv4 address in the lower half of an address
# What Python calls global, and yet answers inside: reserved ranges, and where clouds keep their machines' secrets.
_INSIDE = [
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # 192.0.0.192 is Oracle's
        "168.63.129.16/32",  # Azure's
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # reserved for protocols, Teredo (read below) apart
        "3fff::/20",  # for documentation
    )
]


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
    raise last or Refused(gettext("%(host)s has no IP address. Check the name.") % {"host": host})


def addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    """What ``host`` resolves to; raises :class:`Refused` when any of it lies inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(gettext("Can't find the host %(host)s. Check the name.") % {"host": host}) from error
    if host.lower() not in settings.PRIVATE_HOSTS:
        for *_, address in found:
            if not is_public(str(address[0])):
                raise Refused(
                    gettext(
                        "%(host)s is on the internal network. An administrator can allow it with ACCORD_PRIVATE_HOSTS."
                    )
                    % {"host": host}
                )
    return [(family, address) for family, _, _, _, address in found]


def is_public(address: str) -> bool:
    """Whether an IP address can be reached from the whole Internet."""
    found: Any = ipaddress.ip_address(address.split("%")[0])
    if found.version == 6:
        inner = _embedded(found)
        if inner is not None and not is_public(str(inner)):
            return False
        if found.ipv4_mapped or any(found in network for network in _TRANSLATED):
            return True
        if found not in _UNICAST:
            return False
        if found.teredo:
            return True
    if any(found in network for network in _INSIDE if network.version == found.version):
        return False
    return bool(found.is_global and not found.is_multicast)


def _embedded(found: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a packet to this IPv6 address may be handed to, in every form that is in use."""
    last = int(found) & 0xFFFFFFFF
    if any(found in network for network in _TRANSLATED) or (int(found) >> 32) & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(last)
    return found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
