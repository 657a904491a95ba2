"""What a review of the merged parts found, each with the door it closes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accord.accounts.models import Account
from accord.core.models import Event
from accord.correspondence.models import Mailbox
from accord.exchange.models import Import
from accord.money.models import TimeEntry
from accord.people.models import Firm, Person, Role, User
from accord.sales.actions.quote_work import create_quote_link, save_line, write_quote
from accord.sales.models import Quote, QuoteLine
from accord.sales.models.quote import LINK_DAYS
from tests.exchange.importing import bring, uploads  # noqa: F401
from tests.factories import browser_of, create_project

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def person(name: str, *roles: Role) -> User:
    return User.objects.create(email=f"{name.lower()}@firm.test", name=name, roles=list(roles), password="!")


def test_a_quote_link_ends_by_its_own_age() -> None:
    owner = person("Olga", Role.ADMINISTRATOR)
    account = Account.objects.create(name="Client", owner=owner)
    quote = write_quote(quote=Quote(account=account, title="Offer"), by=owner, today=NOW.date())
    save_line(line=QuoteLine(quote=quote, description="Days", quantity=1, unit_price=10), by=owner)
    secret = create_quote_link(quote=quote, by=owner, now=NOW)
    assert Quote.of_secret(secret) is not None
    old = NOW - timedelta(days=LINK_DAYS + 1)
    Quote.objects.update(link_created_at=old)  # made long ago, never marked as sent
    assert Quote.of_secret(secret) is None
    Quote.objects.update(link_created_at=NOW, sent_at=old)  # sent long ago, with a new link today
    assert Quote.of_secret(secret) is not None


@pytest.mark.usefixtures("uploads")
def test_who_may_not_import_any_more_may_not_undo() -> None:
    manager = person("Mona", Role.ACCOUNT_MANAGER)
    run = bring("accounts", "name,id\nBrought,1\n", manager, mapping={"name": "name"})
    assert run.status == Import.Status.DONE, run.report
    User.objects.filter(pk=manager.pk).update(roles=[])
    answer = browser_of(User.objects.get(pk=manager.pk)).post(f"/imports/{run.pk}/undo")
    assert answer.status_code in (403, 404)
    assert Account.objects.filter(name="Brought").exists()


def test_the_rule_for_second_factors_is_changed_only_by_who_confirms() -> None:
    firm = Firm.current()
    firm.mfa_roles = [Role.FINANCE]
    firm.save()
    form = {"name": firm.name, "currency": "EUR", "time_zone": "UTC", "calendar": firm.calendar_id,
            "sponsor_silence": 60,
            "value_horizon_months": 36, "discount_percent": "10", "fee_increase_percent": "2",
            "shortest_silence": 9, "longest_silence": 24,
            "version": firm.version}  # fmt: skip
    browser_of(person("Ada", Role.ADMINISTRATOR)).post("/settings/firm", form)
    assert Firm.objects.get().mfa_roles == [Role.FINANCE]


def test_settings_show_no_subject_of_a_private_email(monkeypatch: Any) -> None:
    from accord.accounts.models import Interaction
    from accord.correspondence.actions.send_mail import _record
    from accord.correspondence.models import MailMessage

    admin, olga = person("Ada", Role.ADMINISTRATOR), person("Olga", Role.ACCOUNT_MANAGER)
    account = Account.objects.create(name="Client", owner=olga)
    talk = Interaction.objects.create(account=account, kind="mail", subject="Kanarienvogel", at=NOW, hidden=True)
    message = MailMessage.objects.create(
        account=account, interaction=talk, message_id="<a@b>", digest="d", sender="olga@firm.test", recipients=["c@d.e"]
    )
    _record(message, olga, "wrote", {"to": "kanarienvogel@client.test"})
    assert Event.objects.get().subject_name == "Private email"
    assert "anarienvogel" not in browser_of(admin).get("/settings/").content.decode()
    assert Mailbox.Privacy.PRIVATE


def test_members_see_no_hours_of_others() -> None:
    member, other = person("Mia", Role.MEMBER), person("Otto", Role.MEMBER)
    project = create_project(start="2026-01-05T09:00")
    for user, minutes in ((member, 61), (other, 433)):
        someone = Person.objects.create(name=user.name, user=user)
        TimeEntry.objects.create(project=project, person=someone, day=NOW.date(), minutes=minutes)
    page = browser_of(member).get("/people/").content.decode()
    assert "1:01" in page
    assert "7:13" not in page
