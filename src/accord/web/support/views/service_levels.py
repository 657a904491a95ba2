"""How soon requests are answered and resolved: the default targets, and those of a client."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import may_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.support.models import EscalationStep, ServiceLevel
from accord.support.queries import levels_of
from accord.web.shell.parts import Crumb
from accord.web.shell.views.form_pages import FormPages
from accord.web.support import forms as forms


@require_safe
def service_levels(request: HttpRequest) -> HttpResponse:
    """The firm's usual ones."""
    levels, steps = levels_of(None)
    context: dict[str, Any] = {
        "title": gettext("Service levels"),
        "crumbs": [Crumb(gettext("Requests"), reverse("requests")), Crumb(gettext("Service levels"))],
        "levels": levels,
        "steps": steps,
        "may_change": may_create(request.user, ServiceLevel, account=None),
    }
    return render(request, "support/service_levels.html", context)


class ServiceLevelFormPages(FormPages):
    """What belongs to the firm, or to the ``account`` in the address."""

    def blank(self) -> Record:
        account = None
        if "account" in self.kwargs:
            account = fetch(Account, self.request.user, pk=self.kwargs["account"])
        return self.model(account=account)

    def above(self, record: Any) -> str:
        return reverse("account-requests", args=[record.account_id]) if record.account_id else reverse("service-levels")


class LevelPages(ServiceLevelFormPages):
    route, model, form_class, related = "service-level", ServiceLevel, forms.ServiceLevelForm, ("account",)
    new_label = gettext_lazy("Add service level")
    consequence = gettext_lazy("Open requests keep their current targets.")


class StepPages(ServiceLevelFormPages):
    route, model, form_class = "escalation-step", EscalationStep, forms.EscalationStepForm
    related = ("account", "user")
    new_label, new_title = gettext_lazy("Add escalation step"), gettext_lazy("New escalation step")
