"""One cell's text as a number or a date, read one way only or refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from accord.engines.texts import gettext_lazy
from accord.exchange.csv_table.currencies import without_currency

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

_BLANKS = str.maketrans("", "", " \u00a0\u202f'’")
_GROUPED = {
    "point": re.compile(r"^(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?$"),  # also 12,34,567 (India)
    "comma": re.compile(r"^\d{1,3}(?:\.\d{3})+(,\d+)?$"),
}
_SIMPLE = {"point": re.compile(r"^(?:\d+(?:\.\d*)?|\.\d+)$"), "comma": re.compile(r"^(?:\d+(?:,\d*)?|,\d+)$")}
_NO_CENTS = re.compile(r"(?<=[0-9])[.,][-\u2013\u2014\u2212]{1,2}$")  # 1'200.– and 1.200,-- are whole amounts, not less
_ISO = re.compile(r"^(\d{4})(?:([-/.]?)(\d{2})\2(\d{2})|(?:[-/]|\. ?)(\d{1,2})(?:[-/]|\. ?)(\d{1,2})\.?)(?:[T ].*)?$")
_NUMERIC_DATE = re.compile(r"^(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{2}|\d{4})(?:[T ,].*)?$")
_DAY_NUMBER = re.compile(r"^[1-9]\d{4}(?:[.,]\d+)?$")
DAY_ZERO = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}  # by a spreadsheet's system of dates
CENTURIES = (1900, 1950, 2000)  # the first of the hundred years that two digits stand for
_NAMED_DATE = re.compile(
    r"^(?:[^\W\d]{2,12}[.,]{0,2} )?"  # the day of the week
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?[ ./-]+(?:de |of )?(?P<m1>[^\W\d]{3,10})"
    r"|(?P<m2>[^\W\d]{3,10})[ ./-]+(?P<d2>\d{1,2})(?:st|nd|rd|th)?)"
    r"[ .,/-]+(?:de )?(?P<y>\d{4}|'?\d{2})(?:[T ,].*)?$",
    re.IGNORECASE,
)
_MONTHS = tuple(  # by their number, in the languages of the tables that come
    tuple(names.split())
    for names in (
        "january januar jänner janvier enero gennaio januari janeiro",
        "february februar février febrero febbraio fevereiro",
        "march märz maerz mars marzo maart mrt março", "april avril abril aprile",
        "may mai mayo maggio mei maio", "june juni juin junio giugno junho", "july juli juillet julio luglio julho",
        "august août agosto augustus", "september septembre septiembre settembre setembro",
        "october oktober octobre octubre ottobre outubro", "november novembre noviembre novembro",
        "december dezember décembre diciembre dicembre dezembro",
    )
)  # fmt: skip


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(1000)
def month_number(word: str) -> int | None:
    """The month whose name is ``word`` or begins with it; ``None`` where that is none, or several (``jui``).

    >>> [month_number(word) for word in ("Feb", "März", "MAI", "févr", "jui", "sept")]
    [2, 3, 5, 2, None, 9]
    """
    begun = _folded(word)
    found = {month for month, names in enumerate(_MONTHS, 1) if any(_folded(n).startswith(begun) for n in names)}
    return found.pop() if len(found) == 1 else None


class BadValue(ValueError):
    """The text cannot be taken for what its column is said to hold."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{message}. {remedy}")


def number(text: str, mark: str = "point") -> Decimal:
    """The exact decimal number, with ``mark`` (``point`` or ``comma``) between units and fraction.

    Grouping, currency signs and codes, a trailing minus, a dash for no cents and the brackets of accountants are read.
    NaN, infinity and exponents are refused: no ledger writes them, only a program that has lost digits.

    >>> number("1.234,56", "comma"), number("(17.50)"), number("€ 1'200.–"), number("1200-")
    (Decimal('1234.56'), Decimal('-17.50'), Decimal('1200'), Decimal('-1200'))
    """
    bare = _NO_CENTS.sub("", without_currency(text).translate(_BLANKS))
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        bare, negative = _NO_CENTS.sub("", bare[1:-1]), True
    elif bare.endswith("-"):
        bare, negative = bare[:-1], True
    elif bare[:1] in "+-\N{MINUS SIGN}" and bare:
        bare, negative = bare[1:], bare[0] != "+"
    if len(bare) <= 40 and bare.isascii() and (_SIMPLE[mark].match(bare) or _GROUPED[mark].match(bare)):
        plain = bare.replace(",", "") if mark == "point" else bare.replace(".", "").replace(",", ".")
        return -Decimal(plain) if negative else Decimal(plain)
    raise BadValue(
        gettext_lazy("is not a number"),
        _DIGITS[mark],
    )


_DIGITS = {
    "point": gettext_lazy("Use digits with a decimal point, such as 1234.56."),
    "comma": gettext_lazy("Use digits with a decimal comma, such as 1234,56."),
}


def decimal_mark(text: str) -> str:
    """What one number proves: ``point``, ``comma``, ``ambiguous`` (1.234) or nothing (1234).

    >>> [decimal_mark(t) for t in ("1234", "1.5", "1,234", "1.234,56", "1,234,567")]
    ['', 'point', 'ambiguous', 'comma', 'point']
    """
    points, commas = text.count("."), text.count(",")
    if points and commas:
        return "point" if text.rfind(".") > text.rfind(",") else "comma"
    if not points and not commas:
        return ""
    sign, own, other = (".", "point", "comma") if points else (",", "comma", "point")
    if points + commas > 1:
        return other
    before, after = ("".join(c for c in part if c.isdigit()) for part in text.split(sign))
    return "ambiguous" if len(after) == 3 and 1 <= len(before) <= 3 and before != "0" else own


