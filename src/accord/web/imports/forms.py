"""Forms of an import: the upload, the mapping of a table's columns, where a plan goes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext

from accord.accounts.models import Account
from accord.core.access import may_create
from accord.core.fields import iso_currency
from accord.core.formfields import CurrencyCodeField
from accord.core.texts import gettext_lazy, translated
from accord.exchange.csv_table import Column, CsvShape
from accord.exchange.importers.fields import READING, Field, Option
from accord.exchange.importers.plan import known_project
from accord.exchange.importers.registry import TABLES
from accord.exchange.models import Import
from accord.exchange.queries import kinds_for, sources
from accord.people.models import Role, User
from accord.projects.models import Project

NOT_THERE = gettext_lazy("Not in the file")
LEAVE_EMPTY = "-"
WORDS_TEXT = gettext_lazy(
    "Choose what each value in the file means. The next file from this source uses the same mapping."
)


class UploadForm(forms.Form):
    """Which file, of what kind, from where."""

    checked_in_browser = True  # a form that comes back refused has lost its file
    kind = forms.ChoiceField(label=gettext_lazy("Type of data"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV, Microsoft Project XML (File, Save As, XML Format), or the European Central Bank's exchange rates. "
            "Files can be gzip-compressed."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xml,.gz,.zip"}),
    )
    source_name = forms.CharField(
        label=gettext_lazy("Source name"),
        max_length=60,
        help_text=(
            gettext_lazy(
                "For example “old CRM”. Importing from the same source again updates existing records instead of "
                "creating duplicates."
            )
        ),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_for(user)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.sources = sources(user)
        if self.sources:
            self.fields["source_name"].initial = self.sources[0]

    def clean_source_name(self) -> str:
        return " ".join(str(self.cleaned_data["source_name"]).split())


class MappingForm(forms.Form):
    """Which column holds what. Field names are prefixed, so that a column and an option never meet."""

    def __init__(self, run: Import, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importer, shape = TABLES[run.kind], CsvShape.from_json(run.shape)
        self.columns = self.importer.columns
        choices = [("", NOT_THERE), *((column.header, _with_samples(column)) for column in shape.columns)]
        for field in self.columns:
            self.fields[f"column_{field.name}"] = forms.ChoiceField(
                label=translated(field.label),
                choices=choices,
                required=field.required,
                initial=run.mapping.get(field.name, ""),
                help_text=translated(field.help),
            )
        for option in (*READING, *self.importer.options):
            self.fields[f"option_{option.name}"] = _option_field(option, run.options.get(option.name))
        self.words = _words_to_map(run, self.columns)
        for field, word, count, answer in self.words:
            self.fields[_word_name(field, word)] = _word_field(field, word, count, answer)

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The form's fields in groups, as the page shows them."""
        required = [self[f"column_{f.name}"] for f in self.columns if f.required or self._in_group(f.name)]
        others = [self[f"column_{f.name}"] for f in self.columns if not (f.required or self._in_group(f.name))]
        reading = [self[f"option_{option.name}"] for option in READING]
        own = [self[f"option_{option.name}"] for option in self.importer.options]
        words = [self[_word_name(field, word)] for field, word, _, _ in self.words]
        groups: list[dict[str, Any]] = [
            {"title": gettext("Values to map"), "text": WORDS_TEXT, "fields": words},
            {"title": gettext("Required columns"), "text": self._needed(), "fields": required},
            {"title": gettext("Optional columns"), "fields": others},
            {"title": gettext("Formats"), "fields": reading},
            {"title": gettext("Defaults"), "fields": own},
        ]
        return [group for group in groups if group["fields"]]

    def _in_group(self, name: str) -> bool:
        return any(name in group for group in self.importer.one_of)

    def _needed(self) -> str:
        groups = "; ".join(map(translated, self.importer.alternatives()))
        return gettext("Map at least one of: %(either)s.") % {"either": groups} if groups else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        used: dict[str, str] = {}
        for field in self.columns:
            header = values.get(f"column_{field.name}")
            if header and header in used:
                self.add_error(
                    f"column_{field.name}",
                    gettext("This column is already mapped to “%(used)s”.") % {"used": used[header]},
                )
            elif header:
                used[header] = translated(field.label)
        return values

    @property
    def mapping(self) -> dict[str, str]:
        return {f.name: self.cleaned_data.get(f"column_{f.name}", "") for f in self.columns}

    @property
    def options(self) -> dict[str, Any]:
        found = {o.name: self.cleaned_data.get(f"option_{o.name}") for o in (*READING, *self.importer.options)}
        values: dict[str, dict[str, str]] = {}
        for field, word, _, _ in self.words:
            if answer := self.cleaned_data.get(_word_name(field, word)):
                values.setdefault(field.name, {})[word] = "" if answer == LEAVE_EMPTY else answer
        return {**found, "values": values}

    def ask(self, asked: dict[str, str]) -> None:
        """Show the questions of the check beside the fields that they are about."""
        for name, text in asked.items():
            own = next(
                (f"{prefix}_{name}" for prefix in ("option", "column") if f"{prefix}_{name}" in self.fields), None
            )
            self.add_error(own, translated(text))


