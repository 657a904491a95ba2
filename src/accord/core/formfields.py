"""Form fields for the fields of :mod:`accord.core.fields`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms


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
            raise forms.ValidationError("Enter a date and time, such as 2026-03-02 09:00.") from None

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
