"""Notes with clients: templates to begin with, and colleagues who are mentioned."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accord.accounts.models import Account, AccountMember, Interaction, NoteTemplate
from accord.conversations.models import Notification
from accord.people.models import Role, User
from tests.factories import browser_of

pytestmark = pytest.mark.django_db


def test_a_note_begins_with_a_template_and_tells_whom_it_mentions(db: Any) -> None:
    owner = User.objects.create(email="o@firm.test", name="Olga Owner", roles=[Role.ACCOUNT_MANAGER])
    hugo = User.objects.create(email="h@firm.test", name="Hugo Helper", roles=[Role.MEMBER])
    User.objects.create(email="s@firm.test", name="Sam Stranger", roles=[Role.MEMBER])
    account = Account.objects.create(name="Brewery", owner=owner)
    AccountMember.objects.create(account=account, user=hugo)
    client = browser_of(owner)
    assert {t.name for t in NoteTemplate.objects.all()} >= {"Kick-off", "Review", "Escalation", "Negotiation"}
    template = NoteTemplate.objects.get(name="Escalation")
    new = reverse("interaction-new", args=[account.pk])
    page = client.get(f"{new}?template={template.pk}").content.decode()
    assert "Commitments and due dates" in page
    assert client.get(f"{new}?template=nonsense").status_code == 200
    form = {"kind": "call", "direction": "in", "at": "2026-11-02T09:00", "subject": "Trouble"}
    client.post(new, form | {"body": "@Hugo please call back, @Sam too"})
    assert [n.user for n in Notification.objects.all()] == [hugo]
    row = Interaction.objects.get()
    edit = reverse("interaction-edit", args=[row.pk])
    client.post(edit, form | {"body": "@Hugo please call back today", "version": row.version})
    assert Notification.objects.count() == 1  # told once
