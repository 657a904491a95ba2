"""Fields that mean the same thing in every room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.dateparse import parse_datetime

iso_currency = RegexValidator(r"^[A-Z]{3}$", "Use the three-letter ISO code, such as EUR or USD.")


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount of money to the cent; its currency stands beside it or on its parent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, iso_currency]


class WallTimeField(models.Field):  # type: ignore[type-arg]
    """A date and time on the plan's own wall clock: no zone, never shifted.

    Plans say "Monday 08:00" and mean it wherever it is read, as MS Project files do. A zone-aware column would move
    such times at every daylight-saving change.
    """

    description = "Wall clock date and time"

    def db_type(self, connection: Any) -> str:
        return "timestamp without time zone" if connection.vendor == "postgresql" else "varchar(19)"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> datetime | None:
        # Plans have thousands of these: what we wrote ourselves needs none of to_python's patience.
        return datetime.fromisoformat(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> datetime | None:
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.replace(tzinfo=None, microsecond=0)
        parsed = parse_datetime(str(value))
        if parsed is None:
            raise ValidationError("Use a date and time such as 2026-03-02 09:00.")
        return parsed.replace(tzinfo=None, microsecond=0)

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = self.get_prep_value(value)
        if value is None or connection.vendor == "postgresql":
            return value
        return value.strftime("%Y-%m-%dT%H:%M:%S") if value.year >= 1000 else value.isoformat(timespec="seconds")

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else value.isoformat()

    def formfield(self, **kwargs: Any) -> Any:
        from accord.core.formfields import WallTimeFormField

        return super().formfield(form_class=WallTimeFormField, **kwargs)