_FORM = gettext_lazy("Use the form 2026-02-01.")
_READ_AS = {
    "dmy": gettext_lazy("Dates in this column are read as day/month/year. Use the form 2026-02-01."),
    "mdy": gettext_lazy("Dates in this column are read as month/day/year. Use the form 2026-02-01."),
    "ymd": gettext_lazy("Dates in this column are read as year/month/day. Use the form 2026-02-01."),
}


def day(text: str, order: str = "", century: int | None = None, system: str = "") -> date:
    """The date; a time of day after it is left aside. ``order`` (``dmy`` or ``mdy``) settles dates such as 01/02/2026.

    ``century`` is the first of the hundred years that a year of two digits may mean (``order`` may then be ``ymd``),
    ``system`` (``1900`` or ``1904``) says from where a spreadsheet's number counts the days.

    >>> day("2010-12-01 08:26:00"), day("1.2.2026", "dmy"), day("Feb 1, 2026")
    (datetime.date(2010, 12, 1), datetime.date(2026, 2, 1), datetime.date(2026, 2, 1))
    >>> day("2/24/26", "mdy", century=1950), day("45292", system="1900")
    (datetime.date(2026, 2, 24), datetime.date(2024, 1, 1))
    """
    remedy = _FORM
    if match := _ISO.match(text):
        return _date(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]), remedy)
    if match := _NUMERIC_DATE.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        is_short = len(match[4]) == 2
        if is_short:
            _full_year(year, century)
        if order == "ymd" and not is_short:
            order = ""
        if not order and not (match[2] == "." or (first == second and not is_short)):
            raise BadValue(
                gettext_lazy("is an ambiguous date"), gettext_lazy("Choose which comes first, the day or the month.")
            )
        if match[2] == "." and order != "ymd":
            order = "dmy"
        if is_short and order == "ymd":
            year, first, second = first, int(match[4]), second
        named, dom = (first, second) if order == "mdy" else (second, first)
        if is_short:
            year = _full_year(year, century)
        return _date(year, named, dom, _READ_AS.get(order, _READ_AS["dmy"]))
    if (match := _NAMED_DATE.match(text)) and (month := month_number(match["m1"] or match["m2"])):
        year = int(match["y"].lstrip("'"))
        if year < 100:
            year = _full_year(year, century)
        return _date(year, month, int(match["d1"] or match["d2"]), remedy)
    if _DAY_NUMBER.match(text):
        if system not in DAY_ZERO:
            raise BadValue(
                gettext_lazy("looks like a spreadsheet's day number"),
                gettext_lazy("Choose how such numbers count. Use the form 2026-02-01."),
            )
        return DAY_ZERO[system] + timedelta(days=int(text[:5]))
    raise BadValue(gettext_lazy("is not a date"), remedy)


def _full_year(year: int, century: int | None) -> int:
    if century is None:
        raise BadValue(
            gettext_lazy("is a date with a two-digit year"),
            gettext_lazy("Choose the century, or write four digits. Use the form 2026-02-01."),
        )
    return year + century - century % 100 + (100 if year < century % 100 else 0)


def is_day_number(text: str) -> bool:
    """Whether a spreadsheet may have written a day of the years 1927 to 2173 like this: ``45292``.

    >>> is_day_number("45292"), is_day_number("45292.75"), is_day_number("2026")
    (True, True, False)
    """
    return _DAY_NUMBER.match(text) is not None


def short_orders(text: str) -> frozenset[str] | None:
    """The orders in which a date whose year has two digits can be read, none being needed where its month has a name.

    ``None`` for any other text.

    >>> sorted(short_orders("2/24/26")), sorted(short_orders("01/02/26")), short_orders("01/02/2026")
    (['mdy'], ['dmy', 'mdy', 'ymd'], None)
    """
    if (named := _NAMED_DATE.match(text)) and len(named["y"]) < 4 and month_number(named["m1"] or named["m2"]):
        return frozenset()  # its order goes without saying
    match = _NUMERIC_DATE.match(text)
    if match is None or len(match[4]) != 2:
        return None
    a, b, c = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." and 1 <= a <= 31:
        return frozenset({"dmy"})
    found = {"dmy": (a, b), "mdy": (b, a), "ymd": (c, b)}
    return frozenset(order for order, (dom, month) in found.items() if 1 <= dom <= 31 and 1 <= month <= 12)


def _date(year: int, month: int, dom: int, remedy: str) -> date:
    try:
        found = date(year, month, dom)
    except ValueError:
        raise BadValue(gettext_lazy("is not a valid date"), remedy) from None
    if not EARLIEST <= found < LATEST:
        raise BadValue(gettext_lazy("is a date before 1900 or after 2199"), remedy)
    return found


def date_order(text: str) -> str | None:
    """What one date proves: ``dmy``, ``mdy``, ``ambiguous``, nothing (ISO, or the same both ways); ``None``: no date.

    Dates with dots are written day first wherever dots are used.

    >>> [date_order(t) for t in ("31/12/2026", "12-31-2026", "01/02/2026", "1.2.2026", "2026-02-01", "soon")]
    ['dmy', 'mdy', 'ambiguous', 'dmy', '', None]
    """
    match = _NUMERIC_DATE.match(text)
    if match is None:
        named = _NAMED_DATE.match(text)
        is_date = _ISO.match(text) and not text.isdigit()
        return "" if is_date or (named and month_number(named["m1"] or named["m2"])) else None
    first, second = int(match[1]), int(match[3])
    if match[2] == "." or (first > 12 >= second):
        return "dmy"
    if second > 12 >= first:
        return "mdy"
    return "" if first == second else "ambiguous"
