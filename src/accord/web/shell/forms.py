"""Forms of records: version checked, pickers filtered by permission, saved through ``core.editing``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from accord.core import editing
from accord.core.models import Record


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _in_use(rows: Any, chosen: Any) -> Any:
    """``rows`` without those that are archived, or whose account is; what stands in the record already stays."""
    names = {field.name for field in rows.model._meta.get_fields()}
    path = "archived_at" if "archived_at" in names else "account__archived_at" if "account" in names else ""
    return rows.filter(Q(**{path: None}) | Q(pk=chosen)) if path else rows


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of one record for one user.

    ``sections`` groups field names under headings for the page: ``[("Address", ["street", "city"])]``.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sections: list[tuple[str, list[str]]] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and hasattr(field.queryset, "visible_to"):
                field.queryset = _in_use(field.queryset.visible_to(user), getattr(self.instance, f"{name}_id", None))
            if isinstance(field, forms.DateField) and not isinstance(field, forms.DateTimeField):
                field.widget = DateInput(attrs=field.widget.attrs)
            if isinstance(field, forms.DateTimeField):
                field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)

    def suggest(self, name: str, value: Any) -> None:
        """What the field of a new record begins with; its own ``initial`` would yield to the record's empty value."""
        if not self.instance.pk and not self.initial.get(name):
            self.initial[name] = value

    def clean_version(self) -> int:
        version = self.cleaned_data.get("version")
        if version is None:
            raise forms.ValidationError("This form is incomplete; open it again.")
        return int(version)

    def grouped_fields(self) -> list[dict[str, Any]]:
        """The visible fields under their headings; those that no section names come first."""
        if not self.sections:
            return []
        named = {name for _, names in self.sections for name in names}
        groups = [{"title": "", "fields": [f for f in self.visible_fields() if f.name not in named]}]
        groups += [
            {"title": title, "fields": [self[name] for name in names if name in self.fields]}
            for title, names in self.sections
        ]
        return [group for group in groups if group["fields"]]

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with a field that this form does not show is said above it."""
        if field is None and hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)

    @property
    def stored_values(self) -> dict[str, Any]:
        """The submitted values by field, without the version; subclasses leave out what is no column."""
        return {k: v for k, v in self.cleaned_data.items() if k != "version" and self._is_column(k)}

    def _is_column(self, name: str) -> bool:
        return name in {f.name for f in self._meta.model._meta.get_fields()}

    def save_for_user(self) -> Record:
        """Create or change the record; raises ``Conflict`` when somebody else was faster."""
        record: Record = self.instance
        if record.pk is None:
            many_names = {f.name for f in record._meta.many_to_many}
            many = {k: v for k, v in self.stored_values.items() if k in many_names}
            return editing.create(record, by=self.user, many=many)
        return editing.change(record, by=self.user, version=self.cleaned_data["version"], **self.stored_values)
