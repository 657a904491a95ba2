"""The timer: started on a row, stopped into an entry, or discarded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accord.core.access import Permission, require
from accord.core.durations import clock
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.run_timer import discard_timer, stop_timer
from accord.money.models import Timer
from accord.people.queries import person_of
from accord.web.money.forms_timer import TimerForm, TimerHoursForm
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go


class TimerNew(CreatePage):
    """Start the timer; one that runs is stopped and logged."""

    model, form_class, back = Timer, TimerForm, "time"
    new_title, submit_label = gettext_lazy("Start timer"), gettext_lazy("Start timer")
    saved_message = gettext_lazy("Timer started.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.person = person_of(request.user)
        if self.person is None:  # that page says whom to ask
            return go(request, reverse("time"))
        return super().dispatch(request, *args, **kwargs)

    def record(self) -> Record:
        timer = Timer(person=self.person)
        require(self.request.user, Permission.CREATE, timer)
        return timer


class TimerHours(EditPage):
    """Stop the timer with other hours than those that it ran."""

    model, form_class, back, related = Timer, TimerHoursForm, "time", ("person", "project", "task", "work_type")
    submit_label, saved_message = gettext_lazy("Log time"), gettext_lazy("Time logged.")

    def title(self, record: Any) -> str:
        return gettext("Log time on %(what)s") % {"what": record}

    def after(self, record: Any) -> str:
        return reverse("time")


class TimerRemove(RemovePage):
    model, kind, back = Timer, gettext_lazy("timer"), "time"
    consequence = gettext_lazy("Its time isn't logged.")

    def after(self, record: Any) -> str:
        return reverse("time")

    def remove(self, record: Any) -> None:
        discard_timer(timer=record, by=self.request.user)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Log what the timer ran."""
    timer = fetch(Timer, request.user, "person", pk=pk)
    try:
        entries = stop_timer(timer=timer, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        values = {"hours": clock(sum(entry.minutes for entry in entries)), "what": timer}
        messages.success(request, gettext("%(hours)s h in total logged on %(what)s.") % values)
    return go(request, reverse("time"))
