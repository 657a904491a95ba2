"""Secret links in emails: they reach the client, and nobody who reads the email here."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord.accounts.models import Account, AccountMember, Affiliation, ClientLink, Contact, Interaction
from accord.conversations.models import Comment, Notification
from accord.core import links
from accord.core.issued_secrets import without_issued_secrets
from accord.core.models import Event
from accord.core.tokens import digest, new_secret
from accord.correspondence.actions.send_mail import UNCERTAIN, interrupted, send_again, send_waiting, write_mail
from accord.correspondence.actions.show_mails import change_privacy
from accord.correspondence.actions.store_mails import SyncStats, store_mails
from accord.correspondence.actions.sync_calendar import _store as store_meetings
from accord.correspondence.calendar_events import Occurrence
from accord.correspondence.mail_parsing import ParsedMail
from accord.correspondence.models import CalendarFeed, CalendarSource, Mailbox, MailMessage
from accord.people.models import ApiToken, Role, User
from accord.sales.actions.quote_work import create_quote_link
from accord.sales.models import Quote, QuoteLine
from accord.success.actions.survey_clients import UNCERTAIN as ASKED_OR_NOT
from accord.success.actions.survey_clients import invite, send_invitations
from accord.success.models import Survey, SurveyInvitation
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PRICE = "all in all 12,345 euros"


@pytest.fixture
def account(owner: User) -> Account:
    found: Account = Account.objects.create(name="Brewery", owner=owner, status="client")
    conny = Contact.objects.create(name="Conny", email="conny@brewery.test")
    Affiliation.objects.create(account=found, contact=conny)
    return found


@pytest.fixture
def member(account: Account) -> User:
    user: User = User.objects.create(email="mia@firm.test", name="Mia Member", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=user)
    return user


@pytest.fixture
def quote(account: Account, owner: User) -> Quote:
    made: Quote = Quote.objects.create(account=account, title="Tanks", number="Q2026-1", written_by=owner)
    QuoteLine.objects.create(quote=made, description="A tank", unit_price=Decimal(12_345))
    return made


def stored() -> str:
    """Everything that anybody may come to read later, as one text."""
    rows: list[Any] = [
        *Interaction.objects.values_list("subject", "body", "next_step"),
        *MailMessage.objects.values_list("text", "sealed_text", "failure", "recipients"),
        *Event.objects.values_list("subject_name", "before", "after"),
        *Notification.objects.values_list("text"),
        *Comment.objects.values_list("body"),
        *DBTaskResult.objects.values_list("args_kwargs", "return_value", "traceback"),
    ]
    return str(rows)


def seen_by(user: User, account: Account, message: MailMessage) -> str:
    """What ``user`` gets to see of the email anywhere."""
    client = browser_of(user)
    key = ApiToken.new_key()
    ApiToken.objects.create(user=user, name="k", hash=ApiToken.digest(key))
    pages = [reverse("account-timeline", args=[account.pk]), reverse("account", args=[account.pk]),
             reverse("mail", args=[message.pk]), reverse("contact", args=[message.interaction.contacts.all()[0].pk]),
             f"{reverse('account-timeline', args=[account.pk])}?q=euros"]  # fmt: skip
    found = [client.get(url).content.decode() for url in pages]
    api = client.get(f"/api/accounts/{account.pk}/interactions", headers={"Authorization": f"Bearer {key}"})
    assert api.status_code == 200
    return "\n".join([*found, api.content.decode()])


def send(owner: User, quote: Quote, account: Account) -> tuple[str, MailMessage]:
    """Send the quote as its page has it: the link is shown once, in a letter to be sent by email."""
    page = browser_of(owner).post(reverse("quote-sending", args=[quote.pk]))
    letter = page.context["form"].initial
    link = page.context["url"]
    assert link in letter["text"]
    text = letter["text"] + f"\n\nIt is {PRICE}."
    contacts = list(Contact.objects.values_list("pk", flat=True))
    form = {"contacts": contacts, "subject": letter["subject"], "text": text}
    assert browser_of(owner).post(reverse("mail-new", args=[account.pk]), form).status_code == 302
    return link, MailMessage.objects.get()


def test_a_mailed_quote_reaches_the_client_and_no_member(
    account: Account, owner: User, member: User, quote: Quote
) -> None:
    link, message = send(owner, quote, account)
    secret = link.rstrip("/").rpartition("/")[2]
    assert Quote.of_secret(secret) is not None
    assert secret not in stored()
    assert message.holds_prices and message.interaction.body == ""
    for state in ("waiting", "sent"):
        seen = seen_by(member, account, message)
        assert secret not in seen and "[quote link]" not in seen and PRICE not in seen, state
        assert "This email holds prices. You don&#x27;t have permission to see them." in seen
        assert "Quote Q2026-1 v1: Tanks" in seen
        shown = seen_by(owner, account, message)
        assert secret not in shown, state
        assert shown.count("[quote link]") >= 4 and shown.count(PRICE) >= 4
        if state == "waiting":
            assert send_waiting(now=timezone.now()) == 1
    [letter] = outbox.outbox
    assert link in letter.body and PRICE in letter.body
    message.refresh_from_db()
    assert (message.state, message.sealed_text) == ("sent", "")
    assert secret not in stored()


def test_an_author_without_sight_of_prices_reads_what_they_wrote(account: Account, member: User, owner: User) -> None:
    secret = "s" * 43
    message = write_mail(
        account=account, contacts=list(Contact.objects.all()), subject="Hello", text=f"See /quote/{secret}/ {PRICE}",
        by=member, now=NOW,
    )  # fmt: skip
    assert PRICE in browser_of(member).get(reverse("mail", args=[message.pk])).content.decode()
    assert secret not in browser_of(member).get(reverse("mail", args=[message.pk])).content.decode()


def test_what_could_not_be_sent_keeps_its_link_until_it_is(
    account: Account, owner: User, quote: Quote, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, message = send(owner, quote, account)
    secret = link.rstrip("/").rpartition("/")[2]
    MailMessage.objects.update(state="sending", tries=1)  # as a killed process leaves it
    interrupted()
    message.refresh_from_db()
    assert (message.state, message.failure) == ("failed", UNCERTAIN)
    assert Notification.objects.filter(user=owner, text__contains="may not have been sent").count() == 1
    assert str(UNCERTAIN) in browser_of(owner).get(reverse("mail", args=[message.pk])).content.decode()
    assert send_waiting(now=NOW) == 0
    assert secret not in stored()
    send_again(message=message, by=owner)
    assert send_waiting(now=NOW) == 1
    assert link in outbox.outbox[0].body


def parsed(number: int, text: str, *, sender: str = "conny@brewery.test", refers: str = "") -> ParsedMail:
    return ParsedMail(
        message_id=f"<{number}@x.test>", references=(refers,) if refers else (), subject=f"Mail {number}",
        sender=sender, recipients=("conny@brewery.test", "olga@firm.test"), sent_at=NOW + timedelta(minutes=number),
        text=text, attachments=(),
    )  # fmt: skip


def box_of(user: User, privacy: str = "open") -> Mailbox:
    box: Mailbox = Mailbox.objects.create(
        owner=user, address=user.email, imap_host="i.test", user_name="u", privacy=privacy
    )
    return box


def test_a_link_that_comes_back_by_a_mailbox_stays_out(
    account: Account, owner: User, member: User, quote: Quote
) -> None:
    secret = create_quote_link(quote=quote, by=owner, now=timezone.now())
    link = links.absolute(reverse("quote-answer", args=[secret]))
    box = box_of(owner)
    quoted = f"Fine!\n\nOn Monday Olga wrote:\n> Read it at\n> {link[:60]}\n> {link[60:]}\n> {PRICE}"
    mails = [
        parsed(1, f"Dear Conny,\n{link}\n{PRICE}", sender="olga@firm.test"),  # the folder of sent mails
        parsed(2, quoted, refers="<1@x.test>"),
        parsed(3, f"One more thing: {PRICE} is much.", refers="<1@x.test>"),  # quotes nothing, same conversation
        replace(parsed(4, "Nothing of that."), subject=f"Fwd: {link}"),
        parsed(5, "Hello"),
    ]
    for mail in mails:  # one reading each, as the minutes bring them
        store_mails(box, [mail], SyncStats())
    assert MailMessage.objects.count() == 5
    store_mails(box, mails, SyncStats())
    assert MailMessage.objects.count() == 5
    assert secret not in stored() and secret[10:] not in stored()
    assert set(MailMessage.objects.filter(holds_prices=True).values_list("message_id", flat=True)) == {
        "<1@x.test>", "<2@x.test>", "<3@x.test>",
    }  # fmt: skip
    for message in MailMessage.objects.all():
        assert PRICE not in seen_by(member, account, message)
        assert secret not in seen_by(owner, account, message)
    assert "Hello" in seen_by(member, account, MailMessage.objects.get(message_id="<5@x.test>"))
    manager = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    third = MailMessage.objects.get(message_id="<3@x.test>")
    assert PRICE in seen_by(manager, account, third)

    # Private stays private, also to those who see prices; open again, prices stay closed to members.
    for privacy, reads in (("subject", False), ("private", False), ("open", True)):
        Mailbox.objects.update(privacy=privacy)
        box.refresh_from_db()
        change_privacy(mailbox=box)
        answer = browser_of(manager).get(reverse("mail", args=[third.pk]))
        assert (PRICE in answer.content.decode()) == reads, privacy
        assert PRICE in browser_of(owner).get(reverse("mail", args=[third.pk])).content.decode()
        assert PRICE not in browser_of(member).get(reverse("mail", args=[third.pk])).content.decode()


def test_a_link_pasted_into_a_note_a_comment_or_a_step_becomes_a_label(account: Account, owner: User) -> None:
    client, link = browser_of(owner), f"https://old-name.example/client/{'k' * 43}/"
    form = {"kind": "note", "direction": "out", "at": "2026-11-02T10:00", "subject": f"Sent {link}", "body": link,
            "next_step": f"Ask about {link}"}  # fmt: skip
    assert client.post(reverse("interaction-new", args=[account.pk]), form).status_code == 302
    Interaction.objects.update(body=f"changed in bulk: {link}")
    Interaction.objects.bulk_create([Interaction(account=account, subject=link, body=link)])
    Comment.objects.create(subject_type="accounts.account", subject_id=account.pk, body=link, author=owner)
    Notification.objects.create(user=owner, text=link)
    assert "k" * 43 not in stored()
    assert Interaction.objects.filter(body__contains="[client page link]").count() == 2


def test_a_survey_whose_sending_was_cut_off_says_so(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = Survey.objects.create(name="Effort", kind="ces")
    invite(survey=survey, account=account, contacts=list(Contact.objects.all()), by=None, now=timezone.now())

    class Killed(BaseException):
        pass

    def die(self: Any, *args: Any, **kwargs: Any) -> int:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", die)
        with pytest.raises(Killed):
            send_invitations(now=timezone.now(), address=lambda secret: f"https://a.example/survey/{secret}/")
    cut = SurveyInvitation.objects.get()
    assert cut.failure == ASKED_OR_NOT
    admin = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    page = browser_of(admin).get(reverse("survey", args=[survey.pk]))
    failed = next(fact for fact in page.context["facts"] if fact.label == "Emails failed")
    assert failed.value == "1"
    SurveyInvitation.objects.update(sent_at=None, failure="")
    assert send_invitations(now=timezone.now(), address=lambda secret: f"https://a.example/survey/{secret}/") == 1
    cut.refresh_from_db()
    assert (cut.failure, len(outbox.outbox)) == ("", 1)


def proofpoint(url: str) -> str:
    """As version 2 of URL Defense writes an address."""
    inner = "".join("_" if c == "/" else c if c.isalnum() or c == "." else f"-{ord(c):02X}" for c in url)
    return f"https://urldefense.proofpoint.com/v2/url?u={inner}&d=DwMFaQ&c=euGZstcaTDllvimEN8b7jXrwqOf&r=x&m=y"


# How mail filters and programs write an address with a secret.
REWRITTEN = {
    "proofpoint": lambda secret: proofpoint(f"https://a.example/quote/{secret}/"),
    "two slashes": lambda secret: f"https://a.example/quote//{secret}/",
    "zero-width space": lambda secret: f"https://a.example/quote/{secret[:9]}\u200b{secret[9:]}/",
    "soft hyphens": lambda secret: "\u00ad".join(secret),
    "escaped slashes": lambda secret: f'"https:\\/\\/a.example\\/quote\\/{secret}\\/"',
    "a blank line within": lambda secret: f"https://a.example/quote/{secret[:20]}\n\n{secret[20:]}/",
    "a quoted blank line within": lambda secret: f"> https://a.example/quote/{secret[:20]} \r\n> \r\n> {secret[20:]}/",
    "broken before a word": lambda secret: f"https://a.example/quote/ {secret[:20]}=\n{secret[20:]}\nKind regards",
    "entities": lambda secret: f"https:&#x2F;&#x2F;a.example&#x2F;quote&#x2F;{secret}&#x2F;",
    "entities within": lambda secret: f"quote&#47;{secret.replace('-', '&#45;').replace('_', '&lowbar;')}",
    "percent within": lambda secret: f"x=quote%2F{secret.replace('-', '%2D').replace('_', '%255F')}%2F",
    "alone": lambda secret: f"The code is {secret}.",
    "glued": lambda secret: f"prefix{secret}suffix",
}
SECRET = "Zq3-_xYvT0aB9cD8eF7gH6iJ5kL4mN3oP2qR1sT0uV_"


@pytest.mark.parametrize("secret", [SECRET, SECRET.replace("-", "2").replace("_", "D"), f"-2D{SECRET[3:]}"])
@pytest.mark.parametrize("way", REWRITTEN)
def test_a_quotes_secret_stays_out_however_a_filter_rewrote_its_link(
    account: Account, owner: User, quote: Quote, way: str, secret: str
) -> None:
    Quote.objects.update(hash=digest(secret))
    written = REWRITTEN[way](secret)
    store_mails(
        box_of(owner), [replace(parsed(1, f"Dear Olga,\n{written}\n{PRICE}"), subject=f"Fwd: {written}")], SyncStats()
    )
    message = MailMessage.objects.select_related("interaction").get()
    for text in (message.text, message.interaction.subject):
        assert "[quote link]" in text
        for part in (secret[:15], secret[-15:]):
            assert part not in text
    assert message.text.startswith("Dear Olga,") and message.text.endswith(PRICE)
    assert message.holds_prices and message.interaction.body == ""


def test_every_kind_of_secret_is_known_and_others_stay(account: Account, owner: User, quote: Quote) -> None:
    conny, later = Contact.objects.get(), timezone.localdate() + timedelta(days=9)
    secrets = {label: new_secret() for label in ("client page", "quote", "survey", "calendar feed")}
    hashes = [digest(secret) for secret in secrets.values()]
    ClientLink.objects.create(account=account, contact=conny, hash=hashes[0], expires_on=later)
    Quote.objects.update(hash=hashes[1])
    survey = Survey.objects.create(name="Effort", kind="ces")
    SurveyInvitation.objects.create(survey=survey, account=account, contact=conny, hash=hashes[2], expires_on=later)
    CalendarFeed.objects.create(owner=owner, hash=hashes[3], expires_on=later)
    other = new_secret()
    texts = [f"x//{secret}//y" for secret in [*secrets.values(), other]] + ["", "Hello", f"<{SECRET}>" * 2]
    expected = [f"x//[{kind} link]//y" for kind in secrets] + [f"x//{other}//y", "", "Hello", f"<{SECRET}>" * 2]
    with CaptureQueriesContext(connection) as asked:
        assert without_issued_secrets(texts) == expected
    assert len(asked) == 4
    with CaptureQueriesContext(connection) as asked:
        assert without_issued_secrets(["Dear Conny,\nfine.\n" + "-" * 70, "x" * 80]) != []
    assert len(asked) == 0


@pytest.mark.parametrize(
    "probe",
    ["aB3-xY_9" * 12_500, "aB3-xY_9kLm0\n> " * 7_000, "&#45;" * 20_000, "-2D" * 33_000, " \t=" * 33_000,
     "\u200b" * 100_000, "aBcDeFgHiJkLmN-2D\n\n" * 5_000, "&" * 100_000, "%25" * 33_000, ("a" * 42 + " ") * 2_300],
)  # fmt: skip
def test_no_text_makes_the_comparison_slow(probe: str) -> None:
    began = time.perf_counter()
    without_issued_secrets([probe])
    assert time.perf_counter() - began < 2


def test_a_rewritten_link_stays_out_of_meetings_and_of_what_is_written_here(
    account: Account, owner: User, quote: Quote, member: User
) -> None:
    Quote.objects.update(hash=digest(SECRET))
    written = proofpoint(f"https://a.example/quote/{SECRET}/")
    source = CalendarSource.objects.create(owner=owner, url="https://c.example/x.ics")
    occurrence = Occurrence(
        "u", NOW, "k", f"Call {written}", written, written, frozenset({"conny@brewery.test"}), False
    )
    store_meetings(source, [occurrence, replace(occurrence, uid="v", title="Plain", text="", place="")], NOW)
    meeting = Interaction.objects.get(subject__startswith="Call")
    assert meeting.body.count("[quote link]") == 2 and "[quote link]" in meeting.subject
    message = write_mail(
        account=account, contacts=list(Contact.objects.all()), subject="Again", text=f"{written}\n{PRICE}", by=owner,
        now=NOW,
    )  # fmt: skip
    assert message.holds_prices
    assert SECRET[5:25] not in stored()
    send_waiting(now=NOW)
    assert written in outbox.outbox[0].body
    assert PRICE not in browser_of(member).get(reverse("mail", args=[message.pk])).content.decode()
