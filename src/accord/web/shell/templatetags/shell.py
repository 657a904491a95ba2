"""How figures, dates, people and fields are written on every page.

The module is a builtin of the template engine (see the settings), so templates need no ``{% load shell %}``.
All output is escaped unless it is built here from escaped parts.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop, ngettext

from accord.core import durations
from accord.core.dates import day_text, moment_text
from accord.core.money import digits, round_half_up
from accord.core.seen import seen
from accord.web.shell.markup import markup
from accord.web.shell.once import FIELD, new_token

if TYPE_CHECKING:
    from accord.web.shell.list_parts import Cell

register = template.Library()

MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
UNKNOWN = "\N{EN DASH}"

# A sign is used only where it names one currency; "CAD" stays a code because "$" would not.
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
TONES = {"good", "warn", "bad", "info", "accent", "neutral", "unknown"}
# How a cell's link is written, by whether it names the row and whether it opens in the drawer.
LINKS = {
    (False, False): '<a href="{}">{}</a>',
    (True, False): '<a href="{}" data-row>{}</a>',
    (False, True): '<a href="{}" data-drawer>{}</a>',
    (True, True): '<a href="{}" data-row data-drawer>{}</a>',
}


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _grouped(number: Decimal, places: int) -> str:
    rounded = round_half_up(number, places)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{places}f}"


def _with_currency(text: str, currency: str) -> str:
    sign = MINUS if text.startswith(MINUS) else ""
    body = text.removeprefix(MINUS)
    mark = SIGNS.get(currency)
    if mark:
        return f"{sign}{mark}{body}"
    return f"{sign}{currency}\N{NO-BREAK SPACE}{body}" if currency else text


@register.filter
def seen_by(record: Any, user: Any) -> Any:
    """``record`` if ``user`` may see it, else nothing: what a row names is not always theirs to see."""
    return seen(user, record) if record else None


@register.filter
def money(value: Any, currency: str = "") -> str:
    """An amount with its currency: ``{{ total|money:"EUR" }}`` gives €12,345.60, a dash when there is none.

    An object with ``amount`` and ``currency`` brings its own currency.
    """
    if hasattr(value, "amount"):
        currency = currency or str(getattr(value, "currency", ""))
        value = value.amount
    number = _decimal(value)
    if number is None:
        return UNKNOWN
    return _with_currency(_grouped(number, digits(currency)), currency)


@register.filter
def money_short(value: Any, currency: str = "") -> str:
    """The same amount for a card, to three figures: €12.3k, €4.56M; below 1,000 without cents."""
    if hasattr(value, "amount"):
        currency = currency or str(getattr(value, "currency", ""))
        value = value.amount
    number = _decimal(value)
    if number is None:
        return UNKNOWN
    for size, letter in ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "k")):
        # 999,950 is 1.00M, not 1000k: the half step decides which letter it takes.
        if abs(number) >= size * Decimal("0.9995"):
            scaled = number / size
            places = 2 if abs(scaled) < Decimal("9.995") else 1 if abs(scaled) < Decimal("99.95") else 0
            return _with_currency(_grouped(scaled, places) + letter, currency)
    return _with_currency(_grouped(number, 0), currency)


@register.filter
def number(value: Any, places: int = 0) -> str:
    """A grouped number: ``{{ 12345.678|number:1 }}`` gives 12,345.7."""
    parsed = _decimal(value)
    return UNKNOWN if parsed is None else _grouped(parsed, places)


IRREGULAR = {"people": "person"}


@register.filter
def singular(noun: str) -> str:
    """One of what a list counts: "1–1 of 1 change request"."""
    first, space, last = noun.rpartition(" ")
    last = IRREGULAR.get(last) or (f"{last.removesuffix('ies')}y" if last.endswith("ies") else last.removesuffix("s"))
    return f"{first}{space}{last}"


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A share as a percentage: ``{{ 0.125|percent }}`` gives 12.5%."""
    parsed = _decimal(value)
    return UNKNOWN if parsed is None else _grouped(parsed * 100, places) + "%"


@register.filter
def minutes(value: Any, per_day: int = 480) -> str:
    """Working time in its largest unit, as plans have it: ``{{ 1680|minutes }}`` gives 3.5 d at 480 minutes a day."""
    parsed = _decimal(value)
    if parsed is None:
        return UNKNOWN
    length = abs(parsed)
    size, unit = (per_day, "d") if length >= per_day or not length else (60, "h") if length >= 60 else (1, "min")
    figure = f"{round_half_up(length / size, 2).normalize():,f}"
    return f"{MINUS if parsed < 0 else ''}{figure}{NARROW}{unit}"


