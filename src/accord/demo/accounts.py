"""Accounts with the people on both sides."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from accord.accounts.models import Account, AccountMember, Affiliation, Contact
from accord.demo.briefs import ClientBrief
from accord.demo.leaving import REASONS
from accord.demo.market import client_briefs
from accord.demo.names import Somebody, address, ascii_name, somebody
from accord.demo.world import BERLIN, Client, World, back_dated

BuyingRole = Affiliation.BuyingRole
# How clients came, and how often: public ones mostly by tender.
LEAD_SOURCES: dict[bool, tuple[tuple[str, ...], tuple[int, ...]]] = {
    False: (("Referral", "Website", "Trade fair", "Partner", "Outbound", ""), (34, 22, 16, 14, 8, 6)),
    True: (("Tender", "Referral", "Trade fair"), (70, 20, 10)),
}
TITLES: dict[str, tuple[str, ...]] = {
    BuyingRole.SPONSOR: (
        "Managing director",
        "Chief information officer",
        "Head of digital",
        "Chief operating officer",
        "Member of the executive board",
        "Technical director",
    ),
    BuyingRole.DECISION_MAKER: (
        "Head of IT",
        "Head of production",
        "Head of customer service",
        "Chief financial officer",
        "Head of engineering",
    ),
    BuyingRole.CHAMPION: (
        "Product owner",
        "Project lead",
        "Digital transformation manager",
        "Head of e-commerce",
        "Maintenance manager",
    ),
    BuyingRole.USER: (
        "Editor",
        "Shift supervisor",
        "Customer service agent",
        "Key user",
        "Controller",
        "Process engineer",
        "Clerk",
        "Laboratory manager",
    ),
    BuyingRole.BUYER: ("Purchasing manager", "Strategic buyer", "Head of procurement"),
    BuyingRole.DETRACTOR: ("Head of procurement", "Head of central services"),
}
NOTES = (
    "Prefers a call to an email; mornings are best.",
    "Back from parental leave; works Tuesday to Thursday.",
    "Reads every report to the last page and asks about the footnotes.",
    "Used to work for one of our competitors and is open about what they did better.",
    "Wants the figures first, slides later.",
    "Met at the trade fair; also collects old typewriters.",
)
ORDER = (
    BuyingRole.SPONSOR,
    BuyingRole.CHAMPION,
    BuyingRole.DECISION_MAKER,
    BuyingRole.USER,
    BuyingRole.BUYER,
    BuyingRole.USER,
    BuyingRole.USER,
    BuyingRole.USER,
)


def make_accounts(world: World) -> None:
    """Fill ``world.clients`` and store accounts, contacts and account teams."""
    briefs = client_briefs(world)
    with back_dated((Account, "created_at")):
        for brief in briefs:
            world.clients.append(_client(world, brief))
        Account.objects.bulk_create(c.account for c in world.clients)
    by_key = {c.brief.key: c.account for c in world.clients}
    parts = [c.account for c in world.clients if c.brief.parent]
    for client in world.clients:
        if client.brief.parent:
            client.account.parent = by_key[client.brief.parent]
    Account.objects.bulk_update(parts, ["parent"])
    _contacts(world)


def _client(world: World, brief: ClientBrief) -> Client:
    chance = world.rng("account", brief.key)
    owner = world.hand(brief.owner)
    # Prospects are no clients yet: they were met some weeks or months ago.
    known = world.back(brief.since * 365.25) if brief.status != "prospect" else None
    met = known or world.back(3 if brief.silent else chance.randint(30, 160))
    place = address(chance, brief.country, brief.city)
    reason, competitor, note = brief.leaving
    if brief.status == "former" and not reason:
        number = sum(known.brief.status == "former" for known in world.clients)
        reason, competitor, note = REASONS[number % len(REASONS)]
    account = Account(
        name=brief.name,
        status=brief.status,
        tier=brief.tier,
        segment=brief.segment,
        industry=brief.industry,
        lead_source=world.rng("lead source", brief.key).choices(*LEAD_SOURCES[brief.segment == "Public sector"])[0],
        owner=owner.user,
        currency=brief.currency,
        website=f"https://www.{_domain(brief)}",
        employees=brief.employees,
        annual_revenue=Decimal(brief.employees * chance.randint(90, 310)) * 1000,
        client_since=known,
        lost_on=world.back(brief.lost) if brief.lost else None,
        lost_reason=reason,
        lost_to=competitor,
        lost_note=note,
        description=brief.description,
        created_at=datetime.combine(met, time(10), BERLIN),
        **place,
    )
    return Client(brief, account, owner)


def _domain(brief: ClientBrief) -> str:
    words = ascii_name(brief.name).split("-")
    short = [w for w in words if len(w) > 2 and w not in ("und", "gmbh", "fuer", "amt", "the", "zum", "gebr", "and")]
    return "-".join(short[:2]) + ".example"


def _contacts(world: World) -> None:
    contacts: list[Contact] = []
    affiliations: list[Affiliation] = []
    previous: Contact | None = None
    for client in world.clients:
        chance = world.rng("contacts", client.brief.key)
        known = {c.name for c in contacts}
        for part in _parts(chance, client.brief):
            who = _new(chance, client.brief, known)
            known.add(who.name)
            contact = Contact(
                name=who.name,
                email=f"{who.mailbox}@{_domain(client.brief)}",
                phone=f"{client.account.phone.rsplit('-', 1)[0]}-{chance.randint(100, 999)}"
                if chance.random() < 0.8
                else "",
                notes=chance.choice(NOTES) if chance.random() < 0.25 else "",
            )
            contacts.append(contact)
            client.affiliations.append(_affiliation(chance, client, contact, part))
        _left(world, client, chance)
        # Some people sit at two tables: advisers, board members, managers of two companies of a group.
        if previous is not None and (client.brief.parent or chance.random() < 0.1) and not client.brief.silent:
            title = "Managing director of the group" if client.brief.parent else "Member of the advisory board"
            client.affiliations.append(
                Affiliation(
                    account=client.account,
                    contact=previous,
                    title=title,
                    buying_role=BuyingRole.SPONSOR if client.brief.parent else "",
                )
            )
        affiliations += client.affiliations
        if not client.brief.parent and client.affiliations:
            previous = client.affiliations[0].contact
    Contact.objects.bulk_create(contacts)
    for affiliation in affiliations:
        affiliation.contact = affiliation.contact  # takes over the key it was given just now
    Affiliation.objects.bulk_create(affiliations)


def _parts(chance: Random, brief: ClientBrief) -> list[str]:
    if brief.silent:
        return [BuyingRole.CHAMPION]
    count = chance.randint(2, 4) if brief.status == "prospect" or brief.tier == "C" else chance.randint(4, 8)
    parts: list[str] = list(ORDER[:count])
    if brief.key == "detractor":
        parts.append(BuyingRole.DETRACTOR)
    elif chance.random() < 0.06 and count > 4:
        parts[-1] = BuyingRole.DETRACTOR
    return parts


def _new(chance: Random, brief: ClientBrief, known: set[str]) -> Somebody:
    while True:
        who = somebody(chance, brief.country)
        if who.name not in known:
            return who


def _affiliation(chance: Random, client: Client, contact: Contact, role: str) -> Affiliation:
    return Affiliation(account=client.account, contact=contact, title=chance.choice(TITLES[role]), buying_role=role)


def _left(world: World, client: Client, chance: Random) -> None:
    """Some people have moved on; the quiet client's sponsor among them."""
    if client.brief.key == "quiet":
        client.affiliations[0].until = world.back(client.brief.quiet - 20)
        client.affiliations[0].title = "Head of e-commerce"
        client.affiliations[0].contact.notes = "Left without naming a successor."
    elif len(client.affiliations) > 4 and chance.random() < 0.3:
        client.affiliations[-1].until = world.back(chance.randint(30, 500))
    if client.brief.key == "detractor":
        client.affiliations[-1].contact.notes = (
            "Compares every day rate with offshore quotes and wants to put the contract out to tender. Polite, but "
            "opposed to us. Listens to the state secretary and to facts and figures."
        )


