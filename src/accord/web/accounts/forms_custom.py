"""Forms of the firm's own fields and tags, and of several accounts at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from accord.accounts.actions.open_account import SERVING
from accord.accounts.models import Account, Contact, CustomField, Tag, read_custom
from accord.people.models import User
from accord.people.queries import users_with_role
from accord.web.shell.forms import DateInput, RecordForm

PREFIX = "custom_"


class CustomFieldForm(RecordForm):
    sections = [
        ("", ["on", "label", "key", "kind", "required", "order"]),
        ("Validation", ["choices", "lowest", "highest", "pattern"]),
    ]

    class Meta:
        model = CustomField
        fields = ["on", "label", "key", "kind", "required", "order", "choices", "lowest", "highest", "pattern"]
        labels: ClassVar[dict[str, str]] = {
            "on": "Of", "order": "Position", "choices": "Options", "lowest": "Lowest number",
            "highest": "Highest number",
        }  # fmt: skip
        help_texts: ClassVar[dict[str, str]] = {"lowest": "", "highest": "", "order": "Lower numbers come first."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # values are kept under these
            for name in ("on", "key", "kind"):
                del self.fields[name]


class TagForm(RecordForm):
    class Meta:
        model = Tag
        fields = ["name"]


class OwnFields:
    """Adds the firm's own fields of one kind of record to its form, and its tags."""

    own: str  # of which records: CustomField.On

    def add_own_fields(self, kept: dict[str, Any]) -> None:
        self.custom_fields = list(CustomField.objects.filter(on=self.own))
        for field in self.custom_fields:
            self.fields[f"{PREFIX}{field.key}"] = _form_field(field, kept.get(field.key))  # type: ignore[attr-defined]

    def add_tags(self, record: Account | Contact) -> None:
        """A field ``tag_names``; ``Tag.named`` makes tags of it."""
        kept = ", ".join(tag.name for tag in record.tags.all()) if record.pk else ""
        field = forms.CharField(label="Tags", required=False, initial=kept, help_text="Separate tags with commas.")
        field.widget.datalist = list(Tag.objects.values_list("name", flat=True))  # type: ignore[attr-defined]
        self.fields["tag_names"] = field  # type: ignore[attr-defined]

    def own_section(self) -> list[tuple[str, list[str]]]:
        names = [f"{PREFIX}{field.key}" for field in self.custom_fields]
        return [("Custom fields", names)] if names else []

    def read_own(self, kept: dict[str, Any]) -> dict[str, Any]:
        """The new values of ``custom``; what is wrong is said at its field."""
        given = {}
        for field in self.custom_fields:
            name = f"{PREFIX}{field.key}"
            if field.key in kept and name not in self.changed_data:  # type: ignore[attr-defined]
                continue  # it stays, also where the rules of the field have changed since
            value = self.cleaned_data.get(name)  # type: ignore[attr-defined]
            try:
                given[field.key] = field.read(value)
            except ValidationError as error:
                self.add_error(name, error)  # type: ignore[attr-defined]
        return {} if self.errors else read_custom(self.own, given, kept)  # type: ignore[attr-defined]


def _form_field(field: CustomField, value: Any) -> forms.Field:
    more: dict[str, Any] = {"label": field.label, "required": field.required, "initial": value}
    if field.kind == CustomField.Kind.DATE:
        return forms.DateField(widget=DateInput(), **more)
    if field.kind == CustomField.Kind.NUMBER:
        return forms.DecimalField(**more)
    if field.kind == CustomField.Kind.CHOICE:
        offered = [*field.offered, *([value] if value and value not in field.offered else [])]
        return forms.ChoiceField(choices=[("", "–"), *((text, text) for text in offered)], **more)
    if field.kind == CustomField.Kind.YES_NO:
        return forms.ChoiceField(
            choices=[("", "–"), ("yes", "Yes"), ("no", "No")],
            **more | {"initial": {True: "yes", False: "no"}.get(value, "")},
        )
    if field.kind == CustomField.Kind.LINK:
        return forms.URLField(assume_scheme="https", **more)
    return forms.CharField(max_length=2000, **more)


class BulkForm(forms.Form):
    """What to change of several accounts; what is left empty stays as it is."""

    owner = forms.ModelChoiceField(label="Account manager", queryset=User.objects.none(), required=False)
    status = forms.ChoiceField(choices=[("", "–"), *Account.Status.choices], required=False)
    tier = forms.ChoiceField(choices=[("", "–"), *Account.Tier.choices], required=False)
    segment = forms.CharField(max_length=80, required=False)
    industry = forms.CharField(max_length=80, required=False)
    add_tags = forms.CharField(label="Tags to add", required=False, help_text="Separate tags with commas.")
    take_tags = forms.ModelMultipleChoiceField(label="Tags to remove", queryset=Tag.objects.all(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = users_with_role(*SERVING)
        self.fields["owner"].queryset = User.objects.filter(pk__in=[user.pk for user in leaders]).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise ValidationError("Choose at least one change.")
        return cleaned
