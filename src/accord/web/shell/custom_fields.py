"""The firm's custom fields in forms, on the pages of records and in the cells of lists: one way for every kind."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Subquery
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.accounts.queries_custom import PREFIX, custom_value
from accord.core.json_rows import read_rows, rows_as_json
from accord.core.models import Record
from accord.web.shell.forms import DateInput, RecordForm
from accord.web.shell.list_parts import Cell, Column
from accord.web.shell.parts import Fact
from accord.web.shell.templatetags.shell import day, number

R = TypeVar("R", bound=Record)
Kind = CustomField.Kind


def kind_of(model: type[Record]) -> str:
    """Under which name of ``CustomField.On`` the fields of such records are defined."""
    return str(model._meta.model_name)


def fields_of(on: str) -> list[CustomField]:
    """The fields of one kind of record, in their order. One query; none for what has no fields."""
    return list(CustomField.objects.filter(on=on)) if on else []


def field_rows(on: str) -> Subquery:
    """The custom fields of one kind of record, for the record's own query (as ``field_rows``)."""
    return rows_as_json(CustomField.objects.filter(on=on), "key", "label", "kind", "order")


def with_field_rows(model: type[R]) -> QuerySet[R]:
    """The rows of a model, each with the custom fields of its kind: for the page of one record."""
    rows: QuerySet[R] = model.objects.annotate(field_rows=field_rows(kind_of(model)))
    return rows


class CustomFieldsForm(RecordForm):
    """A form of a whole record with the fields that the firm adds to its kind, under a heading of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.custom_fields = fields_of(kind_of(self._meta.model))
        kept = self.instance.custom
        for field in self.custom_fields:
            self.fields[f"{PREFIX}{field.key}"] = form_field(field, kept.get(field.key))
        if self.custom_fields:
            names = [f"{PREFIX}{field.key}" for field in self.custom_fields]
            self.sections = [*self.sections, (gettext("Custom fields"), names)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["custom"] = self._read_custom(self.instance.custom)
        if self.instance.pk is None and not self.errors:
            self.instance.custom = cleaned["custom"]
        return cleaned

    def _read_custom(self, kept: dict[str, Any]) -> dict[str, Any]:
        """``kept`` with the values of the form; what is wrong is said at its field."""
        values = dict(kept)
        for field in self.custom_fields:
            name = f"{PREFIX}{field.key}"
            if name not in self.fields:
                continue  # the form asks for another field only
            if field.key in kept and name not in self.changed_data:
                continue  # it stays, also where the rules of the field have changed since
            try:
                values[field.key] = field.read(self.cleaned_data.get(name))
            except ValidationError as error:
                self.add_error(name, error)
        return {key: value for key, value in values.items() if value is not None}


def form_field(field: CustomField, value: Any) -> forms.Field:
    """The form's field for a custom field that holds ``value``."""
    more: dict[str, Any] = {"label": field.label, "required": field.required, "initial": value}
    if field.kind == Kind.DATE:
        return forms.DateField(widget=DateInput(), **more)
    if field.kind == Kind.NUMBER:
        return forms.DecimalField(**more)
    if field.kind == Kind.CHOICE:
        offered = [*field.offered, *([value] if value and value not in field.offered else [])]
        return forms.ChoiceField(choices=[("", "–"), *((text, text) for text in offered)], **more)
    if field.kind == Kind.YES_NO:
        return forms.ChoiceField(
            choices=[("", "–"), ("yes", gettext("Yes")), ("no", gettext("No"))],
            **more | {"initial": {True: "yes", False: "no"}.get(value, "")},
        )
    if field.kind == Kind.LINK:
        return forms.URLField(assume_scheme="https", **more)
    return forms.CharField(max_length=2000, **more)


def custom_facts(record: Any) -> list[Fact]:
    """The custom fields of ``record`` as facts of its page; no query where it was fetched with :func:`field_rows`."""
    if hasattr(record, "field_rows"):
        fields = read_rows(CustomField, record.field_rows, "order")
    else:
        fields = fields_of(kind_of(type(record)))
    return [
        Fact(
            field.label,
            shown_value(field, record.custom.get(field.key)),
            url=str(record.custom.get(field.key) or "") if field.kind == Kind.LINK else "",
        )
        for field in fields
    ]


def shown_value(field: CustomField, value: Any) -> str:
    """A custom value as pages write it: a date like every other date of theirs."""
    if field.kind == Kind.DATE and value:
        return day(found) if (found := _date(value)) else str(value)
    return field.text(value)


def custom_columns(fields: list[CustomField]) -> list[Column]:
    """The columns of a list for ``fields``: hidden until somebody chooses them."""
    return [
        Column(
            field.label,
            f"{PREFIX}{field.key}",
            numeric=field.kind == Kind.NUMBER,
            shown=False,
            name=f"{PREFIX}{field.key}",
            edit=f"{PREFIX}{field.key}",
            total=custom_value(field) if field.kind == Kind.NUMBER else None,
        )
        for field in fields
    ]


def custom_cell(field: CustomField, values: dict[str, Any]) -> Cell:
    """The cell of one custom field; files get its number or date as such."""
    value = values.get(field.key)
    if value is None:
        return Cell(None, numeric=field.kind == Kind.NUMBER)
    if field.kind == Kind.NUMBER:
        amount = field.number(value)
        return Cell(number(amount) if amount is not None else str(value), numeric=True, raw=amount)
    words = shown_value(field, value)
    if field.kind == Kind.DATE:
        return Cell(words, raw=_date(value))
    return Cell(words, url=str(value) if field.kind == Kind.LINK else "")


def _date(value: Any) -> Any:
    try:
        return parse_date(str(value))
    except ValueError:
        return None
