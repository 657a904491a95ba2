"""When somebody is away: their own to say, and that of those who keep people."""

from __future__ import annotations

from accord.core.fetch import fetch
from accord.core.models import Record
from accord.people.models import Absence, Person
from accord.web.people.forms_time import AbsenceForm
from accord.web.people.views.skills import PersonFormPage
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage


class AbsenceNew(PersonFormPage, CreatePage):
    model, form_class = Absence, AbsenceForm
    submit_label = "Add"

    def blank(self) -> Record:
        return Absence(person=fetch(Person, self.request.user, pk=self.kwargs["person"]))

    def title(self, record: Record) -> str:
        return f"{record.person} is away"  # type: ignore[attr-defined]


class AbsenceEdit(PersonFormPage, EditPage):
    model, form_class, related = Absence, AbsenceForm, ("person",)
    removal = "absence-removal"

    def title(self, record: Record) -> str:
        return f"{record.person} is away"  # type: ignore[attr-defined]


class AbsenceRemove(PersonFormPage, RemovePage):
    model = Absence
    consequence = "The person is available again on these days from the next recalculation."
