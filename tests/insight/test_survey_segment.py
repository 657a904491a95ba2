"""A survey sent to the clients of a saved segment: with the rights of who sends it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact
from accord.core.email import email_is_configured
from accord.insight.actions.survey_segment import SegmentSurvey, survey_segment
from accord.insight.queries_segments import PAGE
from accord.people.models import Role, SavedView, User
from accord.success.models import Survey, SurveyInvitation
from tests.factories import browser_of, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return create_user("Ada Boss", Role.ADMINISTRATOR)


@pytest.fixture
def manager() -> User:
    return create_user("Mia Manager")


@pytest.fixture
def survey() -> Survey:
    return Survey.objects.create(name="Recommendation", kind="nps", audience="deciding", rest_days=90)


@pytest.fixture
def accounts(manager: User, boss: User) -> dict[str, Account]:
    """Two clients of the manager and one of somebody else in the segment, and one outside it."""
    found = {}
    for name, segment, owner in (
        ("Ash", "Retail", manager),
        ("Birch", "Retail", manager),
        ("Cedar", "Retail", boss),
        ("Dogwood", "Public", manager),
    ):
        found[name] = Account.objects.create(name=name, status="client", segment=segment, owner=owner)
        for role in ("sponsor", "user"):
            contact = Contact.objects.create(name=f"{name} {role}", email=f"{name}.{role}@x.test".lower())
            Affiliation.objects.create(account=found[name], contact=contact, buying_role=role)
    return found


@pytest.fixture
def segment(boss: User) -> SavedView:
    return SavedView.objects.create(
        owner=boss, page=PAGE, name="Retailers", shared=True, query=urlencode({"segment": "Retail"})
    )


def send(survey: Survey, segment: SavedView, by: User) -> SegmentSurvey:
    return survey_segment(survey=survey, segment=segment, by=by, now=timezone.now())


def asked() -> list[str]:
    return sorted(SurveyInvitation.objects.values_list("contact__name", flat=True))


def test_the_audience_at_each_client_that_the_sender_may_edit_is_asked(
    survey: Survey, segment: SavedView, accounts: dict[str, Account], manager: User, boss: User
) -> None:
    found = send(survey, segment, manager)
    assert asked() == ["Ash sponsor", "Birch sponsor"]
    assert (found.clients, found.skipped) == (2, [])
    assert {invitation.about for invitation in found.invitations} == {manager}
    found = send(survey, segment, boss)
    assert asked() == ["Ash sponsor", "Birch sponsor", "Cedar sponsor"]
    assert [str(contact) for contact in found.skipped] == ["Ash sponsor", "Birch sponsor"]
    with pytest.raises(ValidationError, match="surveyed recently"):
        send(survey, segment, boss)


def test_who_works_for_two_clients_is_asked_once(
    survey: Survey, segment: SavedView, accounts: dict[str, Account], boss: User
) -> None:
    Survey.objects.update(rest_days=0)
    survey.refresh_from_db()
    both = Contact.objects.get(name="Ash sponsor")
    Affiliation.objects.create(account=accounts["Birch"], contact=both, buying_role="sponsor")
    send(survey, segment, boss)
    assert asked() == ["Ash sponsor", "Birch sponsor", "Cedar sponsor"]


def test_who_may_not_send_is_refused_and_nobody_is_asked(
    survey: Survey, segment: SavedView, accounts: dict[str, Account], boss: User
) -> None:
    member = create_user("Max Member", Role.MEMBER)
    with pytest.raises(PermissionDenied):
        send(survey, segment, member)
    stranger = create_user("Sue Stranger")
    with pytest.raises(ValidationError, match="No client in this segment"):
        send(survey, segment, stranger)
    Survey.objects.update(active=False)
    survey.refresh_from_db()
    with pytest.raises(ValidationError, match="inactive"):
        send(survey, segment, boss)
    assert asked() == []


def test_the_form_offers_the_segments_of_who_asks_and_says_what_happened(
    survey: Survey, segment: SavedView, accounts: dict[str, Account], manager: User, boss: User
) -> None:
    assert email_is_configured()
    own = SavedView.objects.create(owner=boss, page=PAGE, name="Secret", query="segment=Public")
    browser, url = browser_of(manager), reverse("survey-segment", args=[survey.pk])
    assert url in browser.get(reverse("survey", args=[survey.pk])).content.decode()
    form = browser.get(url).content.decode()
    assert "Retailers" in form
    assert "Secret" not in form
    assert browser.post(url, {"segment": own.pk, "version": survey.version}).status_code == 422
    told = browser.post(url, {"segment": segment.pk, "version": survey.version}, follow=True).content.decode()
    assert "2 survey emails queued." in told
    refused = browser.post(url, {"segment": segment.pk, "version": survey.version})
    assert refused.status_code == 422
    assert "surveyed recently" in refused.content.decode()
    told = browser_of(boss).post(url, {"segment": segment.pk, "version": survey.version}, follow=True).content.decode()
    assert "1 survey email queued." in told
    assert "2 contacts skipped" in told


def test_without_email_the_links_name_their_clients(
    survey: Survey, segment: SavedView, accounts: dict[str, Account], manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.web.success.views.survey_invitations.email_is_configured", lambda: False)
    url = reverse("survey-segment", args=[survey.pk])
    page = browser_of(manager).post(url, {"segment": segment.pk, "version": survey.version}).content.decode()
    assert "Ash sponsor (Ash)" in page
    assert "Birch sponsor (Birch)" in page
    assert SurveyInvitation.objects.exclude(hash="").count() == 2


def test_the_api_sends_too(
    survey: Survey, segment: SavedView, accounts: dict[str, Account], manager: User, boss: User
) -> None:
    browser, url = browser_of(manager), f"/api/surveys/{survey.pk}/invitations"
    listed = browser.get("/api/surveys").json()
    assert [(item["id"], item["label"]) for item in listed["items"]] == [(survey.pk, survey.label)]
    made = browser.post(url, {"segment": segment.pk}, content_type="application/json")
    assert (made.status_code, made.json()) == (201, {"invited": 2, "clients": 2, "skipped": 0})
    hidden = SavedView.objects.create(owner=boss, page=PAGE, name="Secret", query="segment=Public")
    assert browser.post(url, {"segment": hidden.pk}, content_type="application/json").status_code == 422
    member = browser_of(create_user("Max Member", Role.MEMBER))
    assert member.post(url, {"segment": segment.pk}, content_type="application/json").status_code == 403
