"""Who a mail is from, and which conversation it belongs to: what a stranger writes into it proves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.urls import reverse

from accord.accounts.models import Account, AccountMember, Affiliation, Contact, Interaction
from accord.correspondence.actions.send_mail import send_waiting, write_mail
from accord.correspondence.actions.store_mails import SyncStats, store_mails
from accord.correspondence.mail_authentication import Verdict, results_of, verdict
from accord.correspondence.mail_parsing import parse_mail
from accord.correspondence.models import Mailbox, MailMessage
from accord.people.models import Role, User
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
PASS, FAIL = "mx.firm.test; dmarc=pass header.from=firm.test", "mx.firm.test; dmarc=fail header.from=firm.test"


@pytest.fixture
def account(owner: User) -> Account:
    return client_company("Brewery", "conny@brewery.test", owner)


@pytest.fixture
def box(owner: User) -> Mailbox:
    return box_of(owner, "olga@firm.test")


def client_company(name: str, address: str, owner: User) -> Account:
    found: Account = Account.objects.create(name=name, owner=owner)
    Affiliation.objects.create(account=found, contact=Contact.objects.create(name=name, email=address))
    return found


def box_of(user: User, address: str, server: str = "mx.firm.test") -> Mailbox:
    box: Mailbox = Mailbox.objects.create(owner=user, address=address, user_name=address, authserv_id=server)
    return box


def mail(number: int, sender: str = "conny@brewery.test", to: str = "olga@firm.test", **headers: Any) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, f"Mail {number}"
    message["Date"], message["Message-ID"] = DAY + timedelta(minutes=number), f"<{number}@x.test>"
    for name, value in headers.items():
        for each in value if isinstance(value, list) else [value]:
            message[name.replace("_", "-")] = each
    message.set_content(f"Text of {number}")
    return message.as_bytes()


def put(box: Mailbox, *raw: bytes, sent: bool = False) -> None:
    store_mails(box, [parse_mail(each, DAY + timedelta(hours=5)) for each in raw], SyncStats(), sent)


def told(number: int) -> tuple[str, str, bool]:
    """Direction, who wrote it, and whether its sender is marked."""
    row = MailMessage.objects.get(message_id=f"<{number}@x.test>")
    return row.interaction.direction, str(row.interaction.by or ""), row.sender_unverified


# What a signer writes into its signature is repeated in the results, in quotation marks at most.
FORGED = [
    'dkim=pass header.i="x header.d=firm.test y"@evil.test',
    'dkim=pass header.i="x\theader.d=firm.test\ty"@evil.test',
    'dkim=pass header.i="x\\ header.d=firm.test\\ y"@evil.test',
    'dkim=pass header.i="x\\; dmarc=pass header.from=firm.test y"@evil.test',
    'dkim=pass header.i="x\\" header.d=firm.test y"@evil.test',
    'dkim=pass header.i="x\xa0header.d=firm.test\xa0y"@evil.test',
    "dkim=pass header.d=evil.test header.i=x header.d=firm.test",
    "dkim=pass header.d=firm.test header.d=evil.test",
    "dmarc=pass header.from=evil.test header.from=firm.test",
    "dkim=pass header.d=test",
    "dkim=pass header.d=.test",
]
OURS, MARKED = ("out", "Olga Owner", False), ("in", "", True)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, MARKED),
        ({"Authentication_Results": PASS}, OURS),
        ({"Authentication_Results": FAIL}, MARKED),
        ({"Authentication_Results": "mx.evil.test; dmarc=pass header.from=firm.test"}, MARKED),
        ({"Authentication_Results": [FAIL, PASS]}, MARKED),  # the topmost is the server's own
        ({"Authentication_Results": "mx.firm.test; dkim=pass header.d=firm.test"}, OURS),
        ({"Authentication_Results": "mx.firm.test; dkim=pass header.d=evil.test"}, MARKED),
        ({"Authentication_Results": "mx.firm.test; dkim=pass header.i=@mail.firm.test"}, OURS),
        ({"Authentication_Results": "mx.firm.test; dmarc=pass header.from=evil.test"}, MARKED),
        ({"Authentication_Results": "mx.firm.test; none (x; dmarc=pass header.from=firm.test)"}, MARKED),
        ({"Authentication_Results": 'mx.firm.test; dkim=fail reason="; dmarc=pass header.from=firm.test"'}, MARKED),
        *[({"Authentication_Results": f"mx.firm.test; {forged}"}, MARKED) for forged in FORGED],
    ],
)
def test_a_colleagues_address_counts_only_where_the_receiving_server_vouches_for_it(
    account: Account, box: Mailbox, headers: dict[str, Any], expected: tuple[str, str, bool]
) -> None:
    put(box, mail(1, "olga@firm.test", "conny@brewery.test", **headers))
    assert told(1) == expected


def test_two_senders_are_no_colleague_whatever_passed(account: Account, box: Mailbox) -> None:
    raw = mail(1, "olga@firm.test, x@evil.test", "conny@brewery.test", Authentication_Results=PASS)
    put(box, raw)
    assert told(1) == MARKED


def test_a_mailbox_without_a_known_server_believes_nobody(account: Account, owner: User) -> None:
    put(
        box_of(owner, "olga@firm.test", ""),
        mail(1, "olga@firm.test", "conny@brewery.test", Authentication_Results=PASS),
    )
    assert told(1) == MARKED


@pytest.mark.parametrize(
    ("provider", "field"),
    [
        ("google", "mx.google.com; dkim=pass header.i=@firm.test; dmarc=pass (p=NONE) header.from=firm.test"),
        ("microsoft", "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=firm.test; dmarc=pass header.from=firm.test"),
    ],
)
def test_results_of_the_providers_count_without_a_setting(
    account: Account, owner: User, provider: str, field: str
) -> None:
    box = box_of(owner, "olga@firm.test", "")
    box.provider = provider
    put(box, mail(1, "olga@firm.test", "conny@brewery.test", Authentication_Results=field))
    assert told(1) == OURS


def test_the_authors_own_sent_folder_proves_it_also_afterwards(account: Account, box: Mailbox) -> None:
    hugo = User.objects.create(email="hugo@firm.test", name="Hugo", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=hugo)
    raw = mail(1, "olga@firm.test", "conny@brewery.test, hugo@firm.test")
    put(box_of(hugo, "hugo@firm.test"), raw)
    assert told(1) == MARKED
    put(box, raw, sent=True)
    assert told(1) == OURS
    put(box, mail(2, "someone.else@firm.test", "conny@brewery.test"), sent=True)
    assert told(2) == OURS  # an alias of hers
    put(box, mail(3), sent=True)  # a client's mail that was moved there
    assert told(3)[0] == "in"


def test_what_we_sent_is_ours_and_a_forged_twin_is_not(account: Account, box: Mailbox, owner: User) -> None:
    other = client_company("Dairy", "dora@dairy.test", owner)
    written = write_mail(
        account=account, contacts=list(Contact.objects.filter(email="conny@brewery.test")), subject="Hello",
        text="As agreed.", by=owner, now=DAY,
    )  # fmt: skip
    send_waiting(now=DAY)
    forged = mail(9, "olga@firm.test", "dora@dairy.test").replace(b"<9@x.test>", written.message_id.encode())
    put(box, forged)
    row = MailMessage.objects.get(account=other)
    assert (row.sender_unverified, row.interaction.by) == (True, None)
    put(box, mail(10, "olga@firm.test", "conny@brewery.test").replace(b"<10@x.test>", written.message_id.encode()))
    written.refresh_from_db()
    assert (written.sender_unverified, written.interaction.by) == (False, owner)


def test_a_clients_address_that_fails_is_marked_and_one_that_was_not_checked_is_not(
    account: Account, box: Mailbox
) -> None:
    put(box, mail(1, Authentication_Results="mx.firm.test; dmarc=fail header.from=brewery.test"), mail(2))
    assert (told(1), told(2)) == (("in", "Olga Owner", True), ("in", "Olga Owner", False))


def test_the_mark_stands_on_the_timeline_and_on_the_page(account: Account, box: Mailbox, owner: User) -> None:
    put(box, mail(1, "olga@firm.test", "conny@brewery.test", Authentication_Results=FAIL))
    client = browser_of(owner)
    pages = [reverse("account-timeline", args=[account.pk]), reverse("mail", args=[MailMessage.objects.get().pk])]
    for url in pages:
        assert "Sender not verified" in client.get(url).content.decode()
    put(box, mail(2))
    Interaction.objects.create(account=account, subject="Call", kind="call")
    rows = client.get(reverse("api:interactions", args=[account.pk])).json()["items"]
    found = {row["subject"]: row["sender_verified"] for row in rows}
    assert found == {"Mail 1": False, "Mail 2": True, "Call": None}


def test_a_form_on_our_website_is_the_clients_mail(account: Account, box: Mailbox) -> None:
    headers = {"Reply_To": "Conny <conny@brewery.test>"}
    put(box, mail(1, "form@firm.test", **headers), mail(2, "olga@firm.test", Authentication_Results=PASS, **headers))
    assert told(1) == told(2) == ("in", "Olga Owner", False)
    put(box, mail(3, "olga@firm.test", **headers))
    assert told(3) == MARKED


# Conversations


def threads(account: Account) -> dict[str, str]:
    rows = MailMessage.objects.filter(account=account)
    return {row.message_id.removeprefix("<").partition("@")[0]: row.thread for row in rows}


def answer(number: int, to: int, *references: int, sender: str = "conny@brewery.test") -> bytes:
    headers = {"References": " ".join(f"<{each}@x.test>" for each in references)} if references else {}
    return mail(number, sender, "olga@firm.test, conny@brewery.test", In_Reply_To=f"<{to}@x.test>", **headers)


CHAINS = [
    [answer(2, 1), answer(3, 2), answer(4, 3)],  # In-Reply-To only
    [answer(2, 1, 1), answer(3, 2, 2), answer(4, 3, 3)],  # References cut to the parent
    [answer(2, 1, 1), answer(3, 2, 1, 2), answer(4, 3, 3)],
]


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (0, 2, 1, 3), (1, 3, 0, 2)])
@pytest.mark.parametrize("at_once", [True, False])
def test_answers_join_one_conversation_in_whatever_order_they_are_read(
    account: Account, box: Mailbox, chain: list[bytes], order: tuple[int, ...], at_once: bool
) -> None:
    mails = [mail(1), *chain]
    if at_once:
        put(box, *(mails[place] for place in order))
    else:
        for place in order:
            put(box, mails[place])
    found = threads(account)
    assert len(found) == 4
    assert len(set(found.values())) == 1
    put(box, mail(5))
    assert len(set(threads(account).values())) == 2


def test_a_forged_reference_leads_into_no_other_clients_conversation(
    account: Account, box: Mailbox, owner: User
) -> None:
    other = client_company("Dairy", "dora@dairy.test", owner)
    put(box, mail(1), answer(2, 1))
    put(box, mail(3, "dora@dairy.test", In_Reply_To="<2@x.test>", References="<1@x.test> <2@x.test>"))
    put(box, mail(4, "stranger@else.test", In_Reply_To="<2@x.test>", References="<1@x.test>"))
    assert set(threads(account)) == {"1", "2"}
    assert set(threads(other)) == {"3"}
    client = browser_of(owner)
    page = client.get(reverse("mail", args=[MailMessage.objects.get(message_id="<1@x.test>").pk])).content.decode()
    assert "Text of 2" in page
    assert "Text of 3" not in page
    assert Interaction.objects.filter(account=account).count() == 2


def test_results_are_read_as_the_standard_writes_them() -> None:
    field = 'mx.firm.test 1; dkim = pass (good; really) reason="a;b" header.d = "Firm.TEST"; dmarc=none'
    (found,) = results_of([field])
    assert (found.server, [(m.name, m.result) for m in found.methods]) == (
        "mx.firm.test",
        [("dkim", "pass"), ("dmarc", "none")],
    )
    assert verdict([found], ["MX.firm.test"], "a@firm.test") == Verdict.PASSED
    assert verdict([found], [], "a@firm.test") == Verdict.UNKNOWN
    assert verdict([found], ["mx.firm.test"], "a@elsewhere.test") == Verdict.FAILED
    idn = results_of(["mx.firm.test; dmarc=pass header.from=müller.test"])
    assert verdict(idn, ["mx.firm.test"], "a@xn--mller-kva.test") == Verdict.PASSED
    for odd in ("", ";", "=", "a=b;c", "(((", '"', "x" * 5000, "mx; dkim=", "mx; =pass"):
        results_of([odd])


@pytest.mark.parametrize("signer", ["co.uk", "uk", "evil.co.uk", "client.firm.co.uk", "firm.co.uk.evil.test"])
def test_a_signer_above_or_beside_the_senders_domain_vouches_for_nobody(
    account: Account, owner: User, signer: str
) -> None:
    """Whoever signs for a registry's domain, or for one below a host of many, is not the sender's organisation."""
    (found,) = results_of([f"mx.else.test; dkim=pass header.d={signer}"])
    assert verdict([found], ["mx.else.test"], "a@firm.co.uk") != Verdict.PASSED
    assert verdict([found], ["mx.else.test"], "a@firm.co.uk", own_domain="x.test") != Verdict.PASSED


def test_within_the_mailboxs_own_domain_one_host_signs_for_another() -> None:
    (found,) = results_of(["mx.firm.test; dkim=pass header.d=mail.firm.test"])
    for sender in ("a@firm.test", "a@office.firm.test"):
        assert verdict([found], ["mx.firm.test"], sender, own_domain="firm.test") == Verdict.PASSED
    assert verdict([found], ["mx.firm.test"], "a@evilfirm.test", own_domain="firm.test") == Verdict.FAILED
    assert verdict([found], ["mx.firm.test"], "a@firm.test", own_domain="test") != Verdict.PASSED


def test_a_relative_of_a_clients_domain_proves_nothing_either_way(account: Account, box: Mailbox) -> None:
    """A company's mail that is signed by a host of it is not marked, as its address was not found to be forged."""
    put(box, mail(1, Authentication_Results="mx.firm.test; dkim=pass header.d=mail.brewery.test"))
    put(box, mail(2, Authentication_Results="mx.firm.test; dkim=pass header.d=evil.test"))
    assert (told(1), told(2)) == (("in", "Olga Owner", False), ("in", "Olga Owner", True))
