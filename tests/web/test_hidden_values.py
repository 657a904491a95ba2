"""A form writes only what it shows: what one cannot see or choose survives the saving of anything else.

The values are hidden in the choice fields themselves, whatever made a form offer some rows and others not, and the
page is sent back as a browser sends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import models, transaction
from django.urls import resolve, reverse

from accord.accounts.models import Account, Affiliation, Contact, CustomField, Interaction
from accord.projects.models import Project
from accord.web.shell.forms import RecordForm
from accord.web.shell.views.forms import EditPage, FormPage
from tests.factories import browser_of
from tests.web.forms_as_browser import completed, sent_by
from tests.web.routes import ROUTES
from tests.web.test_permissions import address
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]  # forms, before any statement

Shared = tuple[World, dict[str, Any]]


def of_all(cls: type[RecordForm]) -> Iterator[type[RecordForm]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from of_all(sub)


def chosen_columns(form: RecordForm) -> list[tuple[str, Any]]:
    """The fields of a form by which records are chosen and that are columns of its record."""
    columns = {f.name: f for f in (*form.instance._meta.fields, *form.instance._meta.many_to_many)}
    return [
        (name, columns[name])
        for name, field in form.fields.items()
        if isinstance(field, forms.ModelChoiceField) and name in columns
    ]


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> dict[type[models.Model], set[int]]:
    """Rows that no choice field offers, by model."""
    rows: dict[type[models.Model], set[int]] = {}
    plain = forms.ModelChoiceField.queryset.fset

    def narrowed(field: Any, queryset: Any) -> None:
        if queryset is not None and (keys := rows.get(queryset.model)):
            queryset = queryset.exclude(pk__in=keys)
        plain(field, queryset)

    monkeypatch.setattr(forms.ModelChoiceField, "queryset", forms.ModelChoiceField.queryset.setter(narrowed))
    return rows


def view_of(name: str) -> Any:
    """The class of a route's view; the address only has to resolve, what it names need not be there."""
    route = ROUTES[name]
    view = resolve(reverse(name, kwargs=dict.fromkeys(route.target, 1) | route.extra)).func
    return getattr(view, "view_class", object)


NOTHING_EDITED = {
    "survey-segment",  # sends a survey: its form has none of the survey's own fields
    "time-correction", "timer-hours",  # ask for hours, and choose no record
}  # fmt: skip
EDITS = sorted(
    name
    for name, route in ROUTES.items()
    if route.form
    and name not in NOTHING_EDITED
    and issubclass(view_of(name), FormPage)
    and (issubclass(view_of(name), EditPage) or name in {"firm-edit", "profile"})
)
OWN = {
    "comment-edit",
    "mailbox-edit",
    "calendar-source-edit",
    "saved-view-edit",
}  # administrators do not see these of others
# A record of these is one or the other, so nothing is put into what is empty.
EITHER_OR = {
    ("invoice", "settles"),
    ("stakeholder", "contact"),
    ("stakeholder", "person"),
    ("playbookstep", "user"),
    ("escalationstep", "user"),
    ("billingmilestone", "task"),
    ("billingmilestone", "deliverable"),
    ("expense", "task"),  # of its project
    ("expense", "category"),  # says which fields it needs
    *(("ratecard", name) for name in ("project", "agreement", "account", "job_role")),
}
seen: set[type[RecordForm]] = set()


@pytest.mark.parametrize("name", EDITS)
def test_what_is_hidden_survives(name: str, world: Shared, hidden: dict[type[models.Model], set[int]]) -> None:
    firm, shared = world
    client = browser_of(firm.ours.users["account_manager"] if name in OWN else firm.administrator)
    url = address(name, ROUTES[name], firm.ours, shared)
    with transaction.atomic():
        form = client.get(url).context["form"]
        record, model = form.instance, type(form.instance)
        seen.add(type(form))
        kept: dict[str, Any] = {}
        for field, column in chosen_columns(form):
            target = column.remote_field.model
            others = target._base_manager.exclude(pk=record.pk) if target is model else target._base_manager.all()
            row = others.last()
            assert row is not None, f"the small firm has no {target.__name__} to hide"
            if column.many_to_many:
                getattr(record, field).add(row)
                kept[field] = {other.pk for other in getattr(record, field).all()}
            else:
                stored = getattr(record, column.attname)
                if stored is None and (model._meta.model_name, field) in EITHER_OR:
                    continue
                if target is Project:
                    row = (record.account.projects.first() if record.account else None) or row
                kept[field] = stored or row.pk
                model._base_manager.filter(pk=record.pk).update(**{column.attname: kept[field]})
                row = target._base_manager.get(pk=kept[field])
            hidden.setdefault(target, set()).add(row.pk)
        page = client.get(url)
        again = page.context["form"]
        assert [f for f, _ in chosen_columns(again)] or not kept, "the form still shows what was hidden in it"
        sent = completed(again, sent_by(page.content.decode(), url))
        answer = client.post(url, sent)
        errors = answer.context["form"].errors if answer.status_code == 422 else ""
        assert answer.status_code in {302, 303}, (answer.status_code, errors)
        after = model._base_manager.get(pk=record.pk)
        for field, value in kept.items():
            column = model._meta.get_field(field)
            now = {o.pk for o in getattr(after, field).all()} if column.many_to_many else getattr(after, column.attname)
            assert now == value, field
        transaction.set_rollback(True)


