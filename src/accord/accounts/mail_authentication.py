"""Who really sent a mail, as the receiving server found out (Authentication-Results, RFC 8601).

Anybody may write such a field into a mail. Only the one that begins with the name of the mailbox's own server counts:
that server removes what strangers wrote under its name (RFC 8601, section 5), and puts its own on top.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accord.accounts.mail_addresses import compared

MOST_RESULTS = 20  # fields of one mail
_KNOWN = "pass fail none neutral softfail policy temperror permerror hardfail bestguesspass"
_RESULTS = frozenset(_KNOWN.split(" "))


class Verdict(StrEnum):
    """What the receiving server found out about the address in From."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Method:
    """One check: ``dkim``, ``pass``, and what it checked, such as ``{"header.d": "firm.example"}``."""

    name: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        return dict(self.properties).get(name, "")


@dataclass(frozen=True, slots=True)
class Results:
    """One field. ``server`` is empty where it names none, as Microsoft's do."""

    server: str
    methods: tuple[Method, ...]


def results_of(fields: Sequence[str]) -> tuple[Results, ...]:
    """The fields of a mail, the topmost first.

    >>> results_of(["mx.firm.example 1; dmarc=pass (p=reject) header.from=firm.example"])[0].methods[0].result
    'pass'
    """
    return tuple(_results(field) for field in fields[:MOST_RESULTS])


def verdict(results: Sequence[Results], servers: Collection[str], sender: str) -> Verdict:
    """What the topmost field of one of our ``servers`` says of ``sender``, the one address in From.

    It passes by DMARC, or where the server does not check that, by a DKIM signature of the sender's own domain.
    """
    named = {server.lower() for server in servers}
    ours = next((each for each in results if each.server in named), None)
    domain = compared(sender).rpartition("@")[2]
    if ours is None or not domain:
        return Verdict.UNKNOWN
    dmarc = [m for m in ours.methods if m.name == "dmarc" and m.get("header.from") in ("", domain)]
    if any(method.result == "pass" for method in dmarc):
        return Verdict.PASSED
    if any(method.result in ("fail", "hardfail") for method in dmarc):
        return Verdict.FAILED
    dkim = [m for m in ours.methods if m.name == "dkim"]
    if any(m.result == "pass" and _is_aligned(_signer(m), domain) for m in dkim):
        return Verdict.PASSED
    return Verdict.FAILED if dmarc or dkim else Verdict.UNKNOWN


def _signer(method: Method) -> str:
    return method.get("header.d") or method.get("header.i").rpartition("@")[2]


def _is_aligned(signer: str, domain: str) -> bool:
    """Whether both belong to one organisation, as far as can be told without a list of all registries."""
    if "." not in signer or "." not in domain:
        return False
    return signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")


def _results(field: str) -> Results:
    pieces = [piece.strip() for piece in _without_comments(field).split(";")]
    server = ""
    if pieces and "=" not in pieces[0]:
        server = (pieces[0].split() or [""])[0].strip('"').lower()
        pieces = pieces[1:]
    return Results(server, tuple(filter(None, (_method(piece) for piece in pieces[:50]))))


def _method(piece: str) -> Method | None:
    words = [word.partition("=") for word in _tokens(piece) if "=" in word]
    if not words:
        return None
    name, _, result = words[0]
    if result.lower() not in _RESULTS:
        return None
    properties = tuple((key.lower(), _domain_form(value)) for key, _, value in words[1:20])
    return Method(name.partition("/")[0].strip().lower(), result.lower(), properties)


def _domain_form(value: str) -> str:
    value = value.strip('"').lower()
    return compared(value if "@" in value else f"@{value}").removeprefix("@")


def _tokens(piece: str) -> Iterator[str]:
    """Words, with blanks around ``=`` and ``/`` taken away."""
    words: list[str] = []
    for word in piece.split():
        if words and (word[0] in "=/" or words[-1][-1] in "=/"):
            words[-1] += word
        else:
            words.append(word)
    yield from words


def _without_comments(text: str) -> str:
    """``text`` without what stands in parentheses, which may stand in each other, or in quotation marks as they are."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in text:
        if escaped:
            escaped = False
            if not depth:
                kept.append(letter)
        elif letter == "\\":
            escaped = True
        elif quoted:
            quoted = letter != '"'
            # A semicolon in quotation marks ends nothing; no name that we look for has one.
            kept.append(" " if letter == ";" else letter)
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
            kept.append(" ")
        elif not depth:
            quoted = letter == '"'
            kept.append(letter)
    return "".join(kept)
