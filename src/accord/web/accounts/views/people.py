"""The people map: who stands where at a client, who is for us, and who of ours knows them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.actions.save_relationships import confirm_place
from accord.accounts.models import Affiliation, Relationship
from accord.accounts.queries_people import org_chart
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import Firm
from accord.web.accounts.forms import AcquaintanceForm
from accord.web.accounts.page import account_page
from accord.web.shell.parts import Empty
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import go


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-people")
    silence = Firm.current().sponsor_silence
    found = org_chart(page.account, timezone.localdate(), silence)
    context = {
        "map": found,
        "open_questions": [question for question in found.questions if question.known < question.of],
        "silence": silence,
        "empty": Empty(gettext("No contacts yet"), gettext("Add the people you work with at this account.")),
    }
    return render(request, "accounts/people.html", page.context | context)


@require_POST
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """What we know of this person is still right."""
    row = fetch(Affiliation, request.user, "account", "contact", pk=pk)
    require(request.user, Permission.CHANGE, row)
    confirm_place(affiliation=row, by=request.user, on=timezone.localdate())
    messages.success(request, gettext("%(contact)s's details are confirmed.") % {"contact": row.contact})
    return go(request, reverse("account-people", args=[row.account_id]))


class RelationshipPages(FormPages):
    route, model, form_class = "relationship", Relationship, AcquaintanceForm
    parent, parent_related = "affiliation", ("account", "contact")
    related = ("affiliation__account", "affiliation__contact")
    new_label = gettext_lazy("Save")

    def blank(self) -> Record:
        return Relationship(affiliation=self.fetch_parent(), user=self.request.user)

    def title(self, record: Any) -> str:
        return (
            super().title(record)
            if record.pk
            else gettext("Who knows %(contact)s?") % {"contact": record.affiliation.contact}
        )

    def above(self, record: Any) -> str:
        return reverse("account-people", args=[record.root.pk])
