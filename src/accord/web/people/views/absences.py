"""When somebody is away: their own to say, and that of those who keep people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.people.models import Absence
from accord.web.people.forms_time import AbsenceForm
from accord.web.shell.views.form_pages import FormPages


class AbsencePages(FormPages):
    route, model, form_class, parent, related = "absence", Absence, AbsenceForm, "person", ("person",)
    new_label = gettext_lazy("Add")
    consequence = gettext_lazy("The person is available again on these days from the next recalculation.")

    def title(self, record: Any) -> str:
        return gettext("%(person)s is away") % {"person": record.person}