@register.filter
def hours(value: Any) -> str:
    """Minutes on the clock of a time sheet: ``{{ 750|hours }}`` gives 12:30 h."""
    parsed = _decimal(value)
    if parsed is None:
        return UNKNOWN
    whole = int(round_half_up(parsed, 0))
    on, left = divmod(abs(whole), 60)
    return f"{MINUS if whole < 0 else ''}{on:,}:{left:02d}{NARROW}h"


register.filter("clock", durations.clock)


def _local(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: Any) -> str:
    """A date that cannot be read two ways: 23 Nov 2026."""
    return day_text(_local(value), "\N{NO-BREAK SPACE}") if isinstance(value, dt.date) else UNKNOWN


@register.filter
def as_of(value: Any) -> str:
    """The moment up to which something is measured: midnight ends a day, so it is written as the day before."""
    if not isinstance(value, dt.datetime) or value.time() != dt.time.min:
        return moment(value) if isinstance(value, dt.datetime) else day(value)
    return day(value - dt.timedelta(days=1))


@register.filter
def moment(value: Any) -> str:
    """A date and a time of day in the reader's zone: 23 Nov 2026, 14:05."""
    if not isinstance(value, dt.datetime):
        return day(value)
    return moment_text(_local(value), "\N{NO-BREAK SPACE}")  # type: ignore[arg-type]


# How far apart two moments are: the seconds of each unit, and how its number is written.
DISTANCES = (
    (31_557_600, gettext_noop("%(count)s year"), gettext_noop("%(count)s years")),
    (2_629_800, gettext_noop("%(count)s month"), gettext_noop("%(count)s months")),
    (604_800, gettext_noop("%(count)s week"), gettext_noop("%(count)s weeks")),
    (86_400, gettext_noop("%(count)s day"), gettext_noop("%(count)s days")),
    (3_600, gettext_noop("%(count)s hour"), gettext_noop("%(count)s hours")),
    (60, gettext_noop("%(count)s minute"), gettext_noop("%(count)s minutes")),
)


def _distance(seconds: float) -> str:
    for size, one, many in DISTANCES:
        if seconds >= size:
            count = int(seconds // size)
            return ngettext(one, many, count) % {"count": count}
    return ""


@register.filter
def ago(value: Any) -> str:
    """How long ago, or how far ahead, with the exact moment on hover: 3 days ago, in 2 weeks, today."""
    if not isinstance(value, dt.date):
        return UNKNOWN
    if isinstance(value, dt.datetime):
        now = timezone.now() if timezone.is_aware(value) else dt.datetime.now()
        seconds = (now - value).total_seconds()
        nearest = gettext("just now")
    else:
        seconds = (timezone.localdate() - value).days * 86_400
        nearest = gettext("today")
    distance = _distance(abs(seconds))
    text = (
        nearest
        if not distance
        else gettext("%(distance)s ago") % {"distance": distance}
        if seconds > 0
        else gettext("in %(distance)s") % {"distance": distance}
    )
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), moment(value), text)


@register.filter
def initials(name: Any) -> str:
    """The letters in a person's disc: Maria von Trapp gives MT, one word gives its first two letters."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@register.filter
def hue(name: Any) -> str:
    """One of eight colours, always the same one for the same name: the class ``hue-0`` to ``hue-7``."""
    return f"hue-{zlib.crc32(str(name).encode()) % 8}"


@register.filter
def tone(value: Any) -> str:
    """The class of a tone: good, warn, bad, info, accent, unknown; anything else is neutral."""
    return f"tone-{value if value in TONES else 'neutral'}"


@register.filter
def beside(columns: Sequence[Any], cells: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each column with its cell: ``{% for column, cell in columns|beside:row.cells %}``.

    Raises:
        ValueError: there are more of the one than of the other.
    """
    return list(zip(columns, cells, strict=True))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite (names in ``frontend/icons.txt``), decorative unless it has a label."""
    address = f"{icons_url()}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return _decoration(address)


@cache
def _decoration(address: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.simple_tag
def once() -> SafeString:
    """The hidden field by which a form that is sent twice does its work once; it stands beside ``csrf_token``."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_token())