def test_every_form_of_a_record_was_tried(world: Shared) -> None:
    """Those that only make records hide nothing; a form that edits and is on no page above would go untested."""
    untried = {cls.__name__ for cls in of_all(RecordForm) if cls.__module__.startswith("accord.")} - {
        cls.__name__ for cls in seen
    }
    known = {
        "AcceptanceForm", "AccountMemberForm", "AccountPartForm", "BillingDetailsForm", "CancellationForm",
        "CorrectionForm", "CustomFieldsForm", "InvoiceSeriesForm", "PaymentForm", "PeriodLockForm", "TimerForm",
        "TimerHoursForm", "EntryForm", "InvitationForm",
        "KeyForm", "KnownContactForm", "LevellingForm", "LimitsForm", "MailForm", "MemberForm", "NewReportForm",
        "NewTemplateForm", "NewWhatIfForm",
        "PlaybookRunForm",
        "RequestWorkForm", "SegmentSurveyForm",
        "SignalWeightsForm", "SimulationForm", "TagsForm", "TaskForm", "TeamForm", "WithTimeZone",
    }  # fmt: skip
    assert not untried - known, sorted(untried - known)
    assert not sorted(known - untried)


def test_an_account_manager_keeps_a_parent_that_they_cannot_see(world: Shared) -> None:
    firm, _ = world
    account, secret = firm.ours.account, firm.theirs.account
    Account.objects.filter(pk=account.pk).update(parent=secret)
    client = browser_of(firm.ours.users["account_manager"])
    url = reverse("account-edit", args=[account.pk])
    page = client.get(url).content.decode()
    assert secret.name not in page
    assert "Hidden account" in page
    sent = sent_by(page, url)
    assert client.post(url, sent | {"city": "Lübeck"}).status_code == 302
    account.refresh_from_db()
    assert (account.city, account.parent_id) == ("Lübeck", secret.pk)
    # What is shown can be changed: somebody who means it takes the parent away.
    sent = sent_by(client.get(url).content.decode(), url)
    assert client.post(url, sent | {"parent": ""}).status_code == 302
    account.refresh_from_db()
    assert account.parent_id is None


def test_a_row_that_one_cannot_see_cannot_be_guessed(world: Shared) -> None:
    firm, _ = world
    client = browser_of(firm.ours.users["account_manager"])
    url = reverse("account-edit", args=[firm.ours.account.pk])
    sent = sent_by(client.get(url).content.decode(), url) | {"parent": firm.theirs.account.pk}
    assert client.post(url, sent).status_code == 422


def test_what_was_not_sent_stays(world: Shared) -> None:
    firm, _ = world
    account = firm.ours.account
    account.refresh_from_db()
    client = browser_of(firm.administrator)
    before = (account.industry, account.owner_id, account.employees, account.description)
    short = {"name": "Shorter", "status": account.status, "currency": "EUR", "version": account.version}
    assert client.post(reverse("account-edit", args=[account.pk]), short).status_code == 302
    account.refresh_from_db()
    assert account.name == "Shorter"
    assert (account.industry, account.owner_id, account.employees, account.description) == before


def test_several_keep_the_one_that_is_not_offered(world: Shared) -> None:
    """A contact who left the client is offered no more, and was there all the same."""
    firm, _ = world
    gone = Contact.objects.create(name="Gone Away")
    meeting = Interaction.objects.get(pk=firm.ours.interaction.pk)
    meeting.contacts.set([firm.ours.contact, gone])
    client = browser_of(firm.administrator)
    url = reverse("interaction-edit", args=[meeting.pk])
    sent = sent_by(client.get(url).content.decode(), url)
    assert client.post(url, sent | {"contacts": []}).status_code == 302
    assert list(meeting.contacts.all()) == [gone]


def test_a_superior_who_left_stays_the_superior(world: Shared) -> None:
    firm, _ = world
    affiliation = Affiliation.objects.get(pk=firm.ours.affiliation.pk)
    boss = Affiliation.objects.create(
        account=affiliation.account, contact=Contact.objects.create(name="Old Boss"), until="2026-01-01"
    )
    Affiliation.objects.filter(pk=affiliation.pk).update(reports_to=boss)
    client = browser_of(firm.administrator)
    url = reverse("contact-edit", args=[affiliation.pk])
    assert client.post(url, sent_by(client.get(url).content.decode(), url) | {"title": "CEO"}).status_code == 302
    affiliation.refresh_from_db()
    assert (affiliation.title, affiliation.reports_to_id) == ("CEO", boss.pk)


def test_a_choice_of_our_own_that_is_offered_no_more_stays(world: Shared) -> None:
    firm, _ = world
    CustomField.objects.create(key="crop", label="Crop", kind=CustomField.Kind.CHOICE, choices="Rye\nOats")
    Account.objects.filter(pk=firm.ours.account.pk).update(custom={"crop": "Barley"})
    client = browser_of(firm.administrator)
    url = reverse("account-edit", args=[firm.ours.account.pk])
    sent = sent_by(client.get(url).content.decode(), url)
    assert client.post(url, sent | {"city": "Husum"}).status_code == 302
    assert Account.objects.get(pk=firm.ours.account.pk).custom["crop"] == "Barley"