def _words_to_map(run: Import, columns: tuple[Field, ...]) -> list[tuple[Field, str, int, str | None]]:
    """Field, word, its rows in the last check, and what was answered: the unknown ones first."""
    unknown, answers = run.report.get("unknown") or {}, run.options.get("values") or {}
    found: list[tuple[Field, str, int, str | None]] = []
    for field in columns:
        if field.choice is None:
            continue
        answered = answers.get(field.name) or {}
        found += [(field, word, count, None) for word, count in unknown.get(field.name, ()) if word not in answered]
        found += [(field, word, 0, answer) for word, answer in answered.items()]
    return found


def _word_name(field: Field, word: str) -> str:
    return f"word_{field.name}_{sha256(word.encode()).hexdigest()[:16]}"


def _word_field(field: Field, word: str, count: int, answer: str | None) -> forms.Field:
    labels = field.choice.labels() if field.choice else []
    leave = [] if field.required else [(LEAVE_EMPTY, gettext("Leave empty"))]
    return forms.ChoiceField(
        label=f"{translated(field.label)}: {word}",
        choices=[("", gettext("Not mapped")), *labels, *leave],
        required=False,
        initial=LEAVE_EMPTY if answer == "" else answer or "",
        help_text=ngettext("%(count)s row", "%(count)s rows", count) % {"count": f"{count:,}"} if count else "",
    )


def _with_samples(column: Column) -> str:
    samples = ", ".join(sample[:24] for sample in column.samples)
    return f"{column.header} ({samples})" if samples else gettext("%(header)s (empty)") % {"header": column.header}


def _option_field(option: Option, value: Any) -> forms.Field:
    initial = option.initial if value in (None, "") else value
    label, help_text = translated(option.label), translated(option.help)
    if isinstance(option.default, bool):
        return forms.BooleanField(label=label, help_text=help_text, required=False, initial=initial)
    if option.choices:
        may_be_open = any(value == "" for value, _ in option.choices)
        return forms.ChoiceField(
            label=label,
            help_text=help_text,
            choices=[(value, translated(text)) for value, text in option.choices],
            required=not may_be_open,
            initial=initial,
        )
    return CurrencyCodeField(
        label=label,
        help_text=help_text,
        required=bool(option.initial),
        initial=initial,
        validators=[iso_currency],
    )


class AccountPartForm(forms.Form):
    """Where a plan goes: which client, which manager."""

    account = forms.ModelChoiceField(
        Account.objects.none(), label=gettext_lazy("Client"), required=False, empty_label=gettext_lazy("New account")
    )
    new_account = forms.CharField(label=gettext_lazy("Name of the new account"), max_length=200, required=False)
    manager = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Project manager"),
        required=False,
        empty_label=gettext_lazy("Unassigned"),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Project status"), choices=Project.Status.choices, initial=Project.Status.ACTIVE
    )
    separate = forms.BooleanField(
        label=gettext_lazy("Create a separate project"),
        help_text=gettext_lazy("Otherwise the plan of the project with the same name is replaced."),
        required=False,
    )

    def __init__(self, run: Import, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known_project(run)
        self.keep_dates = bool(run.options.get("keep_dates"))
        self.may_create = may_create(user, Account, owner=user)
        choices: Any = self.fields
        choices["account"].queryset = Account.objects.visible_to(user).filter(archived_at=None)
        managers = [
            u.pk for u in User.objects.filter(is_active=True) if u.has_role(Role.PROJECT_MANAGER, Role.ADMINISTRATOR)
        ]
        choices["manager"].queryset = User.objects.filter(pk__in=managers)
        choices["manager"].initial = user.pk if user.has_role(Role.PROJECT_MANAGER) else None
        for name, value in run.options.items():
            if name in self.fields:
                self.fields[name].initial = value
        if not self.may_create:
            del self.fields["new_account"]
            choices["account"].empty_label = gettext("Choose")
        if self.known is None and not run.options.get("separate"):
            del self.fields["separate"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        goes_to_known = self.known is not None and not values.get("separate")
        if not goes_to_known and not values.get("account") and not values.get("new_account"):
            text = (
                gettext("Choose the client, or enter a new one.") if self.may_create else gettext("Choose the client.")
            )
            self.add_error("account", text)
        return values

    @property
    def options(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "account": values["account"].pk if values.get("account") else None,
            "new_account": "" if values.get("account") else values.get("new_account", ""),
            "manager": values["manager"].pk if values.get("manager") else None,
            "status": values.get("status"),
            "separate": values.get("separate", False),
            "keep_dates": self.keep_dates,  # chosen when the check has shown which dates differ
        }
