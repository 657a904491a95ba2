"""Without a mail server nothing is called sent: links are offered instead, and jobs leave what waits alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact
from accord.conversations.actions.mail_notices import mail_notices
from accord.conversations.actions.notify import notify
from accord.conversations.models import Notification
from accord.conversations.models.notification import NoticeKind
from accord.core.email import email_is_configured
from accord.core.models import Event
from accord.core.subscribers import unit_of_work
from accord.correspondence.actions.send_mail import send_waiting, write_mail
from accord.correspondence.models import Mailbox, MailMessage
from accord.people.models import Firm, Role, User
from accord.sales.actions.follow_quote import (
    mark_quote_sent,
    record_decision,
    renew_quote_link,
    withdraw_quote,
)
from accord.sales.actions.quote_work import create_quote_link, save_line, write_quote
from accord.sales.models import Opportunity, Quote, QuoteLine
from accord.success.actions.survey_clients import invite, send_invitations
from accord.success.models import Survey, SurveyInvitation
from tests.factories import browser_of
from tests.web.confirmed import confirmed

pytestmark = pytest.mark.django_db

OFF = "accord.core.email.NoEmail"


@pytest.fixture
def email_off(settings: Any) -> None:
    settings.EMAIL_BACKEND = OFF


@pytest.fixture
def account(admin: User) -> Account:
    return Account.objects.create(name="Quast AG", owner=admin, status="client")


@pytest.fixture
def contact(account: Account) -> Contact:
    made = Contact.objects.create(name="Claudia Quast", email="claudia@quast.test")
    Affiliation.objects.create(account=account, contact=made, buying_role="sponsor")
    return made


@pytest.fixture
def browser(admin: User, client: Client) -> Client:
    return confirmed(client, admin)


def copied(page: str) -> list[str]:
    """The links that a page offers to copy, each with its button."""
    found = re.findall(r'<input class="form-control" id="([^"]+)" type="text" readonly value="([^"]+)"', page)
    for name, _ in found:
        assert f'data-copy="{name}"' in page
    return [value for _, value in found]


def quote_of(account: Account, by: User, **values: Any) -> Quote:
    quote = write_quote(quote=Quote(account=account, title="Audit", **values), by=by, today=timezone.localdate())
    save_line(line=QuoteLine(quote=quote, description="Day", quantity=2, unit_price=900), by=by)
    return quote


@pytest.mark.parametrize(
    ("backend", "host", "works"),
    [
        (OFF, "", False),
        ("django.core.mail.backends.console.EmailBackend", "mail.firm.test", False),
        ("django.core.mail.backends.dummy.EmailBackend", "", False),
        ("django.core.mail.backends.filebased.EmailBackend", "", False),
        ("django.core.mail.backends.smtp.EmailBackend", "", False),
        ("django.core.mail.backends.smtp.EmailBackend", "mail.firm.test", True),
        ("django.core.mail.backends.locmem.EmailBackend", "", True),
    ],
)
def test_email_works_only_where_somebody_receives_it(settings: Any, backend: str, host: str, works: bool) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = backend, host
    assert email_is_configured() is works


# Invitations and passwords


def test_invitation_without_email_offers_the_link_and_says_nothing_was_sent(email_off: None, browser: Client) -> None:
    form = {"name": "Berta", "email": "berta@firm.test", "roles": ["member"], "time_zone": "UTC"}
    page = browser.post(reverse("user-new"), form).content.decode()
    [link] = copied(page)
    assert "Email is off" in page
    assert "sent to" not in page
    assert not mail.outbox
    stranger = Client()
    opened = stranger.get(link.removeprefix("http://localhost:8000"), follow=True)
    assert opened.status_code == 200
    password = "a-good-long-password"
    stranger.post(opened.redirect_chain[-1][0], {"password1": password, "password2": password})
    assert User.objects.get(email="berta@firm.test").check_password(password)
    verbs = Event.objects.filter(subject_name="Berta").values_list("kind", flat=True)
    assert "user.sign_in_link_created" in verbs
    assert "user.invitation_emailed" not in verbs


def test_invitation_is_a_letter_of_the_firm(browser: Client) -> None:
    Firm.objects.filter(pk=Firm.current().pk).update(name="Ada & Co", street="Ufer 1", city="Hameln", vat_id="DE123")
    form = {"name": "Berta", "email": "berta@firm.test", "roles": ["member"], "time_zone": "UTC"}
    answer = browser.post(reverse("user-new"), form, follow=True).content.decode()
    assert "Invitation sent to berta@firm.test." in answer
    [letter] = mail.outbox
    assert letter.subject == "Ada invited you to Ada & Co on Accord"
    assert "Set your password to sign in:\nhttp://localhost:8000/sign-in/password/reset/key/" in letter.body
    assert "VAT ID: DE123" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert "Ada &amp; Co" in html
    assert 'href="http://localhost:8000/sign-in/password/reset/key/' in html


def test_refused_invitation_falls_back_to_the_link(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise OSError("mailbox unavailable")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    form = {"name": "Berta", "email": "berta@firm.test", "roles": ["member"], "time_zone": "UTC"}
    page = browser.post(reverse("user-new"), form).content.decode()
    assert len(copied(page)) == 1
    assert "mailbox unavailable" in page


def test_password_reset_promises_no_email_while_email_is_off(email_off: None, admin: User) -> None:
    for answer in (
        Client().get(reverse("account_reset_password")),
        Client().post(reverse("account_reset_password"), {"email": admin.email}),
    ):
        page = answer.content.decode()
        assert "can’t send email" in page
        assert "on its way" not in page


def test_a_mail_server_that_refuses_is_said_and_undoes_nothing(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise OSError("mailbox unavailable")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    answer = Client().post(reverse("account_reset_password"), {"email": admin.email})
    assert answer.status_code == 503
    assert "couldn’t be sent" in answer.content.decode()
    visitor = browser_of(admin)
    new = "another-good-password"
    form = {"oldpassword": "correct-horse-battery", "password1": new, "password2": new}
    assert visitor.post(reverse("account_change_password"), form).status_code == 302
    admin.refresh_from_db()
    assert admin.check_password(new)


def test_password_reset_and_unknown_address_come_from_the_firm(admin: User) -> None:
    Firm.objects.filter(pk=Firm.current().pk).update(name="Ada & Co")
    for email, subject in (
        (admin.email, "Reset your Ada & Co password"),
        ("nobody@firm.test", "No Ada & Co user with this address"),
    ):
        Client().post(reverse("account_reset_password"), {"email": email})
        letter = mail.outbox[-1]
        assert letter.subject == subject
        assert "Ada &amp; Co" in letter.alternatives[0][0]
        assert "sign up" not in letter.body
        assert "example.com" not in letter.body + letter.subject


def test_every_email_of_the_sign_in_library_has_our_words() -> None:
    """A stock text that a new version brings would reach people with the library's words and no firm's name."""
    from pathlib import Path

    import allauth
    from django.conf import settings

    stock = Path(allauth.__file__).parent / "templates"
    ours = Path(str(settings.BASE)) / "web" / "shell" / "templates"
    missing = [
        str(file.relative_to(stock))
        for file in stock.glob("*/email/*.txt")
        if not (ours / file.relative_to(stock)).exists()
    ]
    assert missing == []


def test_administrators_send_themselves_a_test_email(browser: Client, settings: Any) -> None:
    assert "Send a test email" in browser.get(reverse("email-settings")).content.decode()
    page = browser.post(reverse("email-test"), follow=True).content.decode()
    assert "Test email sent to ada@firm.test." in page
    assert mail.outbox[-1].to == ["ada@firm.test"]
    settings.EMAIL_BACKEND = OFF
    page = browser.post(reverse("email-test"), follow=True).content.decode()
    assert "Nothing was sent: email is off." in page
    assert "ACCORD_SMTP_HOST" in page
    assert "Send a test email" not in page


# Jobs


def test_jobs_mark_nothing_as_sent_while_email_is_off(
    email_off: None, admin: User, account: Account, contact: Contact
) -> None:
    survey = Survey.objects.create(name="Yearly")
    invite(survey=survey, account=account, contacts=[contact], by=admin, now=timezone.now())
    assert send_invitations(now=timezone.now(), address=lambda secret: secret) == 0
    row = SurveyInvitation.objects.get()
    assert (row.sent_at, row.tries, row.hash, row.failure) == (None, 0, "", "")
    User.objects.filter(pk=admin.pk).update(notices="now")
    notify([admin], "Something happened", kind=NoticeKind.SYSTEM)
    assert mail_notices(now=timezone.now()) == 0
    assert Notification.objects.get().mailed_at is None


def test_mail_is_refused_with_words_while_email_is_off(
    email_off: None, admin: User, account: Account, contact: Contact
) -> None:
    words: Any = {
        "account": account,
        "contacts": [contact],
        "subject": "S",
        "text": "T",
        "by": admin,
        "now": timezone.now(),
    }
    with pytest.raises(ValidationError, match="Email is off"):
        write_mail(**words)
    assert not MailMessage.objects.exists()
    own = Mailbox.objects.create(
        owner=admin, address=admin.email, imap_host="i.test", smtp_host="s.test", user_name="a"
    )
    assert write_mail(**words, mailbox=own).state == MailMessage.State.WAITING


def test_survey_without_email_gives_links(email_off: None, browser: Client, account: Account, contact: Contact) -> None:
    survey = Survey.objects.create(name="Yearly")
    form = {"survey": survey.pk, "contacts": [contact.pk]}
    page = browser.post(reverse("survey-invitation-new", args=[account.pk]), form).content.decode()
    [link] = copied(page)
    path = link.removeprefix("http://localhost:8000")
    assert Client().get(path).status_code == 200
    row = SurveyInvitation.objects.get()
    assert row.sent_at is None
    assert row.link_created_at is not None
    seen = browser.get(reverse("account-satisfaction", args=[account.pk])).content.decode()
    assert "link created" in seen
    assert "sent " not in re.sub(r"<[^>]+>", "", seen.split("Invitations")[1].split("</section>")[0])
    again = browser.post(reverse("survey-invitation-link", args=[row.pk])).content.decode()
    assert copied(again) != [link]
    assert Client().get(path).status_code == 404


def test_a_link_that_was_handed_over_survives_email_being_switched_on(
    admin: User, account: Account, contact: Contact, settings: Any, browser: Client
) -> None:
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, OFF
    survey = Survey.objects.create(name="Yearly")
    form = {"survey": survey.pk, "contacts": [contact.pk]}
    [link] = copied(browser.post(reverse("survey-invitation-new", args=[account.pk]), form).content.decode())
    settings.EMAIL_BACKEND = backend
    assert send_invitations(now=timezone.now(), address=lambda secret: secret) == 0
    assert Client().get(link.removeprefix("http://localhost:8000")).status_code == 200


# Quotes


def test_a_quote_is_sent_when_it_was(browser: Client, admin: User, account: Account, contact: Contact) -> None:
    quote = quote_of(account, admin, contact=contact)
    page = browser.post(reverse("quote-sending", args=[quote.pk])).content.decode()
    [link] = copied(page)
    quote.refresh_from_db()
    assert (quote.status, quote.sent_at) == ("issued", None)
    form = {"contacts": [contact.pk], "subject": "Quote", "text": f"Here: {link}"}
    answer = browser.post(reverse("quote-email", args=[quote.pk]), form)
    assert answer.status_code == 302
    quote.refresh_from_db()
    assert (quote.status, quote.sent_at) == ("issued", None)  # queued is not sent
    with unit_of_work():
        assert send_waiting(now=timezone.now()) == 1
    quote.refresh_from_db()
    assert quote.status == "sent"
    assert quote.sent_at is not None
    event = Event.objects.get(subject_type="sales.quote", subject_id=quote.pk, kind="quote.sent")
    assert event.actor_id == admin.pk


def test_without_email_the_quote_page_offers_link_and_confirmation(
    email_off: None, browser: Client, admin: User, account: Account
) -> None:
    quote = quote_of(account, admin)
    page = browser.post(reverse("quote-sending", args=[quote.pk])).content.decode()
    assert len(copied(page)) == 1
    assert "Email is off" in page
    assert "Send by email" not in page
    browser.post(reverse("quote-sent", args=[quote.pk]))
    quote.refresh_from_db()
    assert quote.status == "sent"
    assert Event.objects.filter(subject_id=quote.pk, kind="quote.sent", actor_id=admin.pk).exists()


def test_a_new_link_replaces_the_old_and_a_withdrawn_one_says_so(admin: User, account: Account) -> None:
    quote = quote_of(account, admin)
    now = timezone.now()
    first = create_quote_link(quote=quote, by=admin, now=now)
    second = renew_quote_link(quote=quote, by=admin, now=now)
    visitor = Client()
    assert visitor.get(reverse("quote-answer", args=[first])).status_code == 404
    assert visitor.get(reverse("quote-answer", args=[second])).status_code == 200
    withdraw_quote(quote=quote, by=admin, now=now, reason="Wrong price")
    page = visitor.get(reverse("quote-answer", args=[second])).content.decode()
    assert "This quote has been withdrawn" in page
    assert "Wrong price" not in page
    assert "900" not in page
    assert visitor.get(reverse("quote-answer-pdf", args=[second])).status_code == 404
    form = {"name": "C", "agreed": "on", "decision": "accept"}
    assert visitor.post(reverse("quote-answer", args=[second]), form).status_code == 422
    for act in (renew_quote_link, mark_quote_sent):
        with pytest.raises(ValidationError):
            act(quote=quote, by=admin, now=now)
    verbs = set(Event.objects.filter(subject_type="sales.quote", subject_id=quote.pk).values_list("kind", flat=True))
    assert {"quote.link_created", "quote.link_replaced", "quote.withdrawn"} <= verbs
    told = str(list(Event.objects.filter(subject_id=quote.pk).values_list("before", "after")))
    assert Quote.objects.get(pk=quote.pk).hash not in told


def decide(quote: Quote, by: User, on: datetime, **values: Any) -> Quote:
    evidence: dict[str, Any] = {"accept": True, "name": "Claudia", "via": "phone", "note": "Go", "reference": "PO 7"}
    return record_decision(quote=quote, by=by, on=on, **evidence | values)


def test_a_decision_is_recorded_with_its_evidence(browser: Client, admin: User, account: Account) -> None:
    chance = Opportunity.objects.create(account=account, name="Audit", amount=1)
    quote = quote_of(account, admin, opportunity=chance)
    create_quote_link(quote=quote, by=admin, now=timezone.now() - timedelta(days=2))
    on = timezone.now() - timedelta(days=1)
    form = {
        "version": Quote.objects.get(pk=quote.pk).version, "decision": "accept", "decided_by": "Claudia Quast",
        "on": timezone.localtime(on).strftime("%Y-%m-%dT%H:%M"), "via": "letter", "reference": "PO 4711",
        "note": "Signed",
    }  # fmt: skip
    assert browser.post(reverse("quote-decision", args=[quote.pk]), form).status_code == 302
    quote.refresh_from_db()
    assert (quote.status, quote.decided_by, quote.decided_via) == ("accepted", "Claudia Quast", "letter")
    assert (quote.decision_reference, quote.decision_note, quote.recorded_by) == ("PO 4711", "Signed", admin)
    assert abs(quote.decided_at - on) < timedelta(minutes=2)  # type: ignore[operator]
    chance.refresh_from_db()
    assert (chance.stage, chance.amount, chance.closed_on) == ("won", quote.net, timezone.localdate(on))
    event = Event.objects.get(subject_type="sales.quote", subject_id=quote.pk, kind="quote.acceptance_recorded")
    assert event.actor_id == admin.pk
    assert event.after["reference"] == "PO 4711"
    page = browser.get(reverse("quote", args=[quote.pk])).content.decode()
    for words in ("Letter or purchase order", "PO 4711", "Recorded by"):
        assert words in page


def test_evidence_must_be_possible(admin: User, account: Account) -> None:
    quote = quote_of(account, admin, valid_until=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="wait"):
        decide(quote, admin, timezone.now())
    sent_at = timezone.now() - timedelta(days=5)
    create_quote_link(quote=quote, by=admin, now=sent_at)
    for on, words in (
        (timezone.now() + timedelta(hours=1), "future"),
        (sent_at - timedelta(days=2), "before the client had"),
    ):
        with pytest.raises(ValidationError, match=words):
            decide(quote, admin, on)
    Quote.objects.filter(pk=quote.pk).update(valid_until=timezone.localdate() - timedelta(days=2))
    with pytest.raises(ValidationError):  # what was agreed to is not what was sent
        decide(quote, admin, timezone.now() - timedelta(days=3))


def test_an_expired_quote_takes_only_a_timely_acceptance(admin: User, account: Account) -> None:
    last = timezone.localdate() - timedelta(days=2)
    quote = quote_of(account, admin)
    Quote.objects.filter(pk=quote.pk).update(valid_until=last)
    quote.refresh_from_db()
    digest = quote.fingerprint()
    Quote.objects.filter(pk=quote.pk).update(
        status="sent", digest=digest, sent_at=timezone.now() - timedelta(days=9), hash="h"
    )
    with pytest.raises(ValidationError, match="expired by then"):
        decide(quote, admin, timezone.now() - timedelta(days=1))
    assert decide(quote, admin, timezone.now() - timedelta(days=3)).status == "accepted"


def test_only_who_may_change_the_client_works_on_a_sent_quote(admin: User, account: Account) -> None:
    quote = quote_of(account, admin)
    create_quote_link(quote=quote, by=admin, now=timezone.now())
    finance = User.objects.create_user("f@firm.test", "x" * 12, name="F", roles=[Role.FINANCE])
    visitor = browser_of(finance)
    for route in ("quote-link", "quote-sent", "quote-decision", "quote-withdrawal", "quote-email"):
        assert visitor.post(reverse(route, args=[quote.pk])).status_code == 403, route
    page = visitor.get(reverse("quote", args=[quote.pk])).content.decode()
    assert "Record decision" not in page
