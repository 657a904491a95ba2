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


def verdict(results: Sequence[Results], servers: Collection[str], sender: str, own_domain: str = "") -> Verdict:
    """What the topmost field of one of our ``servers`` says of ``sender``, the one address in From.

    It passes by DMARC, or where the server does not check that, by a DKIM signature of exactly the sender's domain.
    Within ``own_domain``, that of the mailbox, one host may sign for another.
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
    signers = [_signer(method) for method in dkim if method.result == "pass"]
    if any(_is_aligned(signer, domain, own_domain.lower()) for signer in signers):
        return Verdict.PASSED
    if any(_is_within(signer, domain) or _is_within(domain, signer) for signer in signers):
        return Verdict.UNKNOWN  # perhaps of one organisation: no proof that it is, nor that it is not
    return Verdict.FAILED if dmarc or dkim else Verdict.UNKNOWN


def _signer(method: Method) -> str:
    return method.get("header.d") or method.get("header.i").rpartition("@")[2]


def _is_aligned(signer: str, domain: str, own: str) -> bool:
    """Whether the signer vouches for ``domain``. Who shares a longer domain may be strangers, as those below co.uk."""
    if "." not in domain.strip("."):
        return False
    return signer == domain or ("." in own.strip(".") and _is_within(signer, own) and _is_within(domain, own))


def _is_within(domain: str, other: str) -> bool:
    return bool(other.strip(".")) and (domain == other or domain.endswith(f".{other}"))


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
    name, result = name.partition("/")[0].strip().lower(), result.lower()
    keys = [key.lower() for key, _, _ in words[1:]]
    if len(set(keys)) < len(keys):  # which one the server meant is anybody's guess: what passed by it has not
        return Method(name, "permerror" if result == "pass" else result)
    return Method(name, result, tuple((key.lower(), _domain_form(value)) for key, _, value in words[1:20]))


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
                kept.append(_without_meaning(letter))
        elif letter == "\\":
            escaped = True
        elif quoted:
            quoted = letter != '"'
            kept.append(_without_meaning(letter))
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
            kept.append(" ")
        elif not depth:
            quoted = letter == '"'
            kept.append(letter)
    return "".join(kept)


def _without_meaning(letter: str) -> str:
    """In quotation marks neither a semicolon nor a blank ends anything; no name that we look for has one."""
    return "_" if letter == ";" or letter.isspace() else letter
