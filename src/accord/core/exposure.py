"""Who can reach this installation, and so whether it must speak HTTPS. Pure: decided from settings alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine itself can reach: ``localhost``, ``127.0.0.1``, ``[::1]``."""
    name = host.strip().strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(origin: str) -> str:
    """The host of ``https://host:port``, with brackets around an IPv6 address as in a Host header."""
    host = urlsplit(origin).hostname or ""
    return f"[{host}]" if ":" in host else host


def is_local_only(*, listen: str, hosts: Sequence[str], origins: Sequence[str], behind_proxy: bool) -> bool:
    """True when nobody but this machine can reach the pages: a first look, for which plain HTTP is safe.

    ``listen`` is the address the server listens on, empty when another program decides that. Any name, origin or proxy
    that leads in from outside makes HTTPS the rule.
    """
    if behind_proxy or not listen or not is_loopback(listen):
        return False
    if any(not is_loopback(host) for host in hosts):
        return False
    return all(urlsplit(origin).scheme == "http" and is_loopback(host_of(origin)) for origin in origins)


def allowed_hosts(hosts: Sequence[str], origins: Sequence[str]) -> list[str]:
    """The names that a request may ask for: those given, and those of the origins; without either, this machine's."""
    named = [*hosts, *(host_of(origin) for origin in origins)]
    if all(is_loopback(name) for name in named):
        named += LOOPBACK_NAMES  # one machine, whichever of its names is typed
    return list(dict.fromkeys(name for name in named if name))


def public_address(hosts: Sequence[str], origins: Sequence[str]) -> str:
    """The address that links in emails begin with; empty where the settings name none."""
    if origins:
        return origins[0].rstrip("/")
    outside = next((host for host in hosts if not is_loopback(host) and not host.startswith((".", "*"))), "")
    return f"https://{outside}" if outside else ""
