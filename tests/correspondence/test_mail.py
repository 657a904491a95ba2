"""Mail against real servers: read once whatever happens, open to whom its mailbox says, sent and threaded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from imapclient.exceptions import IMAPClientAbortError

from accord.accounts.actions.merge_records import merge_records, undo_merge
from accord.accounts.models import Account, AccountMember, Affiliation, Contact, Interaction, Merge
from accord.conversations.models import Notification
from accord.core import editing
from accord.core.files.actions import attach_file
from accord.core.files.contents import storage
from accord.core.limited_child import LimitedChild, LimitReached
from accord.core.models import Event, File
from accord.correspondence.actions import store_mails
from accord.correspondence.actions import sync_mailbox as reading
from accord.correspondence.actions.send_mail import MOST_TRIES, send_again, send_waiting, write_mail
from accord.correspondence.actions.show_mails import change_privacy, remove_mailbox
from accord.correspondence.actions.sync_mailbox import sync_mailbox
from accord.correspondence.models import Mailbox, MailboxSync, MailFolder, MailMessage, SkippedMail
from accord.people.models import Role, User
from tests.factories import browser_of
from tests.mail_servers import PASSWORD, Dovecot, Kept

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot.running() as server:
        yield server


@pytest.fixture(autouse=True)
def _reachable(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PRIVATE_HOSTS = ["localhost"]
    if "dovecot" in request.fixturenames:
        monkeypatch.setenv("SSL_CERT_FILE", str(request.getfixturevalue("dovecot").certificate))


@pytest.fixture
def smtp() -> Iterator[Any]:
    kept = Kept()
    controller = Controller(kept, hostname="localhost", port=0)
    from tests.mail_servers import free_port

    controller.port = free_port()
    controller.start()
    kept.port = controller.port  # type: ignore[attr-defined]
    yield kept
    controller.stop()


@pytest.fixture
def helper(account: Account) -> User:
    user: User = User.objects.create(email="hugo@firm.test", name="Hugo Helper", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=user)
    return user


@pytest.fixture
def account(owner: User) -> Account:
    found: Account = Account.objects.create(name="Brewery", owner=owner)
    conny = Contact.objects.create(name="Conny", email="Conny@Brewery.test")
    Affiliation.objects.create(account=found, contact=conny)
    return found


_boxes = iter(range(10_000))


def box_of(user: User, server: Dovecot, **values: Any) -> Mailbox:
    """A mailbox of its own on the server, with folders for what comes and what was sent."""
    name = f"box{next(_boxes)}"
    server.put(name, [])
    server.put(name, [], "Sent")
    box = Mailbox(
        owner=user, address=f"{name}@firm.test", imap_host="localhost", imap_port=server.port, user_name=name,
        since=(DAY - timedelta(days=1)).date(), **{"folders": "INBOX", **values},
    )  # fmt: skip
    box.password = PASSWORD
    box.save()
    return box


def mail(number: int, sender: str = "conny@brewery.test", to: str = "olga@firm.test", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, f"Mail {number}"
    message["Date"] = DAY + timedelta(minutes=number)
    message["Message-ID"] = f"<{number}@brewery.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"Text of {number}")
    return message.as_bytes()


def read(box: Mailbox) -> MailboxSync:
    box.refresh_from_db()
    return sync_mailbox(mailbox=box, now=timezone.now())


def test_only_mails_with_people_we_know_are_kept_and_a_second_reading_adds_none(
    account: Account, owner: User, dovecot: Dovecot
) -> None:
    box = box_of(owner, dovecot)
    box.authserv_id = "mx.firm.test"
    box.save()
    ours = mail(3, "olga@firm.test", "CONNY@brewery.test", Authentication_Results="mx.firm.test; dmarc=pass")
    dovecot.put(box.user_name, [mail(1), mail(2, sender="spam@else.test"), ours])
    first, second = read(box), read(box)
    assert (first.seen, first.known, first.kept, first.failure) == (3, 2, 2, "")
    assert (second.seen, second.kept) == (0, 0)
    incoming, outgoing = Interaction.objects.order_by("at")
    assert (incoming.subject, incoming.body, incoming.direction) == ("Mail 1", "Text of 1", "in")
    assert (outgoing.direction, outgoing.by) == ("out", owner)
    assert [c.name for c in incoming.contacts.all()] == ["Conny"]
    assert incoming.at == DAY + timedelta(minutes=1)
    dovecot.put(box.user_name, [mail(4)], first=4)
    assert read(box).kept == 1


def test_a_mail_in_two_mailboxes_is_one(account: Account, owner: User, helper: User, dovecot: Dovecot) -> None:
    boxes = [box_of(user, dovecot) for user in (owner, helper)]
    for box in boxes:
        dovecot.put(box.user_name, [mail(1, to="olga@firm.test, hugo@firm.test")])
    assert [read(box).kept for box in boxes] == [1, 0]
    assert MailMessage.objects.get().copies.count() == 2


def test_a_folder_that_counts_anew_is_looked_at_again_without_doubling(
    account: Account, owner: User, dovecot: Dovecot
) -> None:
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [mail(n) for n in range(5)])
    read(box)
    MailFolder.objects.update(uid_validity=1)
    again = read(box)
    assert (again.seen, again.known, again.kept) == (5, 5, 0)


def test_whatever_cuts_a_reading_off_nothing_is_missing_or_doubled(
    account: Account, owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = box_of(owner, dovecot)
    mails = [mail(n, sender="conny@brewery.test" if n % 3 else "spam@else.test") for n in range(300)]
    dovecot.put(box.user_name, mails + mails[:50])  # some lie there twice
    chance = random.Random(7)
    keep, fetch = reading.store_mails, reading._fetch
    monkeypatch.setattr(reading, "PORTION", 17)

    def shaky_keep(*args: Any) -> None:
        if chance.random() < 0.1:
            raise ConnectionResetError("before a portion was stored")
        keep(*args)
        if chance.random() < 0.1:
            raise ConnectionResetError("after it was stored, before it was committed")

    def shaky_fetch(*args: Any) -> Any:
        if chance.random() < 0.1:
            raise IMAPClientAbortError("the server went away")
        return fetch(*args)

    monkeypatch.setattr(reading, "store_mails", shaky_keep)
    monkeypatch.setattr(reading, "_fetch", shaky_fetch)
    failures = sum(bool(read(box).failure) for _ in range(40))
    assert failures > 3
    assert not read(box).failure
    found = sorted(MailMessage.objects.values_list("message_id", flat=True))
    assert found == sorted(f"<{n}@brewery.test>" for n in range(300) if n % 3)
    assert Interaction.objects.count() == len(found)


def test_what_the_server_says_stands_in_the_log(account: Account, owner: User, dovecot: Dovecot) -> None:
    box = box_of(owner, dovecot)
    box.password = "wrong"
    box.save()
    assert "Authentication failed" in read(box).failure
    box.password = PASSWORD
    box.folders = "INBOX, Nowhere"
    box.save()
    dovecot.put(box.user_name, [mail(1)])
    line = read(box)
    assert "Nowhere" in line.failure or "doesn't exist" in line.failure
    assert line.kept == 1  # what was read before the failure is kept
    box.imap_port = 1
    box.save()
    assert read(box).failure
    box.refresh_from_db()
    assert box.failure


def test_a_mailbox_in_the_inside_network_is_not_connected_to(owner: User, dovecot: Dovecot, settings: Any) -> None:
    settings.PRIVATE_HOSTS = []
    assert "internal network" in read(box_of(owner, dovecot)).failure


def test_a_certificate_that_nobody_vouches_for_is_refused(
    owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "CERTIFICATE_VERIFY_FAILED" in read(box_of(owner, dovecot)).failure


@pytest.mark.parametrize(
    ("privacy", "sees", "reads"), [("open", True, True), ("subject", True, False), ("private", False, False)]
)
def test_privacy_of_a_mailbox_holds_for_colleagues_and_administrators(
    privacy: str, sees: bool, reads: bool, account: Account, owner: User, helper: User, dovecot: Dovecot
) -> None:
    boss = User.objects.create(email="boss@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    box = box_of(owner, dovecot, privacy=privacy)
    dovecot.put(box.user_name, [mail(1)])
    read(box)
    message = MailMessage.objects.get()
    for user, may_see, may_read in ((owner, True, True), (helper, sees, reads), (boss, sees, reads)):
        client = browser_of(user)
        assert Interaction.objects.visible_to(user).exists() == may_see
        page = client.get(reverse("mail", args=[message.pk]))
        assert page.status_code == (200 if may_see else 404)
        assert (b"Text of 1" in page.content) == may_read
        timeline = client.get(reverse("account-timeline", args=[account.pk]) + "?q=Text")
        assert (b"Text of 1" in timeline.content) == (privacy == "open")
        assert b"&lt;p&gt;" not in timeline.content
        found = client.get(reverse("api:interactions", args=[account.pk])).content
        assert (b"Text of 1" in found) == (privacy == "open")
        assert (b"Mail 1" in found) == may_see


def test_who_knows_the_message_id_of_a_private_mail_does_not_know_the_mail(
    account: Account, owner: User, helper: User, dovecot: Dovecot
) -> None:
    private, forged = box_of(owner, dovecot, privacy="private"), box_of(helper, dovecot, privacy="open")
    dovecot.put(private.user_name, [mail(1)])
    read(private)
    dovecot.put(forged.user_name, [mail(1).replace(b"Text of 1", b"Let me in")])
    read(forged)
    interaction = Interaction.objects.get()
    assert (interaction.hidden, interaction.body) == (True, "")
    assert not Interaction.objects.visible_to(helper).exists()


def test_a_mailbox_tells_nothing_of_clients_that_its_owner_does_not_see(account: Account, dovecot: Dovecot) -> None:
    stranger = User.objects.create(email="sam@firm.test", name="Sam", roles=[Role.MEMBER])
    box = box_of(stranger, dovecot)
    dovecot.put(box.user_name, [mail(1)])
    reading = read(box)
    assert (reading.seen, reading.known, reading.kept) == (1, 0, 0)
    assert not Interaction.objects.exists()


def test_a_mail_that_breaks_its_reader_is_tried_again_then_skipped_and_said(
    account: Account, owner: User, dovecot: Dovecot
) -> None:
    box = box_of(owner, dovecot)
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1500))
    deep = b"Message-ID: <deep@x.test>\r\nFrom: conny@brewery.test\r\nTo: olga@firm.test\r\n" + parts
    dovecot.put(box.user_name, [deep, mail(2)])
    reading = read(box)
    assert (reading.seen, reading.kept) == (2, 1)
    assert reading.failure == "Can't read 1 email. The next sync tries again."
    box.refresh_from_db()
    assert not box.failure  # the mailbox itself can be read
    second = read(box)
    assert second.failure.startswith("Skipped 1 email after 2 attempts: “(no subject)” from conny@brewery.test (")
    assert (read(box).seen, read(box).failure) == (0, "")
    client = browser_of(owner)
    page = client.get(reverse("mailbox", args=[box.pk])).content.decode()
    for told in ("Skipped emails", "conny@brewery.test", "(no subject)", "RecursionError"):
        assert told in page


def test_a_mail_that_can_be_read_at_the_second_attempt_is_not_lost(
    account: Account, owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [mail(1)])
    with monkeypatch.context() as patch:
        patch.setattr(LimitedChild, "read", _late)
        assert (read(box).kept, SkippedMail.objects.get().reason) == (0, "takes too long")
    assert (read(box).kept, SkippedMail.objects.exists()) == (1, False)


def test_many_mails_that_reach_the_limits_do_not_hold_the_worker_up(
    account: Account, owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [mail(n) for n in range(12)])
    heads = LimitedChild.read

    def slow(self: LimitedChild, item: bytes, **options: Any) -> Any:
        return heads(self, item, **options) if options.get("head") else _late()

    with monkeypatch.context() as patch:
        patch.setattr(LimitedChild, "read", slow)
        assert (read(box).seen, SkippedMail.objects.count()) == (reading.MOST_SLOW, reading.MOST_SLOW)
    assert read(box).kept == 12


def _late(*args: Any, **options: Any) -> Any:
    raise LimitReached("takes too long")


def test_the_most_open_mailbox_decides_and_a_change_of_privacy_goes_back_in_time(
    account: Account, owner: User, helper: User, dovecot: Dovecot
) -> None:
    private, other = box_of(owner, dovecot, privacy="private"), box_of(helper, dovecot, privacy="subject")
    for box in (private, other):
        dovecot.put(box.user_name, [mail(1)])
        read(box)
    interaction = Interaction.objects.get()
    assert (interaction.hidden, interaction.body) == (False, "")
    Mailbox.objects.filter(pk=other.pk).update(privacy="open")
    change_privacy(mailbox=other)
    interaction.refresh_from_db()
    assert interaction.body == "Text of 1"
    remove_mailbox(mailbox=Mailbox.objects.get(pk=other.pk), by=helper)
    interaction.refresh_from_db()
    assert (interaction.hidden, interaction.body) == (True, "")
    remove_mailbox(mailbox=Mailbox.objects.get(pk=private.pk), by=owner)
    assert not Interaction.objects.exists()


def test_the_password_is_nowhere_to_be_read(account: Account, owner: User, dovecot: Dovecot) -> None:
    client = browser_of(owner)
    name = box_of(owner, dovecot).user_name
    Mailbox.objects.all().delete()
    form = {
        "address": "olga@firm.test", "privacy": "open", "imap_host": "localhost", "imap_port": dovecot.port,
        "imap_security": "tls", "user_name": name, "password": "wrong", "folders": "INBOX", "since": "2026-11-01",
        "active": "on", "smtp_port": 587, "smtp_security": "starttls",
    }  # fmt: skip
    url = reverse("mailbox-new")
    assert "Authentication failed" in client.post(url, form).content.decode()
    nowhere = client.post(url, form | {"password": PASSWORD, "folders": "Nowhere"}).content.decode()
    assert "These folders don&#x27;t exist: Nowhere. Available folders: INBOX" in nowhere
    assert (
        "sent in plain text"
        in client.post(url, form | {"imap_host": "x.test", "imap_security": "plain"}).content.decode()
    )
    assert client.post(url, form | {"password": PASSWORD}).status_code == 302
    box = Mailbox.objects.get()
    assert box.password == PASSWORD
    assert PASSWORD not in box.sealed_password
    edit = client.post(reverse("mailbox-edit", args=[box.pk]), form | {"password": "", "version": 1, "folders": "Sent"})
    assert edit.status_code == 302
    box.refresh_from_db()
    assert (box.password, box.folders) == (PASSWORD, "Sent")
    trail = str(list(Event.objects.values_list("before", "after")))
    assert box.sealed_password not in trail
    assert "sealed" not in trail
    assert client.get(reverse("mailbox", args=[box.pk])).status_code == 200


def test_a_mail_is_sent_answered_and_found_again_in_the_sent_folder(
    account: Account, owner: User, dovecot: Dovecot, smtp: Any
) -> None:
    box = box_of(
        owner, dovecot, smtp_host="localhost", smtp_port=smtp.port, smtp_security="plain", folders="INBOX, Sent"
    )
    dovecot.put(box.user_name, [mail(1)])
    read(box)
    client = browser_of(owner)
    received = MailMessage.objects.get()
    url = reverse("mail-answer-new", args=[received.pk])
    assert 'value="Re: Mail 1"' in client.get(url).content.decode()
    conny = Contact.objects.get()
    form = {"contacts": [conny.pk], "subject": "Re: Mail 1", "text": "Zürich – yes", "mailbox": box.pk}
    assert client.post(url, form | {"contacts": []}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert not smtp.mails  # a job sends it
    assert send_waiting(now=timezone.now()) == 1
    assert send_waiting(now=timezone.now()) == 0
    (sent,) = smtp.mails
    assert sent.rcpt_tos == ["conny@brewery.test"]
    answer = MailMessage.objects.exclude(pk=received.pk).get()
    assert (answer.state, answer.thread) == ("sent", received.thread)
    assert b"In-Reply-To: <1@brewery.test>" in sent.content
    dovecot.put(box.user_name, [sent.content], "Sent")
    assert read(box).kept == 0
    back = mail(2, In_Reply_To=answer.message_id, References=f"<1@brewery.test> {answer.message_id}")
    dovecot.put(box.user_name, [back], first=9)
    read(box)
    page = client.get(reverse("mail", args=[received.pk])).content.decode()
    assert page.index("Text of 1") < page.index("Zürich – yes") > 0
    assert "Text of 2" in page


def test_a_server_that_refuses_is_asked_five_times_and_the_author_is_told(
    account: Account, owner: User, dovecot: Dovecot, smtp: Any
) -> None:
    box = box_of(owner, dovecot, smtp_host="localhost", smtp_port=smtp.port, smtp_security="plain")
    smtp.refuses = True
    conny = Contact.objects.get()
    message = write_mail(
        account=account, contacts=[conny], subject="Hello\nBcc: all@x.test", text="Hi", by=owner, now=DAY, mailbox=box
    )
    assert message.interaction.subject == "Hello Bcc: all@x.test"
    for _ in range(MOST_TRIES + 2):
        send_waiting(now=timezone.now())
    message.refresh_from_db()
    assert (message.state, message.tries) == ("failed", MOST_TRIES)
    assert "Come back later" in message.failure
    assert "wasn't delivered" in Notification.objects.get().text
    smtp.refuses = False
    send_again(message=message, by=owner)
    assert send_waiting(now=timezone.now()) == 1
    assert len(smtp.mails) == 1


def test_without_a_mailbox_the_firm_sends_and_answers_go_to_the_author(
    account: Account, owner: User, mailoutbox: Any
) -> None:
    write_mail(account=account, contacts=[Contact.objects.get()], subject="Hello", text="Hi", by=owner, now=DAY)
    assert send_waiting(now=timezone.now()) == 1
    (sent,) = mailoutbox
    assert (sent.to, sent.reply_to, sent.subject) == (["conny@brewery.test"], ["olga@firm.test"], "Hello")


def test_two_clients_with_the_same_mail_can_be_made_one_and_two_again(
    account: Account, owner: User, dovecot: Dovecot
) -> None:
    other = Account.objects.create(name="Brewery Ltd", owner=owner)
    Affiliation.objects.create(account=other, contact=Contact.objects.get())
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [mail(1)])
    read(box)
    before = sorted(MailMessage.objects.values_list("pk", "account", "interaction"))
    merge_records(kept=account, gone=other, take=set(), by=owner)
    assert MailMessage.objects.get().account_id == account.pk
    undo_merge(merge=Merge.objects.get(), by=owner)
    assert sorted(MailMessage.objects.values_list("pk", "account", "interaction")) == before


@pytest.mark.parametrize(
    "change",
    [
        {"imap_host": "127.0.0.1"}, {"imap_port": 1993}, {"imap_security": "starttls"}, {"user_name": "somebody"},
        {"smtp_host": "evil.test"}, {"smtp_port": 25}, {"smtp_security": "tls"},
        {"imap_host": "evil.test", "active": ""},
    ],
)  # fmt: skip
def test_a_saved_password_is_not_sent_to_another_server(
    change: dict[str, Any], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Mailbox(owner=owner, address="olga@firm.test", imap_host="mail.test", user_name="olga")
    box.password = PASSWORD
    box.save()
    asked: list[Mailbox] = []
    monkeypatch.setattr("accord.web.correspondence.forms.check_folders", asked.append)
    client, url = browser_of(owner), reverse("mailbox-edit", args=[box.pk])
    form = {
        "address": "olga@firm.test", "privacy": "open", "imap_host": "mail.test", "imap_port": 993,
        "imap_security": "tls", "user_name": "olga", "password": "", "folders": "INBOX", "since": "2026-11-01",
        "active": "on", "smtp_host": "", "smtp_port": 587, "smtp_security": "starttls", "version": 1,
    }  # fmt: skip
    answer = client.post(url, form | change)
    assert answer.status_code == 422
    assert str(editing.ENTER_AGAIN) in answer.content.decode()
    assert asked == [], "nobody was asked with the saved password"
    with pytest.raises(ValidationError, match="Enter the password again"):  # whichever way it comes
        editing.change(box, by=owner, version=1, **{k: v for k, v in change.items() if k != "active"})
    box.refresh_from_db()
    assert (box.imap_host, box.version) == ("mail.test", 1)
    # What is no other place asks for nothing, and the password entered again goes along.
    assert client.post(url, form | {"folders": "INBOX, Sent", "imap_host": "MAIL.test"}).status_code == 302
    assert client.post(url, form | change | {"version": 2, "password": "another"}).status_code == 302
    box.refresh_from_db()
    assert box.password == "another"


def with_files(number: int, **files: bytes) -> bytes:
    """A mail with attachments; underlines in their names stand for dots."""
    message = message_from_bytes(mail(number), policy=policy.default)
    for name, data in files.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return message.as_bytes()


def contents(of: MailMessage) -> dict[str, bytes]:
    found = {}
    for file in File.objects.filter(subject_type="correspondence.mailmessage", subject_id=of.pk):
        with storage().open(file.stored_as) as stream:
            found[file.name] = stream.read()
    return found


def test_attachments_of_a_mail_are_kept_once(
    account: Account, owner: User, helper: User, dovecot: Dovecot, settings: Any
) -> None:
    settings.ACCORD_MAX_FILE = 100_000
    plan = random.Random(1).randbytes(60_000)
    raw = with_files(1, plan_pdf=plan, virus_exe=b"MZ" + b"x" * 50, big_bin=b"x" * 100_001)
    first, second = box_of(owner, dovecot), box_of(helper, dovecot)
    for box in (first, second):
        dovecot.put(box.user_name, [raw])
        read(box)
    row = MailMessage.objects.get()
    assert row.attachments == ["plan.pdf", "virus.exe", "big.bin"]
    assert contents(row) == {"plan.pdf": plan}, "what is refused is only named"
    file = File.objects.get()
    assert (file.root_type, file.root_id, file.uploaded_by_id) == ("accounts.account", account.pk, None)
    client = browser_of(owner)
    page = client.get(reverse("mail", args=[row.pk])).content.decode()
    assert reverse("file", args=[file.pk]) in page
    assert "virus.exe" in page
    folders, _ = storage().listdir("")
    kept = [f"{folder}/{name}" for folder in folders for name in storage().listdir(folder)[1]]
    assert kept.count(file.stored_as) == 1


def test_a_mail_too_long_to_be_fetched_whole_is_kept_without_its_attachments(
    account: Account, owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 20_000)
    monkeypatch.setattr(reading, "SHORT", 20_000)
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [with_files(1, long_bin=b"x" * 50_000), with_files(2, short_bin=b"short")])
    assert read(box).kept == 2
    long, short = MailMessage.objects.order_by("interaction__at")
    assert (long.attachments, contents(long)) == (["long.bin"], {}), "half a file is none"
    assert long.interaction.body == "Text of 1"
    assert contents(short) == {"short.bin": b"short"}


def test_many_attachments_are_stored_in_portions(
    account: Account, owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_KEPT", 3_000)
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [with_files(number, a_bin=bytes([number]) * 2_000) for number in range(1, 8)])
    line = read(box)
    assert (line.seen, line.kept) == (7, 7)
    assert sorted(data for row in MailMessage.objects.all() for data in contents(row).values()) == [
        bytes([number]) * 2_000 for number in range(1, 8)
    ]


def test_a_reading_that_fails_leaves_no_contents_behind(
    account: Account, owner: User, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = box_of(owner, dovecot)
    dovecot.put(box.user_name, [with_files(1, plan_pdf=b"plan")])
    made: list[str] = []
    store = reading.store_bytes
    monkeypatch.setattr(
        reading, "store_bytes", lambda *given: (made.append((done := store(*given)).stored_as), done)[1]
    )

    def broken(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(store_mails, "save_files", broken)
        read(box)
    assert made
    assert not any(storage().exists(name) for name in made)
    assert read(box).kept == 1
    assert contents(MailMessage.objects.get()) == {"plan.pdf": b"plan"}


def test_attachments_that_nobody_may_read_any_more_go_with_the_mailbox(
    account: Account, owner: User, dovecot: Dovecot
) -> None:
    for privacy, left in ((Mailbox.Privacy.SUBJECT, 0), (Mailbox.Privacy.OPEN, 1)):
        File.objects.all().delete()
        MailMessage.objects.all().delete()
        box = box_of(owner, dovecot, privacy=privacy)
        dovecot.put(box.user_name, [with_files(1, plan_pdf=b"plan")])
        read(box)
        assert File.objects.count() == 1
        remove_mailbox(mailbox=box, by=owner)
        assert File.objects.count() == left, privacy


@pytest.mark.parametrize("by_mailbox", [True, False])
def test_a_mail_is_sent_with_files_and_keeps_them(
    account: Account, owner: User, dovecot: Dovecot, smtp: Any, mailoutbox: Any, by_mailbox: bool,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    box = box_of(owner, dovecot, smtp_host="localhost", smtp_port=smtp.port, smtp_security="plain")
    held = attach_file(subject=account, content=ContentFile(b"%PDF-1.7 terms"), name="Terms ü.pdf", by=owner)
    other = attach_file(
        subject=Account.objects.create(name="Other", owner=owner), content=ContentFile(b"x"), name="other.txt", by=owner
    )
    client = browser_of(owner)
    url = reverse("mail-new", args=[account.pk])
    page = client.get(url).content.decode()
    assert "Terms ü.pdf" in page
    assert "other.txt" not in page
    form = {
        "contacts": [Contact.objects.get().pk], "subject": "Papers", "text": "Please see", "account_files": [held.pk],
        "mailbox": box.pk if by_mailbox else "",
    }  # fmt: skip
    assert client.post(url, form | {"account_files": [other.pk]}).status_code == 422
    refused = client.post(url, form | {"new_files": [SimpleUploadedFile("run.exe", b"x")]})
    assert refused.status_code == 422
    assert "files of type exe are not allowed" in refused.content.decode(), refused.context["form"].errors
    lines = b"two\r\nlines\nand one" + b"x" * 2000 + "\n.\nFrom ü\r".encode()  # as they are, whatever ends a line
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", lines)]
    assert client.post(url, form | {"new_files": files}).status_code == 302
    row = MailMessage.objects.get()
    expected = {"Terms ü.pdf": b"%PDF-1.7 terms", "a.txt": b"one", "b.txt": lines}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("file-removal", args=[held.pk])).status_code == 302
    assert contents(row) == expected, "what is to be sent stays, whatever becomes of the account's file"
    assert send_waiting(now=timezone.now()) == 1
    raw = smtp.mails[0].content if by_mailbox else mailoutbox[0].message().as_bytes()
    sent = message_from_bytes(raw, policy=policy.default)
    assert {part.get_filename(): part.get_payload(decode=True) for part in sent.iter_attachments()} == expected
    assert "Please see" in sent.get_body().get_content()  # type: ignore[union-attr]


def test_a_mail_carries_no_more_than_a_file_may_have_and_nothing_that_its_author_may_not_read(
    account: Account, owner: User, helper: User, settings: Any
) -> None:
    settings.ACCORD_MAX_FILE = 1_000
    held = [attach_file(subject=account, content=ContentFile(b"x" * 600), name=f"{n}.txt", by=owner) for n in "ab"]
    values: Any = {"account": account, "contacts": [Contact.objects.get()], "subject": "A", "text": "B", "now": DAY}
    with pytest.raises(ValidationError, match="can have up to 1 KB"):
        write_mail(**values, by=owner, files=held)
    hidden = attach_file(
        subject=Account.objects.create(name="Secret", owner=owner), content=ContentFile(b"x"), name="s.txt", by=owner
    )
    with pytest.raises(PermissionDenied):
        write_mail(**values, by=helper, files=[hidden])
    assert not MailMessage.objects.exists()
