"""Form fields for the fields of :mod:`accord.core.fields`."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.money import round_half_up
from accord.core.texts import gettext_lazy

_CLOCK = re.compile(r"^([0-9]{1,4}):([0-5][0-9])$")
_HOURS = re.compile(r"^([0-9]{1,5}(?:[.,][0-9]{1,6})?|[.,][0-9]{1,6})$")
_UNITS = ("hours", "hour", "hrs", "hr", "h")


def clock_minutes(text: str) -> int | None:
    """Minutes of ``1:30``; ``None`` for any other text."""
    found = _CLOCK.match(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def hours_of(minutes: int) -> Decimal:
    """Hours to a hundredth, from which the minutes can be told."""
    return round_half_up(Decimal(minutes) / 60, 2)


class CurrencyCodeField(forms.CharField):
    """A currency's code, typed in whatever case: "eur" is EUR."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").upper()


class HoursField(forms.DecimalField):
    """Hours as people write them: ``1:30``, ``1.5``, ``1,5`` and ``1.5h`` are the same."""

    widget = forms.TextInput
    default_error_messages = {"invalid": gettext_lazy("Enter hours, for example 7:30 or 7.5.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 7, "decimal_places": 2, **kwargs})

    def to_python(self, value: Any) -> Any:
        text = str(value if value is not None else "").strip().lower()
        if not text:
            return None
        for unit in _UNITS:
            text = text.removesuffix(unit).rstrip()
        if (minutes := clock_minutes(text)) is not None:
            return hours_of(minutes)
        if not _HOURS.match(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(text.replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        """Full minutes are shown as on a clock, unless they are full hours: ``7:30``, ``40``."""
        if not isinstance(value, Decimal):
            return value
        minutes = int(round_half_up(value * 60, 0))
        if minutes % 60 == 0 or hours_of(minutes) != value:
            return f"{value.normalize():f}"
        return f"{minutes // 60}:{minutes % 60:02d}"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "text", "autocomplete": "off"}


class WallTimeFormField(forms.Field):
    """``2026-03-02T09:00`` in, naive datetime out."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        try:
            return datetime.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            raise forms.ValidationError(gettext("Enter a date and time, such as 2026-03-02 09:00.")) from None

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
