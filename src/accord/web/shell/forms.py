"""Forms of records: version checked, pickers filtered by permission, saved through ``core.editing``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.core import editing
from accord.core.models import Record
from accord.core.money_fields import money_fields_of
from accord.web.shell.choices import keep_stored, with_hidden
from accord.web.shell.uniqueness import doubles


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
    """A form of one record for one user, which writes only what it shows.

    What is stored and may not be chosen here (a parent company that the user cannot see, a calendar that is no longer
    shared) stays as it is, and so does what the browser did not send. ``stored_elsewhere`` names choices that are no
    columns of the record and whose ``initial`` is a stored value nevertheless.

    ``sections`` groups field names under headings for the page: ``[("Address", ["street", "city"])]``.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sections: list[tuple[str, list[str]]] = []
    stored_elsewhere: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]
        hidden = money_fields_of(self._meta.model) & set(self.fields)
        if hidden and not self.instance.shows_money_to(user):
            for name in hidden:
                del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and hasattr(field.queryset, "visible_to"):
                field.queryset = _in_use(field.queryset.visible_to(user), getattr(self.instance, f"{name}_id", None))
            self._keep_stored(name, field)
            if isinstance(field, forms.DateField) and not isinstance(field, forms.DateTimeField):
                field.widget = DateInput(attrs=field.widget.attrs)
            if isinstance(field, forms.DateTimeField):
                field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)

    def _keep_stored(self, name: str, field: forms.Field) -> None:
        if not isinstance(field, forms.ModelChoiceField) or isinstance(field, forms.ModelMultipleChoiceField):
            return
        column = self._column(name)
        if self.instance.pk and isinstance(column, models.ForeignKey):
            keep_stored(field, getattr(self.instance, column.attname), self.user)
        elif name in self.stored_elsewhere:
            keep_stored(field, None, self.user)  # the form says which, as soon as it knows

    def _column(self, name: str) -> Any:
        """The model's own field of that name, None where the form asks for something else."""
        return next(
            (f for f in (*self.instance._meta.fields, *self.instance._meta.many_to_many) if f.name == name), None
        )

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        if self.instance.pk is None:
            return
        for name in list(self.cleaned_data):
            field, column = self.fields[name], self._column(name)
            if column is None:
                continue
            if field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)):
                self.cleaned_data[name] = getattr(self.instance, name)
            elif column.many_to_many and isinstance(field, forms.ModelMultipleChoiceField):
                stored = list(getattr(self.instance, name).all())
                self.cleaned_data[name] = with_hidden(field.queryset, self.cleaned_data[name], stored)

    def _post_clean(self) -> None:
        self.instance.known_rows = self._fetched()
        super()._post_clean()  # type: ignore[misc]
        self.instance.known_rows = frozenset()
        self._find_doubles()

    def _fetched(self) -> frozenset[str]:
        """Foreign keys whose rows this form has just read: that they exist need not be asked again."""
        return frozenset(
            name
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields.get(name), forms.ModelChoiceField)
            and isinstance(value, models.Model)
            and isinstance(self._column(name), models.ForeignKey)
        )

    def _find_doubles(self) -> None:
        """Say where the record would be a second one of its kind, also by fields that this form does not show."""
        unknown = {name for name in self.fields if name in self.errors}
        for name, sentence in list(doubles(self.instance, self.fields, unknown)):
            self.add_error(name, sentence)

    def is_refused_now(self, *, was_new: bool) -> bool:
        """After the database refused to save: whether the form, checked again, says in words what is wrong."""
        if was_new:
            self.instance.pk, self.instance._state.adding = None, True
        self.full_clean()
        return bool(self.errors)

    def only(self, name: str) -> None:
        """Ask for this field alone: the others stay as they are stored."""
        for other in set(self.fields) - {name, "version"}:
            del self.fields[other]
        self.sections = []

    def suggest(self, name: str, value: Any) -> None:
        """What the field of a new record begins with; its own ``initial`` would yield to the record's empty value."""
        if not self.instance.pk and not self.initial.get(name):
            self.initial[name] = value

    def clean_version(self) -> int:
        version = self.cleaned_data.get("version")
        if version is None:
            raise forms.ValidationError(gettext("This form is out of date. Reload the page and try again."))
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
