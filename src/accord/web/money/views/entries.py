"""Time and expenses on a project."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accord.core.access import archived_sentence
from accord.core.models import Record
from accord.money.models import Expense, TimeEntry
from accord.web.money import forms
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage


class TimeNew(ProjectFormPage, CreatePage):
    model, form_class, tab = TimeEntry, forms.TimeForm, "project"
    submit_label = "Log time"
    saved_message = "Time logged."

    def record(self) -> Record:
        entry = TimeEntry(project=self.project, day=timezone.localdate())
        if entry.is_frozen:
            raise PermissionDenied(archived_sentence(self.project, "log time"))
        return entry

    def title(self, record: Record) -> str:
        return "Log time"


class TimeEdit(ProjectFormPage, EditPage):
    model, form_class, related = TimeEntry, forms.TimeForm, ("project__account", "person")
    removal = "time-removal"


class TimeRemove(RemovePage):
    model = TimeEntry

    def after(self, record: Record) -> str:
        return reverse("project", args=[record.project_id])  # type: ignore[attr-defined]


class ExpenseNew(ProjectFormPage, CreatePage):
    model, form_class, tab = Expense, forms.ExpenseForm, "project-money"

    def blank(self) -> Record:
        return Expense(project=self.project, day=timezone.localdate())


class ExpenseEdit(ProjectFormPage, EditPage):
    model, form_class, tab, related = Expense, forms.ExpenseForm, "project-money", ("project__account",)
    removal = "expense-removal"
    shows_files = True


class ExpenseRemove(RemovePage):
    model = Expense

    def after(self, record: Record) -> str:
        return reverse("project-money", args=[record.project_id])  # type: ignore[attr-defined]