@register.simple_tag
@cache
def icons_url() -> str:
    """The address of the sprite; a page draws hundreds of icons: to ask the storage each time took a fifth of it."""
    return static("build/icons.svg")


@register.simple_tag
def needs_set_up() -> bool:
    """Whether the installation still waits for its first administrator."""
    from accord.people.set_up_link import needs_set_up as asked

    return asked()


@register.simple_tag
def cell(cell: Cell, first: bool = False, address: str = "") -> SafeString:
    """One cell of a table; ``first`` names the row and carries the row's own ``address``.

    Written here and not as a template: a list of fifty rows shows some four hundred cells, and that many includes took
    longer than all its queries.
    """
    value, tone_name, progress = cell.value, cell.tone, cell.progress
    link = cell.url or address
    if progress is not None and progress != "":
        body = _progress(progress, value or gettext("Progress"), tone_name)
    elif cell.badge and value:
        body = markup('<span class="badge {}">{}</span>', tone(tone_name), value)
    elif link:
        body = markup(LINKS[bool(first), bool(cell.drawer)], link, value)
    elif tone_name:
        body = markup('<span class="{} toned">{}</span>', tone(tone_name), UNKNOWN if value is None else value)
    else:
        body = markup("{}", UNKNOWN if value is None else value)
    if who := cell.who:
        body = markup('<span class="who">{}{}</span>', avatar(who, "small"), body)
    if sub := cell.sub:
        body = markup('{}<span class="cell-sub">{}</span>', body, sub)
    return body


def _progress(value: Any, label: Any, tone_name: Any) -> SafeString:
    mark = f" {tone(tone_name)}" if tone_name else ""
    return markup(
        '<span class="progress-line{}"><progress max="100" value="{}" aria-label="{}"></progress>'
        "<span>{}%</span></span>",
        mark, value, label, number(value),
    )  # fmt: skip


@register.simple_tag
def avatar(name: Any, size: str = "", square: bool = False) -> SafeString:
    """The disc with somebody's initials, or the square of a firm; ``size`` is small, large or nothing."""
    marks = f"{f' avatar-{size}' if size else ''}{' avatar-square' if square else ''}"
    return markup('<span class="avatar {}{}" aria-hidden="true">{}</span>', hue(name), marks, initials(name))


@register.filter
def layout(request: HttpRequest | None) -> str:
    """What ``{% extends request|layout %}`` extends: the drawer's sheet when the drawer asked, else the whole page."""
    htmx = getattr(request, "htmx", None)
    return "shell/drawer.html" if htmx and htmx.target == "drawer-body" else "shell/base.html"


@register.filter
def in_drawer(request: HttpRequest | None) -> bool:
    """Whether the page is being shown in the drawer."""
    return layout(request) == "shell/drawer.html"


@register.filter
def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing, so that the card of a phone can do without it."""
    return cell.value in (None, "", UNKNOWN) and cell.progress in (None, "") and not cell.sub


@register.simple_tag
def filters_in_use(form: forms.BaseForm) -> int:
    """How many of a list's filters are set, its search apart."""
    fields = [field for field in form.visible_fields() if field.name not in ("q", "search")]
    return sum(1 for field in fields if field.value() not in (None, "", []))


@register.filter
def sentence_case(text: Any) -> Any:
    """A title of allauth's as ours are written: Change Password becomes Change password. A sentence stays as it is."""
    first, *others = str(text).strip().split(" ")
    plain = [word.lower() if word.istitle() else word for word in others]
    first = re.sub(r"-[A-Z]", lambda found: found[0].lower(), first)
    return mark_safe(" ".join([first, *plain])) if isinstance(text, SafeString) else " ".join([first, *plain])


@register.filter
def breakable(value: Any) -> SafeString:
    """A value with a place to break a long email address, after its @."""
    name, at, host = str(value).partition("@")
    return format_html("{}@<wbr>{}", name, host) if at else conditional_escape(value)


@register.inclusion_tag("shell/parts/files.html", takes_context=True)
def record_files(context: Any, record: Any, may_change: bool | None = None) -> Any:
    """The card of a record's files, with their upload for who may change it: ``{% record_files account %}``.

    ``may_change`` is the answer where the view has asked for it already.
    """
    from accord.web.shell.files import files_card  # it reaches the models of every app

    card: Any = files_card(context["request"], record, may_change=may_change)
    return card | {"csrf_token": context.get("csrf_token")}
