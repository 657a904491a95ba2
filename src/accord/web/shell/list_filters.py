"""What lists are filtered by: a form, whose rarer fields wait under "More filters", with a filter per custom field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.accounts.models import Account, CustomField
from accord.accounts.queries_custom import PREFIX, RANGED
from accord.core.texts import gettext_lazy
from accord.insight.queries_segments import NOT_SET, segments_of
from accord.web.shell.forms import DateInput

ANY = ("", gettext_lazy("Any"))


class ListFilter(forms.Form):
    """The form above a list. ``further`` names the fields under "More filters"; custom fields follow them."""

    further: tuple[str, ...] = ()

    def add_custom(self, fields: Iterable[CustomField]) -> None:
        """A filter for each custom field: ranges of numbers and dates, choices, and words of the rest."""
        for field in fields:
            for name, made in _filters_of(field):
                self.fields[name] = made
                self.further = (*self.further, name)

    def add_segments(self, user: Any) -> None:
        """A filter by the client's segment: the saved ones that ``user`` may use, and the names on accounts."""
        seen = Account.objects.visible_to(user).filter(archived_at=None).exclude(segment="")
        names = seen.order_by("segment").values_list("segment", flat=True).distinct()
        groups = [
            (gettext("Saved segments"), [(str(row.pk), row.name) for row in segments_of(user)]),
            (gettext("On accounts"), [(name, name) for name in names] + [(NOT_SET, gettext("Not set"))]),
        ]
        choices = [ANY, *((label, found) for label, found in groups if found)]
        self.fields["segment"] = forms.ChoiceField(label=gettext("Segment"), choices=choices, required=False)
        self.further = ("segment", *self.further)

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
