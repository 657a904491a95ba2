"""The people map: who stands where at a client, who is for us, and who of ours knows them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.actions.save_relationships import confirm_place
from accord.accounts.models import Affiliation, Relationship
from accord.accounts.queries_people import org_chart
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.people.models import Firm
from accord.web.accounts.forms import AcquaintanceForm
from accord.web.accounts.page import account_page
from accord.web.shell.parts import Empty
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage, go


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-people")
    silence = Firm.current().sponsor_silence
    found = org_chart(page.account, timezone.localdate(), silence)
    context = {
        "map": found,
        "open_questions": [question for question in found.questions if question.known < question.of],
        "silence": silence,
        "empty": Empty("No contacts yet", "Add the people you work with at this account."),
    }
    return render(request, "accounts/people.html", page.context | context)


@require_POST
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """What we know of this person is still right."""
    row = fetch(Affiliation, request.user, "account", "contact", pk=pk)
    require(request.user, Permission.CHANGE, row)
    confirm_place(affiliation=row, by=request.user, on=timezone.localdate())
    messages.success(request, f"{row.contact}'s details are confirmed.")
    return go(request, reverse("account-people", args=[row.account_id]))


class OrgChartFormPage(FormPage):
    """A form that comes back to the map."""

    def after(self, record: Record) -> str:
        return reverse("account-people", args=[record.root.pk])


class AcquaintanceNew(OrgChartFormPage, CreatePage):
    model, form_class = Relationship, AcquaintanceForm
    submit_label = "Save"

    def blank(self) -> Record:
        row = fetch(Affiliation, self.request.user, "account", "contact", pk=self.kwargs["affiliation"])
        return Relationship(affiliation=row, user=self.request.user)

    def title(self, record: Record) -> str:
        assert isinstance(record, Relationship)
        return f"Who knows {record.affiliation.contact}?"


class AcquaintanceEdit(OrgChartFormPage, EditPage):
    model, form_class = Relationship, AcquaintanceForm
    related = ("affiliation__account", "affiliation__contact")
    removal = "relationship-removal"


class AcquaintanceRemove(RemovePage):
    model = Relationship

    def after(self, record: Record) -> str:
        return reverse("account-people", args=[record.root.pk])