def make_account_teams(world: World) -> None:
    """Who serves whom: managers of the client's projects and those who worked there most."""
    rows: dict[tuple[int, int], AccountMember] = {}
    for client in world.clients:
        people = [(job.manager, "Project lead") for job in client.jobs]
        for job in client.jobs:
            newest = job.ended >= world.today - timedelta(days=400)
            hours: Counter[int] = Counter()
            for (_, resource), minutes in job.worked().items():
                hours[resource] += minutes
            people += [(job.who[r], job.who[r].person.title) for r, _ in hours.most_common(3) if newest]
        for hand, task in people:
            if hand.user is not None and hand.user != client.account.owner:
                key = (client.account.pk, hand.user.pk)
                rows.setdefault(key, AccountMember(account=client.account, user=hand.user, task=task))
    AccountMember.objects.bulk_create(  # the managers joined when their projects started
        rows.values(), update_conflicts=True, unique_fields=["account", "user"], update_fields=["task"]
    )
    AccountMember.objects.filter(task="").delete()  # who worked there for a while, or long ago, has left the team since


def sponsor(client: Client) -> Contact | None:
    """Who decides at the client, or else whoever we know there."""
    return contact_of(client, BuyingRole.SPONSOR) or (client.affiliations[0].contact if client.affiliations else None)


def contact_of(client: Client, role: str) -> Contact | None:
    return next((a.contact for a in client.affiliations if a.buying_role == role), None)
