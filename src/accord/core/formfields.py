"""Form fields for the fields of :mod:`accord.core.fields`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.durations import clock, hours_in, hours_of
from accord.core.money import round_half_up
from accord.core.texts import gettext_lazy


class CurrencyCodeField(forms.CharField):
    """A currency's code, typed in whatever case: "eur" is EUR."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").upper()


class HoursField(forms.DecimalField):
    """Hours as people write them: ``1:30``, ``1.5``, ``1,5``, ``1.5h`` and ``90m`` are the same."""

    widget = forms.TextInput
    default_error_messages = {"invalid": gettext_lazy("Enter hours, for example 7:30 or 7.5.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 7, "decimal_places": 2, **kwargs})

    def to_python(self, value: Any) -> Any:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        hours = hours_in(text)
        if hours is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return hours

    def prepare_value(self, value: Any) -> Any:
        """Full minutes are shown as on a clock, unless they are full hours: ``7:30``, ``40``."""
        if not isinstance(value, Decimal):
            return value
        minutes = int(round_half_up(value * 60, 0))
        if minutes % 60 == 0 or hours_of(minutes) != value:
            return f"{value.normalize():f}"
        return clock(minutes)

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
