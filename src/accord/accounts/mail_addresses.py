"""E-mail addresses in the one form in which they are stored and compared.

A domain may be written in letters of its own language (``müller.example``) or as computers write it
(``xn--mller-kva.example``); stored is the latter, shown the former (IDNA 2008 with UTS 46).
"""

from __future__ import annotations

import idna


def stored(address: str) -> str:
    """``address`` as it is kept: its domain as computers write it, what stands before it untouched.

    >>> stored("Ana@Müller.example")
    'Ana@xn--mller-kva.example'
    """
    name, at, domain = address.strip().rpartition("@")
    if not at:
        return address.strip()
    if domain.isascii():
        return f"{name}@{domain.lower()}"
    try:
        return f"{name}@{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError, ValueError):  # no domain of the net, but an address of somebody's own making
        return f"{name}@{domain.lower()}"


def compared(address: str) -> str:
    """``address`` as it is compared: no mail server that people use tells capitals from small letters."""
    return stored(address).lower()


def shown(address: str) -> str:
    """``address`` as people read it.

    >>> shown("ana@xn--mller-kva.example")
    'ana@müller.example'
    """
    name, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{name}{at}{idna.decode(domain)}"
    except (idna.IDNAError, UnicodeError, ValueError):
        return address
