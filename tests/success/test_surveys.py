"""Surveys: who is asked and who rests, one answer per secret, anonymity, results, and what ended projects cause."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact
from accord.conversations.models import Notification
from accord.core import editing
from accord.core.email import email_is_configured
from accord.core.models import Event
from accord.core.references import page_of
from accord.insight.queries_satisfaction import counted as counted_by_client
from accord.insight.queries_satisfaction import low_scores, readable, results, scores_of_account
from accord.people.models import Role, User
from accord.projects.actions.survey_projects import answer_survey, ask_about_projects, invite_about
from accord.projects.models import Project, SurveyedProject, Task
from accord.success.actions.survey_clients import (
    MOST_TRIES,
    ask_by_schedule,
    audience,
    give_answer,
    invite,
    send_invitations,
)
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation
from accord.web.success.forms_surveys import SurveyForm
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def account(owner: User) -> Account:
    found: Account = Account.objects.create(name="Brewery", owner=owner, status="client")
    for name, part in (("Conny", "sponsor"), ("Ute", "user"), ("Max", "champion")):
        person(found, name, part)
    return found


@pytest.fixture
def survey(db: Any) -> Survey:
    found: Survey = Survey.objects.create(name="Recommendation", kind="nps", audience="all", rest_days=90)
    return found


def person(account: Account, name: str, part: str = "", email: str | None = None) -> Contact:
    contact: Contact = Contact.objects.create(
        name=name, email=f"{name.lower()}@brewery.test" if email is None else email
    )
    Affiliation.objects.create(account=account, contact=contact, buying_role=part)
    return contact


def ask(survey: Survey, account: Account, *names: str, by: User | None = None) -> list[SurveyInvitation]:
    people = list(Contact.objects.filter(name__in=names).order_by("pk"))
    made, _ = invite(survey=survey, account=account, contacts=people, by=by, now=NOW)
    return made


def send() -> list[str]:
    """Send what waits; the secrets in the mails."""
    mail.outbox.clear()
    send_invitations(now=NOW, address=lambda secret: f"https://x.test/survey/{secret}/")
    return [re.findall(r"/survey/([\w-]+)/", str(message.body))[0] for message in mail.outbox]


def test_only_those_who_fit_and_have_an_address_are_asked(account: Account, survey: Survey) -> None:
    person(account, "Nomail", "sponsor", email="")
    gone = person(account, "Gone", "sponsor")
    Affiliation.objects.filter(contact=gone).update(until=date(2026, 1, 1))
    assert [c.name for c in audience(survey, account)] == ["Conny", "Max", "Ute"]
    survey.audience = "deciding"
    assert [c.name for c in audience(survey, account)] == ["Conny", "Max"]


def test_who_was_asked_lately_rests_whatever_the_survey(account: Account, survey: Survey) -> None:
    other = Survey.objects.create(name="Effort", kind="ces", rest_days=90)
    ask(other, account, "Conny")
    made, rest = invite(survey=survey, account=account, contacts=list(Contact.objects.order_by("pk")), by=None, now=NOW)
    assert [i.contact.name for i in made] == ["Ute", "Max"]
    assert [c.name for c in rest] == ["Conny"]
    SurveyInvitation.objects.update(created_at=NOW - timedelta(days=91))
    assert len(ask(survey, account, "Conny")) == 1


def test_strangers_and_people_without_address_are_refused(account: Account, survey: Survey) -> None:
    stranger = Contact.objects.create(name="Sam", email="s@x.test")
    with pytest.raises(ValidationError, match="isn't a contact of"):
        invite(survey=survey, account=account, contacts=[stranger], by=None, now=NOW)
    with pytest.raises(ValidationError, match="no email"):
        invite(survey=survey, account=account, contacts=[person(account, "Nomail", email="")], by=None, now=NOW)
    assert not SurveyInvitation.objects.exists()


def test_each_mail_goes_out_once_with_a_secret_of_its_own(account: Account, survey: Survey) -> None:
    ask(survey, account, "Conny", "Ute")
    secrets = send()
    assert len(set(secrets)) == 2
    assert send() == []
    found = SurveyInvitation.of_secret(secrets[0])
    assert found is not None
    assert found.contact.name == "Conny"
    assert not SurveyInvitation.objects.filter(hash__in=secrets).exists()  # only hashes are kept


class Refusing(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


def test_a_mail_server_that_refuses_is_asked_again_and_not_for_ever(
    account: Account, survey: Survey, settings: Any
) -> None:
    ask(survey, account, "Conny")
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    for _ in range(MOST_TRIES + 2):
        send_invitations(now=NOW, address=lambda secret: secret)
    row = SurveyInvitation.objects.get()
    assert (row.sent_at, row.tries, row.hash) == (None, MOST_TRIES, "")
    assert "nobody listens" in row.failure


def test_looking_at_the_address_answers_nothing_and_sending_answers_once(account: Account, survey: Survey) -> None:
    ask(survey, account, "Conny")
    (secret,) = send()
    client, url = Client(), reverse("survey-answer", args=[secret])
    page = client.get(url + "?score=9")
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert not SurveyAnswer.objects.exists()
    assert client.post(url, {"reason": "Hm"}).status_code == 422
    assert client.post(url, {"score": "11"}).status_code == 422
    assert client.post(url, {"score": "3", "reason": "Too slow"}).status_code == 302
    assert b"Thank you" in client.get(url).content
    client.post(url, {"score": "10"})
    answer = SurveyAnswer.objects.get()
    assert (answer.score, answer.reason, answer.low_score) == (3, "Too slow", True)
    assert answer.contact is not None
    notice = Notification.objects.get()
    assert "Low score from Conny at Brewery: 3 of 10" in notice.text
    assert page_of(notice) == reverse("account-satisfaction", args=[account.pk])


def test_an_old_or_invented_secret_opens_nothing(account: Account, survey: Survey) -> None:
    ask(survey, account, "Conny")
    (secret,) = send()
    SurveyInvitation.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    for word in (secret, "invented", "x" * 300):
        assert Client().get(reverse("survey-answer", args=[word])).status_code == 404


def test_two_simultaneous_answers_are_one(account: Account, survey: Survey) -> None:
    (one,) = ask(survey, account, "Conny")
    give_answer(invitation=one, score=9, reason="", on=NOW.date())
    with pytest.raises(ValidationError, match="already answered this survey"):
        give_answer(invitation=one, score=2, reason="", on=NOW.date())
    assert SurveyAnswer.objects.count() == 1


def test_nothing_leads_from_an_anonymous_answer_to_who_gave_it(account: Account, owner: User) -> None:
    survey = Survey.objects.create(name="Effort", kind="ces", audience="all", anonymous=True)
    project = Project.objects.create(account=account, name="Filter", start=datetime(2026, 3, 2, 9), manager=owner)
    people = list(Contact.objects.order_by("pk"))
    made, _ = invite_about(project=project, survey=survey, contacts=people, by=None, now=NOW)
    for number, invitation in enumerate(made[:2]):
        answer_survey(invitation=invitation, score=1 + number, reason="Slow", on=date(2026, 11, 17))
    assert not SurveyAnswer.objects.exclude(contact=None).exists()
    assert set(SurveyAnswer.objects.values_list("given_on", flat=True)) == {date(2026, 11, 1)}
    assert not SurveyedProject.objects.exclude(answer=None).exclude(invitation=None).exists()
    assert not Notification.objects.exists()
    assert not low_scores(owner).exists()
    two = results(survey, owner)
    assert (two.whole.hidden, two.whole.score.value, two.whole.score.answers) == (True, None, 2)
    assert two.projects[0].hidden
    answers = SurveyAnswer.objects.select_related("survey")
    assert readable(list(answers), counted_by_client(answers)) == []
    client = browser_of(owner)
    for answer in answers:
        assert client.get(reverse("survey-follow-up", args=[answer.pk])).status_code == 404
    form = SurveyForm({"anonymous": ""}, instance=survey, user=owner)
    assert "promised anonymity" in str(form.errors["anonymous"])
    answer_survey(invitation=made[2], score=6, reason="", on=date(2026, 11, 18))
    three = results(survey, owner)
    assert (three.whole.hidden, three.whole.score.value) == (False, 3.0)
    assert three.projects[0].label == "Filter"
    words = " ".join(client.get(reverse("account-satisfaction", args=[account.pk])).content.decode().split())
    assert "Effort · November 2026" in words
    assert "Filter · November" not in words, "of a project with one answer it would tell whose it is"


def test_results_are_of_what_one_may_see_and_cut_by_client_person_project_service(
    account: Account, owner: User, survey: Survey
) -> None:
    hidden = Account.objects.create(name="Elsewhere")
    for where, score, service in ((account, 10, "Web"), (account, 9, "Web"), (account, 2, "Audit"), (hidden, 0, "")):
        SurveyAnswer.objects.create(
            survey=survey, account=where, score=score, service=service, about=owner, given_on=NOW.date()
        )
    found = results(survey, owner)
    assert round(found.whole.score.value or 0, 3) == 33.333
    assert (found.counts[10], found.counts[0]) == ((10, 1), (0, 0))
    assert [(g.label, g.score.value, g.score.answers) for g in found.services] == [("Audit", -100, 1), ("Web", 100, 2)]
    assert [g.label for g in found.accounts] == ["Brewery"]
    assert [g.label for g in found.people] == ["Olga Owner"]
    assert [g.score.answers for g in scores_of_account(account, owner)] == [3]
    assert found.whole.score.low is not None


def test_the_schedule_asks_each_client_once_in_its_months(account: Account, survey: Survey) -> None:
    Survey.objects.update(occasion="schedule", every_months=6, rest_days=0)
    Account.objects.create(name="Prospect", status="prospect")
    assert ask_by_schedule(now=NOW) == 3
    assert ask_by_schedule(now=NOW + timedelta(days=100)) == 0
    assert ask_by_schedule(now=NOW + timedelta(days=190)) == 3
    Survey.objects.update(active=False)
    assert ask_by_schedule(now=NOW + timedelta(days=900)) == 0


def test_milestones_and_ends_of_projects_are_asked_about_once(account: Account, owner: User) -> None:
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    Survey.objects.create(name="M", kind="csat", occasion="milestone", rest_days=0)
    Survey.objects.create(name="C", kind="csat", occasion="close", rest_days=0)
    project = Project.objects.create(
        account=account, name="Filter", start=datetime(2026, 3, 2, 9), status="active", manager=owner, service="Audit"
    )
    today = NOW.replace(tzinfo=None)
    for uid, percent, ago in ((1, 100, 1), (2, 50, 1), (3, 100, 40)):
        Task.objects.create(
            project=project, uid=uid, name=f"M{uid}", kind="milestone", duration_minutes=0, percent_complete=percent,
            start=today, finish=today, actual_finish=today - timedelta(days=ago) if percent == 100 else None,
        )  # fmt: skip
    assert ask_about_projects(now=NOW) == 2  # sponsor and champion, about the first milestone only
    assert ask_about_projects(now=NOW) == 0
    assert {i.occasion for i in SurveyInvitation.objects.all()} == {"Filter: M1"}
    editing.change(project, by=boss, version=project.version, status="closed")
    assert ask_about_projects(now=NOW) == 2
    assert ask_about_projects(now=NOW) == 0
    row = SurveyedProject.objects.filter(task=None).first()
    assert row is not None
    assert row.invitation is not None
    assert (row.invitation.service, row.invitation.about) == ("Audit", owner)


def test_by_the_page_from_nothing_to_a_follow_up(account: Account, owner: User) -> None:
    client = browser_of(owner)
    tab = reverse("account-satisfaction", args=[account.pk])
    assert b"Create a survey first" in client.get(tab).content
    form = {
        "name": "Recommendation", "kind": "nps", "reason_question": "Why?", "scale": 5, "occasion": "hand",
        "every_months": 6, "audience": "all", "rest_days": 90, "days_open": 30, "active": "on",
    }  # fmt: skip
    assert client.post(reverse("survey-new"), form | {"kind": "own"}).status_code == 422
    client.post(reverse("survey-new"), form)
    survey = Survey.objects.get()
    conny = Contact.objects.get(name="Conny")
    new = reverse("survey-invitation-new", args=[account.pk])
    asked = {"survey": survey.pk, "contacts": [conny.pk]}
    assert client.post(new, asked).status_code == 302
    again = client.post(new, asked)
    assert again.status_code == 422
    assert "Surveyed in the last 90 days: Conny" in again.content.decode()
    (secret,) = send()
    Client().post(reverse("survey-answer", args=[secret]), {"score": "4", "reason": "Too dear"})
    assert "Too dear" in client.get(tab).content.decode()
    assert "Too dear" in client.get(reverse("home")).content.decode()
    answer = SurveyAnswer.objects.get()
    client.post(reverse("survey-follow-up", args=[answer.pk]), {"version": answer.version, "follow_up": "Called her"})
    assert "Called her" in client.get(reverse("survey", args=[survey.pk])).content.decode()
    assert not low_scores(owner).exists()
    edit = client.post(reverse("survey-edit", args=[survey.pk]), form | {"kind": "csat", "version": survey.version})
    assert "already has answers" in edit.content.decode()


def test_nothing_is_said_to_be_sent_before_it_is(account: Account, owner: User, survey: Survey) -> None:
    ask(survey, account, "Conny", by=owner)
    asked = Event.objects.get(kind="survey.invited")
    assert (asked.actor_id, asked.after) == (owner.pk, {"contacts": "Conny"})
    assert not Event.objects.filter(kind="survey.sent").exists()
    send()
    sent = Event.objects.get(kind="survey.sent")
    assert (sent.root_id, sent.after) == (account.pk, {"contacts": "Conny"})


def test_without_email_links_are_offered_and_told_as_links(
    account: Account, owner: User, survey: Survey, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "accord.core.email.NoEmail"
    assert not email_is_configured()
    client = browser_of(owner)
    tab = reverse("account-satisfaction", args=[account.pk])
    text = client.get(tab).content.decode()
    assert "Create survey links" in text
    assert "Email is off." in text
    assert "Send survey" not in text
    new = reverse("survey-invitation-new", args=[account.pk])
    assert "Create survey links for" in client.get(new).content.decode()
    shown = client.post(new, {"survey": survey.pk, "contacts": [Contact.objects.get(name="Conny").pk]})
    assert "Nothing was sent yet." in shown.content.decode()
    told = client.get(reverse("account-timeline", args=[account.pk])).content.decode()
    assert "created a link to survey" in told
    assert "sent survey" not in told
    results_page = client.get(reverse("survey", args=[survey.pk])).content.decode()
    facts = " ".join(re.sub(r"<[^>]+>", " ", results_page).split())
    assert "Invited 1" in facts
    assert "Emails queued 0" in facts


def test_a_survey_s_page_leads_to_asking_a_client(account: Account, owner: User, survey: Survey) -> None:
    client = browser_of(owner)
    way = reverse("new-for-account", args=["survey"])
    assert f'href="{way}"' in client.get(reverse("survey", args=[survey.pk])).content.decode()
    chosen = client.get(way, {"account": account.pk})
    assert chosen.headers["Location"] == reverse("survey-invitation-new", args=[account.pk])
    Survey.objects.update(active=False)
    assert f'href="{way}"' not in client.get(reverse("survey", args=[survey.pk])).content.decode()
