"""The people map of a client: who stands where, who is for us, who of ours knows whom, and what we do not know yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account, Affiliation, Interaction, Relationship
from accord.core.texts import gettext_lazy
from accord.people.models import User

YEAR = timedelta(days=365)
BuyingRole = Affiliation.BuyingRole


STRENGTHS = {
    Relationship.Strength.MET: gettext_lazy("has met them"),
    Relationship.Strength.WORKS: gettext_lazy("works with them"),
    Relationship.Strength.TRUSTS: gettext_lazy("trusted adviser"),
}


@dataclass(frozen=True, slots=True)
class RelationshipTie:
    """A colleague who knows somebody: as they say themselves (``strength``), and by talks within a year."""

    user: User
    strength: int | None
    talks: int

    @property
    def strength_text(self) -> str:
        """How well they know each other, as within a sentence."""
        return str(STRENGTHS[Relationship.Strength(self.strength)]) if self.strength else ""


@dataclass(slots=True)
class OrgChartNode:
    """One person of the org chart, with those below; ``last_confirmed_on`` is the last contact or confirmation."""

    affiliation: Affiliation
    last_confirmed_on: date | None
    stale: bool
    ties: list[RelationshipTie]
    below: list[OrgChartNode] = field(default_factory=list)

    @property
    def is_deciding(self) -> bool:
        return self.affiliation.buying_role in Affiliation.DECIDING

    @property
    def is_silent(self) -> bool:
        return self.is_deciding and self.stale


@dataclass(frozen=True, slots=True)
class CompletenessCheck:
    """Something one should know of a client's people; ``missing`` are those of whom it is not known."""

    text: str
    known: int
    of: int
    missing: tuple[Affiliation, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """``roots`` stand below nobody we know; ``left`` are those who are not there any more."""

    roots: list[OrgChartNode]
    left: list[Affiliation]
    questions: list[CompletenessCheck]

    @property
    def completeness(self) -> float:
        """The share of answers that we know, 0 to 1."""
        of = sum(question.of for question in self.questions)
        return sum(question.known for question in self.questions) / of if of else 0.0


def org_chart(account: Account, today: date, silence: int) -> PeopleMap:
    """The map of one client; after ``silence`` days without a word an entry is stale. Four queries, however many."""
    rows = list(Affiliation.objects.filter(account=account).select_related("contact").order_by("contact__name", "pk"))
    here = [row for row in rows if row.until is None]
    last, ties = _talks(account), _ties(account)
    places = {row.pk: _place(row, last.get(row.contact_id), ties, today, silence) for row in here}
    roots: list[OrgChartNode] = []
    for row in here:
        above = places.get(row.reports_to_id or 0)
        (above.below if above else roots).append(places[row.pk])
    for group in (roots, *(place.below for place in places.values())):
        group.sort(key=lambda place: (-(place.affiliation.influence or 0), place.affiliation.contact.name))
    return PeopleMap(roots, [row for row in rows if row.until is not None], questions(list(places.values())))


def questions(places: Sequence[OrgChartNode]) -> list[CompletenessCheck]:
    """What should be known: somebody for each part that decides, and of everybody where they stand."""
    rows = [place.affiliation for place in places]
    found = [
        CompletenessCheck(f"A {part.label.lower()}", int(any(row.buying_role == part for row in rows)), 1)
        for part in Affiliation.DECIDING
    ]

    def of_all(text: str, known: Any, among: Sequence[OrgChartNode] = places) -> None:
        missing = tuple(place.affiliation for place in among if not known(place))
        found.append(CompletenessCheck(text, len(among) - len(missing), len(among), missing))

    of_all(gettext("Buying role"), lambda place: place.affiliation.buying_role)
    of_all(gettext("Influence"), lambda place: place.affiliation.influence is not None)
    of_all(gettext("Sentiment"), lambda place: place.affiliation.sentiment is not None)
    of_all(gettext("Email address"), lambda place: place.affiliation.contact.email)
    of_all(gettext("Relationship owner"), lambda place: place.ties)
    above = [place for place in places if place.affiliation.reports_to_id is None]
    # One person stands above all others; of everybody else we should know to whom they report.
    spare = above[:1] if places else []
    missing = tuple(place.affiliation for place in above if place not in spare and not place.below)
    if len(places) > 1:
        found.append(CompletenessCheck(gettext("Reports to"), len(places) - 1 - len(missing), len(places) - 1, missing))
    return found


def silent_sponsors(user: Any, today: date, silence: int) -> QuerySet[Affiliation]:
    """Visible people who decide, without contact for ``silence`` days, with ``last_contact_on`` (or None)."""
    rows: QuerySet[Affiliation] = Affiliation.objects.visible_to(user).filter(
        account__status=Account.Status.CLIENT, account__archived_at=None
    )
    return _silent(rows, today, silence)


def silent_places(today: date, silence: int) -> QuerySet[Affiliation]:
    """The same of all clients."""
    return _silent(
        Affiliation.objects.filter(account__status=Account.Status.CLIENT, account__archived_at=None), today, silence
    )


def newly_silent(today: date, silence: int) -> QuerySet[Affiliation]:
    """The same, without those whose silence somebody was told of already."""
    return silent_places(today, silence).filter(Q(silence_told=None) | Q(silence_told__lt=F("last_contact_on")))


def _silent(rows: QuerySet[Affiliation], today: date, silence: int) -> QuerySet[Affiliation]:
    talks = Interaction.objects.filter(contacts=OuterRef("contact"), account=OuterRef("account"))
    since = today - timedelta(days=silence)
    # When they were heard of last is looked up only where they were not heard of lately, which is quickly ruled out.
    return (
        rows.filter(until=None, buying_role__in=Affiliation.DECIDING)
        .exclude(confirmed_on__gte=since)
        .exclude(Exists(talks.filter(at__date__gte=since)))
        .filter(Q(confirmed_on__isnull=False) | Exists(talks))
        .annotate(spoken_on=Subquery(talks.order_by("-at").values("at__date")[:1]))
        .annotate(
            last_contact_on=Greatest(Coalesce("spoken_on", "confirmed_on"), Coalesce("confirmed_on", "spoken_on"))
        )
        .select_related("account", "account__owner", "contact")
        .order_by("last_contact_on", "pk")
    )


def _place(
    row: Affiliation, last: datetime | None, ties: dict[int, list[RelationshipTie]], today: date, silence: int
) -> OrgChartNode:
    days = [day for day in (timezone.localdate(last) if last else None, row.confirmed_on) if day]
    fresh = max(days, default=None)
    stale = fresh is None or fresh < today - timedelta(days=silence)
    return OrgChartNode(row, fresh, stale, ties.get(row.pk, []))


def _talks(account: Account) -> dict[int, datetime]:
    """When we spoke with each contact last."""
    rows = Interaction.contacts.through.objects.filter(interaction__account=account).order_by()
    return dict(rows.values_list("contact_id").annotate(at=Max("interaction__at")))


def _ties(account: Account) -> dict[int, list[RelationshipTie]]:
    """Who of ours knows whom, by affiliation, those who know them best first."""
    since = timezone.now() - YEAR
    rows = Interaction.contacts.through.objects.filter(
        interaction__account=account,
        interaction__at__gte=since,
        interaction__by__isnull=False,
        interaction__hidden=False,
    )
    talks: dict[tuple[int, int], int] = {
        (contact, user): n
        for contact, user, n in rows.order_by().values_list("contact_id", "interaction__by").annotate(n=Count("pk"))
    }
    said = list(Relationship.objects.filter(affiliation__account=account).select_related("user", "affiliation"))
    found: dict[int, dict[int, RelationshipTie]] = defaultdict(dict)
    for row in said:
        key = (row.affiliation.contact_id, row.user_id)
        found[row.affiliation_id][row.user_id] = RelationshipTie(row.user, row.strength, talks.get(key, 0))
    users = User.objects.in_bulk({user for _, user in talks})
    places = dict(Affiliation.objects.filter(account=account, until=None).values_list("contact_id", "pk"))
    for (contact, user), n in talks.items():
        if contact in places:
            found[places[contact]].setdefault(user, RelationshipTie(users[user], None, n))
    return {
        place: sorted(ties.values(), key=lambda tie: (-(tie.strength or 0), -tie.talks, tie.user.name))
        for place, ties in found.items()
    }
