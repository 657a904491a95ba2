"""Fields that mean the same thing in every room."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from accord.core.encryption import Unreadable, decrypt, encrypt
from accord.core.money import MOST_DIGITS, digits, round_half_up, rounded
from accord.core.secret_links import without_links
from accord.core.texts import gettext_lazy
from accord.engines import texts

iso_currency = RegexValidator(r"^[A-Z]{3}$", gettext_lazy("Enter a three-letter currency code, such as EUR or USD."))


class _Plain:
    """A field of Django's with a manner of its own."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """In the database it is what it derives from."""
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc]
        derived_from = next(base for base in type(self).__mro__ if base.__module__.startswith("django."))
        return name, f"django.db.models.{derived_from.__name__}", args, kwargs


class _WithoutLinks(_Plain):
    """Text of which no secret address is stored, whichever way it is written: save, bulk or update."""

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)  # type: ignore[misc]
        clean = self.get_prep_value(value)
        if clean != value and isinstance(value, str):
            setattr(instance, self.attname, clean)  # type: ignore[attr-defined]
        return clean

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)  # type: ignore[misc]
        return without_links(value) if isinstance(value, str) else value


class LinkFreeTextField(_WithoutLinks, models.TextField):  # type: ignore[type-arg]
    """Text that others read later: a secret address in it is stored as a label (:mod:`accord.core.secret_links`)."""


class LinkFreeCharField(_WithoutLinks, models.CharField):  # type: ignore[type-arg]
    """The same on one line. A label is shorter than the address it stands for."""


class TextsField(_Plain, models.JSONField):
    """Plain values among which marked texts (:mod:`accord.engines.texts`) stay marked, for readers of any language."""

    def get_prep_value(self, value: Any) -> Any:
        return texts.as_json(super().get_prep_value(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return texts.from_json(super().from_db_value(value, expression, connection))


class SealedURLField(models.URLField):  # type: ignore[type-arg]
    """An address that is a key by itself: encrypted in the database, so it cannot be searched for."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        try:
            return decrypt(value) if value else value
        except Unreadable:  # sealed with another installation's key: it is entered again
            return ""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value


NOTHING = Decimal("0.00")


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount of money, to the digits that its currency has.

    ``currency`` is the attribute path from the record to the code of that currency, such as ``project.currency``.
    """

    def __init__(self, *args: Any, currency: str = "currency", **kwargs: Any) -> None:
        self.currency = currency
        kwargs.setdefault("max_digits", 17)
        kwargs.setdefault("decimal_places", MOST_DIGITS)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        # The third digit exists for a few currencies; elsewhere it is no more than a zero at the end. SQLite adds
        # amounts as floating-point numbers, so that a sum has digits that no amount had.
        if not value:
            return None if value is None else NOTHING
        amount = round_half_up(value if isinstance(value, Decimal) else Decimal(str(value)), MOST_DIGITS)
        cents = amount.quantize(NOTHING)
        return cents if cents == amount else amount

    def get_prep_value(self, value: Any) -> Any:
        # Django would round half even, and only on SQLite.
        prepared = super().get_prep_value(value)
        return round_half_up(prepared, MOST_DIGITS) if isinstance(prepared, Decimal) else prepared

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        amount = super().clean(value, model_instance)
        currency = self.currency_of(model_instance)
        if isinstance(amount, Decimal) and currency and amount != rounded(amount, currency):
            places = digits(currency)
            raise ValidationError(
                gettext("Enter an amount with at most %(places)s decimal places.") % {"places": places}
                if places
                else gettext("Enter a whole amount: %(currency)s has no decimal places.") % {"currency": currency}
            )
        return amount

    def currency_of(self, record: models.Model | None) -> str:
        """The currency of this field's amount on ``record``; empty where the record does not have it yet."""
        try:
            return str(attrgetter(self.currency)(record) or "")
        except (AttributeError, ObjectDoesNotExist):
            return ""


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, iso_currency]

    def formfield(self, **kwargs: Any) -> Any:
        from accord.core.formfields import CurrencyCodeField

        return super().formfield(**{"form_class": CurrencyCodeField, **kwargs})


def wall_time(moment: datetime | None = None) -> datetime:
    """``moment``, by default now, on the firm's clock and without a zone: as plans tell time."""
    here: datetime = timezone.localtime(moment)
    return here.replace(tzinfo=None)


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
            raise ValidationError(gettext("Enter a date and time, such as 2026-03-02 09:00."))
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


class DayEnd(models.Func):
    """In a query: the end of the day that a date without a time means; a moment with a time is itself."""

    output_field = WallTimeField()
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, values = compiler.compile(self.source_expressions[0])
        moment = f"({sql})::timestamp"
        text = f"({moment} + CASE WHEN {moment}::time = '00:00' THEN interval '1 day' ELSE interval '0' END)"
        return text, (*values, *values)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, values = compiler.compile(self.source_expressions[0])
        text = f"CASE time({sql}) WHEN '00:00:00' THEN datetime({sql}, '+1 day') ELSE datetime({sql}) END"
        return f"replace({text}, ' ', 'T')", (*values, *values, *values)
