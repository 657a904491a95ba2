"""What lists are filtered by: a form, whose rarer fields wait under "More filters", with a filter per custom field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.core.texts import gettext_lazy
from accord.web.shell.custom_fields import PREFIX, custom_value
from accord.web.shell.forms import DateInput

ANY = ("", gettext_lazy("Any"))
RANGED = {CustomField.Kind.NUMBER, CustomField.Kind.DATE}


class ListFilter(forms.Form):
    """The form above a list. ``further`` names the fields under "More filters"; custom fields follow them."""

    further: tuple[str, ...] = ()

    def add_custom(self, fields: Iterable[CustomField]) -> None:
        """A filter for each custom field: ranges of numbers and dates, choices, and words of the rest."""
        for field in fields:
            for name, made in _filters_of(field):
                self.fields[name] = made
                self.further = (*self.further, name)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.further]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.further]

    @property
    def further_in_use(self) -> int:
        return sum(1 for field in self.further_fields if field.value())


def _filters_of(field: CustomField) -> Iterator[tuple[str, forms.Field]]:
    name = f"{PREFIX}{field.key}"
    if field.kind in RANGED:
        kind: Any = forms.DateField if field.kind == CustomField.Kind.DATE else forms.DecimalField
        more = {"widget": DateInput()} if field.kind == CustomField.Kind.DATE else {}
        yield f"{name}-from", kind(label=gettext("%(field)s from") % {"field": field.label}, required=False, **more)
        yield f"{name}-to", kind(label=gettext("%(field)s to") % {"field": field.label}, required=False, **more)
    elif field.kind == CustomField.Kind.CHOICE:
        offered = [(text, text) for text in field.offered]
        yield name, forms.ChoiceField(label=field.label, choices=[ANY, *offered], required=False)
    elif field.kind == CustomField.Kind.YES_NO:
        yield (
            name,
            forms.ChoiceField(
                label=field.label, choices=[ANY, ("yes", gettext("Yes")), ("no", gettext("No"))], required=False
            ),
        )
    else:
        yield name, forms.CharField(label=field.label, required=False)


def with_custom_values(rows: QuerySet[Any], fields: Iterable[CustomField], values: dict[str, Any]) -> QuerySet[Any]:
    """``rows`` whose custom ``fields`` have the ``values`` of the form."""
    for field in fields:
        name = f"{PREFIX}{field.key}"
        if field.kind in RANGED:
            is_number = field.kind == CustomField.Kind.NUMBER
            for end, lookup in (("from", "gte"), ("to", "lte")):
                bound = values.get(f"{name}-{end}")
                if bound is not None:
                    rows = rows.alias(**{name: custom_value(field)})
                    rows = rows.filter(**{f"{name}__{lookup}": bound if is_number else bound.isoformat()})
        elif wanted := values.get(name):
            if field.kind in (CustomField.Kind.YES_NO, CustomField.Kind.CHOICE):
                kept = wanted == "yes" if field.kind == CustomField.Kind.YES_NO else wanted
                rows = rows.alias(**{name: KeyTransform(field.key, "custom")}).filter(**{name: kept})
            else:
                text = KeyTextTransform(field.key, "custom")
                rows = rows.alias(**{name: text}).filter(**{f"{name}__icontains": wanted})
    return rows
