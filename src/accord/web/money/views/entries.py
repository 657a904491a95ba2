"""Time on a project."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import archived_sentence
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.models import TimeEntry
from accord.money.models.timesheet import why_closed
from accord.web.money.forms_time import TimeForm
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage


class TimeNew(ProjectFormPage, CreatePage):
    model, form_class, tab = TimeEntry, TimeForm, "project"
    submit_label, saved_message, new_title = (
        gettext_lazy("Log time"),
        gettext_lazy("Time logged."),
        gettext_lazy("Log time"),
    )

    def record(self) -> Record:
        entry = TimeEntry(project=self.project, day=timezone.localdate())
        if entry.is_frozen:
            raise PermissionDenied(archived_sentence(self.project, gettext("log time")))
        return entry


class _TimePage(ProjectFormPage):
    """A page of an entry; one without a project leads back to its week."""

    def after(self, record: Any) -> str:
        if record.project_id is None:
            return f"{reverse('time')}?week={record.day}"
        return super().after(record)


class TimeEdit(_TimePage, EditPage):
    model, form_class, related = TimeEntry, TimeForm, ("project__account", "person")
    removal = "time-removal"

    def record(self) -> Record:
        entry = super().record()
        if reason := why_closed(entry.person_id, entry.day):
            raise PermissionDenied(reason)
        return entry


class TimeRemove(_TimePage, RemovePage):
    model = TimeEntry
