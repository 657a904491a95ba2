"""Who stands where at each client, what they think of us, and who of ours knows them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from accord.accounts.models import AccountMember, Affiliation, Relationship
from accord.demo.world import Client, World

BuyingRole, Influence, Engagement = Affiliation.BuyingRole, Affiliation.Influence, Affiliation.Sentiment

# The higher up, the earlier; people report to somebody of a rank above their own.
RANKS = (
    BuyingRole.SPONSOR,
    BuyingRole.DECISION_MAKER,
    BuyingRole.CHAMPION,
    BuyingRole.BUYER,
    BuyingRole.DETRACTOR,
    BuyingRole.USER,
    "",
)
STANCES = {
    BuyingRole.SPONSOR: (Engagement.NEUTRAL, Engagement.WELL_DISPOSED, Engagement.ADVOCATE),
    BuyingRole.DECISION_MAKER: (Engagement.CRITICAL, Engagement.NEUTRAL, Engagement.WELL_DISPOSED),
    BuyingRole.CHAMPION: (Engagement.WELL_DISPOSED, Engagement.ADVOCATE),
    BuyingRole.BUYER: (Engagement.CRITICAL, Engagement.NEUTRAL),
    BuyingRole.DETRACTOR: (Engagement.AGAINST,),
    BuyingRole.USER: (Engagement.CRITICAL, Engagement.NEUTRAL, Engagement.WELL_DISPOSED),
}
WEIGHT = {
    BuyingRole.SPONSOR: Influence.MUCH,
    BuyingRole.DECISION_MAKER: Influence.MUCH,
    BuyingRole.USER: Influence.LITTLE,
}
KNOWN = 0.85  # of what could be known


def make_org_charts(world: World) -> None:
    """Complete the affiliations that are stored already."""
    ties: list[Relationship] = []
    for client in world.clients:
        chance = world.rng("people map", client.brief.key)
        _place(world, client, chance)
        ties += _ties(client, chance)
    rows = [row for client in world.clients for row in client.affiliations]
    Affiliation.objects.bulk_update(
        rows, ["reports_to", "influence", "sentiment", "since", "confirmed_on"], batch_size=200
    )
    Relationship.objects.bulk_create(ties)


def _place(world: World, client: Client, chance: Random) -> None:
    here = sorted((row for row in client.affiliations if row.until is None), key=_rank)
    for place, row in enumerate(here):
        above = [other for other in here[:place] if _rank(other) < _rank(row)]
        if above and chance.random() < KNOWN:
            row.reports_to = chance.choice(above[-2:])
        if chance.random() < KNOWN:
            row.influence = (
                WEIGHT.get(BuyingRole(row.buying_role), Influence.SOME) if row.buying_role else Influence.LITTLE
            )
        if row.buying_role and chance.random() < KNOWN:
            row.sentiment = chance.choice(STANCES[BuyingRole(row.buying_role)])
        if chance.random() < KNOWN:
            row.since = world.back(chance.randint(300, 3000))
        if chance.random() < KNOWN and not client.brief.silent:
            # The quiet client's entries are as old as the silence itself.
            row.confirmed_on = world.back(client.brief.quiet + chance.randint(0, 120))
            if row.since is not None:
                row.confirmed_on = max(row.confirmed_on, row.since + timedelta(days=1))


def _rank(row: Affiliation) -> int:
    return RANKS.index(row.buying_role)


def _ties(client: Client, chance: Random) -> list[Relationship]:
    """The account manager knows most of them, the team some."""
    account = client.account
    team = AccountMember.objects.filter(account=account).exclude(user=account.owner).select_related("user")
    members = [member.user for member in team.order_by("pk")[:2]]
    found = []
    for row in client.affiliations:
        if row.until is not None:
            continue
        if account.owner is not None and chance.random() < 0.7:
            found.append(Relationship(affiliation=row, user=account.owner, strength=chance.choice((2, 2, 3))))
        some = [user for user in members if chance.random() < 0.25]
        found += [Relationship(affiliation=row, user=user, strength=chance.choice((1, 2))) for user in some]
    return found
