"""The firm's own fields as columns of a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from accord.accounts.models import CustomField
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.fields import Choice, Field, FieldType
from accord.exchange.importers.run import Row, Run

PREFIX = "custom_"
HOLDS = {
    CustomField.Kind.NUMBER: FieldType.NUMBER,
    CustomField.Kind.DATE: FieldType.DATE,
    CustomField.Kind.CHOICE: FieldType.CHOICE,
}


def custom_fields(on: str) -> tuple[Field, ...]:
    """What a column may hold of the firm's own: ``on`` says of which records."""
    return tuple(
        Field(
            f"{PREFIX}{field.key}",
            field.label,
            HOLDS.get(CustomField.Kind(field.kind), FieldType.TEXT),
            (field.key.replace("_", " "),),
            decides=field.required,
            choice=_choice(field) if field.kind == CustomField.Kind.CHOICE else None,
            help=_("Custom field."),
            max_length=2000,
            digits=19,
            places=4,
        )
        for field in CustomField.objects.filter(on=on)
    )


def _choice(field: CustomField) -> Choice:
    unknown = _("is an unknown %(field)s", field=field.label.lower())
    return Choice(unknown, dict, lambda: [(offered, offered) for offered in field.offered])


class CustomValues:
    """Reads the own fields of rows by the rules of each."""

    def __init__(self, on: str) -> None:
        self.fields = {f"{PREFIX}{field.key}": field for field in CustomField.objects.filter(on=on)}

    def read(self, run: Run, row: Row, kept: dict[str, Any]) -> dict[str, Any] | None:
        """``kept`` with what the row says; a value that breaks its field's rule is left empty, with a warning.

        ``None``, with the problem written down, where the field is required.
        """
        found = dict(kept)
        for name, field in self.fields.items():
            if name not in row.values:
                continue
            value = row.values[name]
            try:
                found[field.key] = field.read(str(value).lower() if field.kind == CustomField.Kind.YES_NO else value)
            except ValidationError as error:
                say = run.refuse if field.required else run.warn
                say(row, name, _("doesn't fit the rule of this field"), " ".join(error.messages), str(value))
                if field.required:
                    return None
        return found
