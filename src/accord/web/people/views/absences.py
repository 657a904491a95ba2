"""When somebody is away: their own to say, and that of those who keep people."""

from __future__ import annotations

from typing import Any

from accord.people.models import Absence
from accord.web.people.forms_time import AbsenceForm
from accord.web.shell.views.form_pages import FormPages


class AbsencePages(FormPages):
    route, model, form_class, parent, related = "absence", Absence, AbsenceForm, "person", ("person",)
    new_label = "Add"
    consequence = "The person is available again on these days from the next recalculation."

    def title(self, record: Any) -> str:
        return f"{record.person} is away"
