"""What the lists of accounts and contacts are filtered by, the firm's own fields among it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import DecimalField, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from accord.accounts.models import Account, Affiliation, CustomField, Tag
from accord.people.models import User
from accord.web.accounts.forms_custom import PREFIX
from accord.web.shell.forms import DateInput

ANY = ("", "Any")
RANGED = {CustomField.Kind.NUMBER, CustomField.Kind.DATE}
NUMBER = DecimalField(max_digits=19, decimal_places=4)


class OwnFilters(forms.Form):
    """Adds a filter for each of the firm's own fields: ranges of numbers and dates, choices, and words of the rest."""

    own: str  # of which records: CustomField.On
    further: tuple[str, ...] = ()  # fields shown under "More filters", before the firm's own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in CustomField.objects.filter(on=self.own):
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
        yield f"{name}-from", kind(label=f"{field.label} from", required=False, **more)
        yield f"{name}-to", kind(label=f"{field.label} to", required=False, **more)
    elif field.kind == CustomField.Kind.CHOICE:
        offered = [(text, text) for text in field.offered]
        yield name, forms.ChoiceField(label=field.label, choices=[ANY, *offered], required=False)
    elif field.kind == CustomField.Kind.YES_NO:
        yield name, forms.ChoiceField(label=field.label, choices=[ANY, ("yes", "Yes"), ("no", "No")], required=False)
    else:
        yield name, forms.CharField(label=field.label, required=False)


def with_own_values(rows: QuerySet[Any], on: str, values: dict[str, Any]) -> QuerySet[Any]:
    """``rows`` whose own fields have the ``values`` of an ``OwnFilters`` form."""
    if not any(name.startswith(PREFIX) for name in values):
        return rows
    for field in CustomField.objects.filter(on=on):
        name = f"{PREFIX}{field.key}"
        # The key is named apart from lookups, so that a field may be called `contains`.
        text = KeyTextTransform(field.key, "custom")
        if field.kind in RANGED:
            is_number = field.kind == CustomField.Kind.NUMBER
            rows = rows.alias(**{name: Cast(text, NUMBER if is_number else TextField())})
            for end, lookup in (("from", "gte"), ("to", "lte")):
                bound = values.get(f"{name}-{end}")
                if bound is not None:
                    rows = rows.filter(**{f"{name}__{lookup}": bound if is_number else bound.isoformat()})
        elif wanted := values.get(name):
            if field.kind in (CustomField.Kind.YES_NO, CustomField.Kind.CHOICE):
                kept = wanted == "yes" if field.kind == CustomField.Kind.YES_NO else wanted
                rows = rows.alias(**{name: KeyTransform(field.key, "custom")}).filter(**{name: kept})
            else:
                rows = rows.alias(**{name: text}).filter(**{f"{name}__icontains": wanted})
    return rows


class AccountFilter(OwnFilters):
    own = CustomField.On.ACCOUNT
    further = ("segment", "city", "country", "archived")

    q = forms.CharField(label="Search accounts", required=False)
    status = forms.ChoiceField(choices=[ANY, *Account.Status.choices], required=False)
    tier = forms.ChoiceField(choices=[ANY, *Account.Tier.choices], required=False)
    whose = forms.ChoiceField(label="Account manager", required=False)
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), required=False, empty_label="Any")
    segment = forms.ChoiceField(required=False)
    city = forms.CharField(label="City", required=False)
    country = forms.ChoiceField(required=False)
    archived = forms.ChoiceField(label="Archived", choices=[("", "No"), ("yes", "Yes")], required=False)
    show = forms.ChoiceField(choices=[("", ""), ("board", ""), ("map", "")], required=False, widget=forms.HiddenInput)
    by = forms.ChoiceField(choices=[("", ""), ("tier", "")], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Account.objects.visible_to(user).filter(archived_at=None)
        for field in ("country", "segment"):
            names = seen.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
            self.fields[field].choices = [ANY, *((name, name) for name in names)]
        owners = User.objects.filter(pk__in=seen.order_by().values("owner")).order_by("name")
        everybody = [(str(pk), name) for pk, name in owners.values_list("pk", "name")]
        self.fields["whose"].choices = [("", "Anyone"), ("me", "Me"), ("nobody", "Unassigned"), *everybody]


class ContactFilter(OwnFilters):
    own = CustomField.On.CONTACT
    further = ("tag",)

    q = forms.CharField(label="Search contacts", required=False)
    part = forms.ChoiceField(label="Buying role", choices=[ANY, *Affiliation.Part.choices], required=False)
    there = forms.ChoiceField(
        label="Employment", choices=[("", "Current"), ("left", "Left"), ("all", "Any")], required=False
    )
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), required=False, empty_label="Any")
