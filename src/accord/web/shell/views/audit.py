"""The audit log of a record or of the whole firm: every event, with filters, pages and export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views import View

from accord.core.event_kinds import RecordEvent, all_kinds, label_of, labelled
from accord.core.models import Event, Record
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.web.shell.addresses import address_of
from accord.web.shell.event_changes import Change, EventReader
from accord.web.shell.event_kinds import record_name
from accord.web.shell.export import TYPES, TooManyRows, table_file
from accord.web.shell.forms import DateInput
from accord.web.shell.parts import Empty, Link

PAGE_SIZE = 50
SHOWN_CHANGES = 12  # fields of one event on the page; the export has all
MOST_EXPORTED = 50_000
AUTOMATIC = "accord"
EARLIEST, LATEST = date(1970, 1, 1), date(9998, 12, 31)  # what a time zone can be applied to
HEADER = [
    gettext_lazy("Time"),
    gettext_lazy("Person"),
    gettext_lazy("Action"),
    gettext_lazy("Type"),
    gettext_lazy("Record"),
    gettext_lazy("Field"),
    gettext_lazy("Before"),
    gettext_lazy("After"),
]
WIDTHS = [22, 24, 22, 20, 40, 28, 40, 40]


@dataclass
class AuditScope:
    """Whose audit log it is, for whom, and where it stands."""

    events: QuerySet[Event]
    sees_money: bool
    address: str
    export_name: str
    arguments: list[Any] = field(default_factory=list)
    context: dict[str, Any] = field(default_factory=dict)
    is_firm: bool = False

    @classmethod
    def of_record(cls, record: models.Model, address: str, page: Any) -> AuditScope:
        """The log of a record with a page of its own: ``page`` is that page's frame, fetched for the reader."""
        return cls(
            Event.objects.about(record),
            page.sees_money,
            address,
            gettext("Audit log %(record)s") % {"record": record},
            [record.pk],
            page.context,
        )


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event as a row; ``more`` is the number of fields that the page has no room for."""

    event: Event
    action: str
    type: str
    name: str
    url: str
    detail: str
    changes: list[Change]
    more: int


class AuditFilter(forms.Form):
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Record type"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DateInput())
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DateInput())
    # One record, as its own page links here: ``accounts.quote:5``.
    record = forms.RegexField(r"^[a-z]+\.[a-z]+:\d{1,18}$", required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, scope: AuditScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.order_by("name")
        if not scope.is_firm:
            people = people.filter(pk__in=scope.events.exclude(actor_id=None).values("actor_id"))
        names = [(str(user.pk), str(user)) for user in people]
        types, actions = _kinds(scope)
        self._choose("person", gettext("Everyone"), [*names, (AUTOMATIC, gettext("Accord or the client"))])
        self._choose("type", gettext("All types"), types)
        self._choose("action", gettext("All actions"), [(label, label) for label in actions])

    def _choose(self, name: str, empty: str, choices: list[tuple[str, str]]) -> None:
        control: Any = self.fields[name]
        control.choices = [("", empty), *choices]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The end date can't be before the start date."))
        return values

    def applied(self, events: QuerySet[Event]) -> QuerySet[Event]:
        values = self.cleaned_data
        if person := values.get("person"):
            events = events.filter(actor_id=None if person == AUTOMATIC else int(person))
        if kind := values.get("type"):
            events = events.filter(subject_type=kind)
        if record := values.get("record"):
            label, key = record.split(":")
            events = events.filter(subject_type=label, subject_id=int(key))
        if action := values.get("action"):
            events = events.filter(kind__in=labelled(action))
        if since := values.get("since"):
            events = events.filter(at__gte=_midnight(since))
        if until := values.get("until"):
            events = events.filter(at__lt=_midnight(min(until, LATEST) + timedelta(days=1)))
        return events


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(max(on, EARLIEST), time.min))


def _kinds(scope: AuditScope) -> tuple[list[tuple[str, str]], list[str]]:
    """The types of records and the actions to choose from: those that occur; for the whole firm, all there are."""
    if scope.is_firm:
        labels = {model._meta.label_lower for model in apps.get_models() if issubclass(model, Record)}
        actions = {kind.label for kind in all_kinds().values()}
    else:
        found = set(scope.events.order_by().values_list("subject_type", "kind").distinct())
        labels, actions = {label for label, _ in found}, {label_of(kind) for _, kind in found}
    return sorted(((label, record_name(label)) for label in labels), key=lambda item: item[1]), sorted(actions)


class AuditLog(View):
    """Subclasses say whose log it is. With a ``file_type`` in the address, what is filtered comes as a file."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]
    template: ClassVar[str] = "shell/audit_tab.html"

    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        raise NotImplementedError

    def get(self, request: HttpRequest, file_type: str = "", **kwargs: Any) -> HttpResponse:
        if file_type and file_type not in TYPES:
            raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        self.audit = self.scope(request, **kwargs)
        if not self.audit.sees_money:
            self.audit.events = self.audit.events.without_money()
        form = AuditFilter(request.GET or None, scope=self.audit)
        events = self.audit.events
        if form.is_bound:
            events = form.applied(events) if form.is_valid() else events.none()
        events = events.order_by("-at", "-pk")
        return self._export(request, events, file_type) if file_type else self._page(request, events, form)

    def _page(
        self, request: HttpRequest, events: QuerySet[Event], form: AuditFilter, problem: str = ""
    ) -> HttpResponse:
        page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "filter_form": form,
            "page": page,
            "audit_rows": self._rows(request, list(page.object_list)),
            "noun": "events",
            "all_url": self._all_url(request) if request.GET.get("record") else "",
            "problem": problem,
            "exports": [
                Link(
                    gettext("Export %(kind)s") % {"kind": kind.upper()}, f"{self._export_url(kind)}?{query.urlencode()}"
                )
                for kind in TYPES
            ],
            "empty": Empty(
                gettext("No matching events") if form.is_bound else gettext("No events yet"),
                gettext("Try other filters or clear them.")
                if form.is_bound
                else gettext("Every change is recorded here."),
                icon="history",
            ),
        }
        return render(request, self.template, self.audit.context | context, status=422 if problem else 200)

    def _export_url(self, kind: str) -> str:
        return reverse(f"{self.audit.address}-export", args=[*self.audit.arguments, kind])

    def _all_url(self, request: HttpRequest) -> str:
        """The same page for every record, with the other filters as they are."""
        query = request.GET.copy()
        for name in ("record", "page"):
            query.pop(name, None)
        return f"{reverse(self.audit.address, args=self.audit.arguments)}?{query.urlencode()}"

    def _rows(self, request: HttpRequest, events: list[Event]) -> list[AuditRow]:
        reader = EventReader(events, request.user, money=self.audit.sees_money)
        return [_row(reader, event) for event in events]

    def _export(self, request: HttpRequest, events: QuerySet[Event], file_type: str) -> HttpResponse:
        if (count := events.count()) > MOST_EXPORTED:
            problem = gettext(
                "Can't export %(count)s events at once. Choose a period with at most %(most_exported)s."
            ) % {"count": f"{count:,}", "most_exported": f"{MOST_EXPORTED:,}"}
            return self._refuse(request, events, problem)
        name = f"{self.audit.export_name} {timezone.localdate():%Y-%m-%d}"
        try:
            return table_file(file_type, name, HEADER, self._lines(request, events), WIDTHS)
        except TooManyRows:
            return self._refuse(
                request, events, gettext("Can't export: a sheet is full. Choose a shorter period or export CSV.")
            )

    def _refuse(self, request: HttpRequest, events: QuerySet[Event], problem: str) -> HttpResponse:
        form = AuditFilter(request.GET or None, scope=self.audit)
        form.is_valid()
        return self._page(request, events, form, problem)

    def _lines(self, request: HttpRequest, events: QuerySet[Event]) -> Iterator[list[str]]:
        """One line for every field of every event, read in parts."""
        found = events.iterator(chunk_size=1000)
        while part := list(islice(found, 1000)):
            reader = EventReader(part, request.user, money=self.audit.sees_money)
            for event in part:
                about = [
                    timezone.localtime(event.at).isoformat(sep=" ", timespec="seconds"), event.actor_name or "Accord",
                    label_of(event.kind), record_name(event.subject_type), reader.name(event),
                ]  # fmt: skip
                for change in reader.changes(event) or [Change("", "", "")]:
                    yield [*about, change.field, change.before, change.after]


def _row(reader: EventReader, event: Event) -> AuditRow:
    changes = reader.changes(event)
    is_linked = not reader.hides(event) and event.kind != RecordEvent.DELETED
    return AuditRow(
        event,
        label_of(event.kind),
        record_name(event.subject_type),
        reader.name(event),
        address_of(event.subject_type, event.subject_id) if is_linked else "",
        "" if reader.hides(event) else str(event.after.get("edit", "")),
        changes[:SHOWN_CHANGES],
        max(len(changes) - SHOWN_CHANGES, 0),
    )
