"""Currencies that stand beside an amount, as a sign or a code."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Signs by what they may mean; where several currencies use one, the likeliest first.
SIGNS: dict[str, tuple[str, ...]] = {
    "US$": ("USD",), "CA$": ("CAD",), "C$": ("CAD",), "CAD$": ("CAD",), "AU$": ("AUD",), "A$": ("AUD",),
    "NZ$": ("NZD",), "HK$": ("HKD",), "S$": ("SGD",), "NT$": ("TWD",), "R$": ("BRL",), "MX$": ("MXN",),
    "$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD", "CLP", "COP", "ARS"),
    "€": ("EUR",), "£": ("GBP", "EGP", "GIP"), "¥": ("JPY", "CNY"), "円": ("JPY",), "元": ("CNY",), "₹": ("INR",),
    "₽": ("RUB",), "руб.": ("RUB",), "₴": ("UAH",), "₺": ("TRY",), "₪": ("ILS",), "₩": ("KRW",), "฿": ("THB",),
    "₫": ("VND",), "₱": ("PHP",), "₦": ("NGN",), "zł": ("PLN",), "Kč": ("CZK",), "Ft": ("HUF",), "lei": ("RON",),
    "kr.": ("SEK", "NOK", "DKK", "ISK"), "kr": ("SEK", "NOK", "DKK", "ISK"), "SFr.": ("CHF",), "Fr.": ("CHF",),
    "TL": ("TRY",), "Rs.": ("INR", "PKR", "LKR", "NPR", "MUR"), "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "Euro": ("EUR",), "EURO": ("EUR",), "euro": ("EUR",),
}  # fmt: skip
# ISO 4217 (2024), currencies in circulation.
_CODES = """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG HRK"""
CODES = frozenset(_CODES.split())
USUAL = {"£": ("GBP",)}  # a sign that others use, too, but never without saying so
_LONGEST_FIRST = tuple(sorted(SIGNS, key=len, reverse=True))
_BY_FIRST = {sign[0]: tuple(s for s in _LONGEST_FIRST if s[0] == sign[0]) for sign in SIGNS}
_BY_LAST = {sign[-1]: tuple(s for s in _LONGEST_FIRST if s[-1] == sign[-1]) for sign in SIGNS}
_CODE_BEFORE, _CODE_AFTER = re.compile(r"^[A-Z]{3}(?![A-Za-z])"), re.compile(r"(?<![A-Za-z])[A-Z]{3}$")
_OPENING = "-+(\N{MINUS SIGN} \u00a0\u202f"


CONTRADICTION = ("",)  # two marks that no currency has both of


@lru_cache(1000)
def _parts(text: str) -> tuple[str, str, str, str, str]:
    """What stands before the first mark, the mark, the amount, the mark after it, and a closing bracket."""
    text = text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()  # １２００ is 1200
    if text[:1].isdigit() and text[-1:].isdigit():
        return "", "", text, "", ""
    bare = text.lstrip(_OPENING)
    opening, closing = text[: len(text) - len(bare)], ""
    if "(" in opening and bare.endswith(")"):
        bare, closing = bare[:-1].rstrip(), ")"
    before = next((sign for sign in _BY_FIRST.get(bare[:1], ()) if bare.startswith(sign)), "")
    if not before and (match := _CODE_BEFORE.match(bare)):
        before = match[0]
    rest = bare[len(before) :]
    after = next((sign for sign in _BY_LAST.get(rest[-1:], ()) if rest.endswith(sign)), "")
    if not after and (match := _CODE_AFTER.search(rest[-4:])):
        after = match[0]
    amount = rest[: len(rest) - len(after)]
    if not any(c.isdigit() for c in amount):  # no amount at all
        return "", "", text, "", ""
    return opening, before, amount, after, closing


def currencies_of(text: str) -> tuple[str, ...]:
    """The currencies that an amount may be in by what it says itself; none where it is silent.

    >>> currencies_of("USD 500.00"), currencies_of("500,00 €"), currencies_of("12.30"), currencies_of("kr 5")[:2]
    (('USD',), ('EUR',), (), ('SEK', 'NOK'))
    """
    _, before, _, after, _ = _parts(text)
    found = [USUAL.get(mark) or SIGNS.get(mark) or (mark,) for mark in (before, after) if mark]
    if len(found) == 2:  # "$500 USD": the code says which dollar
        return tuple(code for code in found[0] if code in found[1]) or CONTRADICTION
    return found[0] if found else ()


def sign_of(text: str) -> str:
    """The sign or code beside an amount, as it is written.

    >>> sign_of("$ 12.30"), sign_of("12.30")
    ('$', '')
    """
    _, before, _, after, _ = _parts(text)
    return before or after


def without_currency(text: str) -> str:
    """The amount alone.

    >>> without_currency("-$12.30"), without_currency("(500.00 GBP)"), without_currency("1.234,56 €")
    ('-12.30', '(500.00)', '1.234,56')
    """
    opening, _, amount, _, closing = _parts(text)
    return f"{opening.strip()}{amount.strip()}{closing}"
