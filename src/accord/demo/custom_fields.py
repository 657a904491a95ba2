"""What the firm keeps of its clients beyond the usual: tags, own fields, views of lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accord.accounts.models import Account, CustomField, Tag
from accord.demo.world import World
from accord.people.models import SavedView
from accord.projects.models import Project
from accord.sales.models import Opportunity

MODELS = ("Fixed scope", "Iterative", "Managed service")
PROCUREMENT = ("Direct award", "Tender", "Call-off")
FRAMES = ("Call-off contract", "Framework agreement", "Individual orders")


def make_custom_fields(world: World) -> None:
    """Fields, tags and views that everyone can use."""
    CustomField.objects.create(key="buys_by", label="Contract type", kind="choice", choices="\n".join(FRAMES), order=10)
    CustomField.objects.create(key="steering_on", label="Next steering group", kind="date", order=20)
    CustomField.objects.create(key="sites", label="Sites", kind="number", lowest=1, highest=500, order=30)
    CustomField.objects.create(on="contact", key="birthday", label="Birthday", kind="date")
    _make_fields_of_work(world)
    tags = {name: Tag.objects.create(name=name) for name in ("Reference", "Public tender", "Growing", "Watch", "Group")}
    people = [Tag.objects.create(name=name) for name in ("Christmas card", "Speaks French", "Knows the trade press")]
    for client in world.clients:
        chance = world.rng("own fields", client.brief.key)
        account = client.account
        chosen = [tags["Reference"]] if client.brief.tier == "A" and not client.brief.quiet else []
        chosen += [tags["Watch"]] if client.brief.quiet else []
        chosen += [tags["Public tender"]] if account.segment == "Public sector" else []
        chosen += [tags["Group"]] if account.parent_id else []
        chosen += [tags["Growing"]] if chance.random() < 0.15 else []
        account.tags.set(chosen)
        for affiliation in client.affiliations:
            affiliation.contact.tags.set([tag for tag in people if chance.random() < 0.12])
        account.custom = {"buys_by": chance.choice(FRAMES), "sites": str(chance.randint(1, 12))}
        if client.brief.status == "client":
            account.custom["steering_on"] = (world.today + timedelta(days=chance.randint(3, 60))).isoformat()
    Account.objects.bulk_update([client.account for client in world.clients], ["custom"])
    owner = world.hand("leonie.achterberg").user
    assert owner is not None
    watch = tags["Watch"].pk
    for page, name, query, shared in (
        ("accounts", "Key clients", "status=client&tier=A", True),
        ("accounts", "Watch list", f"tag={watch}", True),
        ("requests", "Overdue", "due=late", True),
        ("explore-segments", "Valuable and at risk", "health_to=60&value_from=80000", True),
        ("explore-segments", "Public sector", "segment=Public+sector", True),
        ("accounts", "My clients, least recent contact first", "sort=last_contact&status=client&whose=me", False),
    ):
        SavedView.objects.create(owner=owner, page=page, name=name, query=query, shared=shared)


def _make_fields_of_work(world: World) -> None:
    """Fields of projects and opportunities, with values."""
    for on, key, label, choices in (
        (CustomField.On.PROJECT, "delivery_model", "Delivery model", MODELS),
        (CustomField.On.OPPORTUNITY, "procurement", "Procurement", PROCUREMENT),
    ):
        CustomField.objects.create(on=on, key=key, label=label, kind="choice", choices="\n".join(choices), order=10)
    CustomField.objects.create(on=CustomField.On.REQUEST, key="ticket", label="Client's ticket", kind="text", order=10)
    CustomField.objects.create(on=CustomField.On.TASK, key="location", label="Location", kind="text", order=10)
    chance = world.rng("fields of work")
    filled: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
        (Project, "delivery_model", MODELS), (Opportunity, "procurement", PROCUREMENT),
    )  # fmt: skip
    for model, key, options in filled:
        rows = list(model._base_manager.order_by("pk"))
        for row in rows:
            row.custom = {key: chance.choice(options)} if chance.random() < 0.8 else {}
        model._base_manager.bulk_update(rows, ["custom"], batch_size=500)
