"""Which rate applies to an hour of work, and which ones it beat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accord.core.access import Permission, require
from accord.money.models import RateCard, TimeEntry
from accord.money.models.rate_card import PRECEDENCE, specificity
from accord.people.models import Person
from accord.projects.models import Project, Resource

Keys = tuple[int, ...]
Side = RateCard.Side
MOST = 50  # on the page of one record; all of them are listed under Rates


@dataclass(frozen=True, slots=True)
class Work:
    """What an hour is for, as far as rates ask: keys of records, ``None`` where there is none."""

    project: int | None = None
    agreement: int | None = None
    account: int | None = None
    work_type: int | None = None
    person: int | None = None
    job_role: int | None = None


def work_of(
    project: Project | None, person: Person | None, job_role: int | None = None, work_type: int | None = None
) -> Work:
    """An hour of ``person``, or of a role, on ``project``."""
    place = {} if project is None else _place(project)
    worker = {"job_role": job_role} if person is None else {"person": person.pk, "job_role": person.job_role_id}
    return Work(**place, **worker, work_type=work_type)


def _place(project: Project) -> dict[str, Any]:
    return {"project": project.pk, "agreement": project.agreement_id, "account": project.account_id}


def work_of_entry(entry: TimeEntry) -> Work:
    return work_of(entry.project, entry.person, work_type=entry.work_type_id)


def work_of_resource(resource: Resource) -> Work:
    """An hour of what a plan counts on: a person, or a role that no one fills yet."""
    return work_of(resource.project, resource.person, resource.job_role_id)


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """The rate that applies on a day, and the others that would have, the most specific first."""

    side: str
    card: RateCard | None
    beaten: tuple[RateCard, ...] = ()


@dataclass(frozen=True, slots=True)
class RateBook:
    """Rates by what they name. Finding one asks no query, however many hours are priced."""

    series: dict[tuple[str, tuple[str, ...], Keys], list[RateCard]] = field(default_factory=dict)
    shapes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def applying(self, side: str, work: Work, day: date) -> list[RateCard]:
        """The rates in force on ``day`` that fit ``work``, the most specific first."""
        found = (self._in_force(side, shape, work, day) for shape in self.shapes.get(side, ()))
        return [card for card in found if card is not None]

    def card(self, side: str, work: Work, day: date) -> RateCard | None:
        """The rate that applies."""
        found = (self._in_force(side, shape, work, day) for shape in self.shapes.get(side, ()))
        return next((card for card in found if card is not None), None)

    def answer(self, side: str, work: Work, day: date) -> RateAnswer:
        found = self.applying(side, work, day)
        return RateAnswer(side, found[0] if found else None, tuple(found[1:]))

    def _in_force(self, side: str, shape: tuple[str, ...], work: Work, day: date) -> RateCard | None:
        """The newest rate of one scope; ``None`` where that has no amount, for it ends the scope."""
        keys = tuple(getattr(work, name) for name in shape)
        for card in self.series.get((side, shape, keys), ()):
            if card.starts_on <= day:
                return card if card.amount is not None else None
        return None


def book_of(cards: Iterable[RateCard]) -> RateBook:
    """``cards`` ready to be asked; the newest of a scope come first."""
    series: dict[Any, list[RateCard]] = defaultdict(list)
    for card in sorted(cards, key=lambda card: card.starts_on, reverse=True):
        shape = card.shape
        series[card.side, shape, tuple(getattr(card, f"{name}_id") for name in shape)].append(card)
    shapes: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for side, shape in sorted({key[:2] for key in series}, key=lambda key: specificity(key[1]), reverse=True):
        shapes[side].append(shape)
    return RateBook(dict(series), dict(shapes))


def rate_book(works: Sequence[Work] | None = None, *, named: bool = False) -> RateBook:
    """The rates that may apply to ``works`` (all of them by default), in one query. ``named``: with what they name."""
    cards = RateCard.objects.all() if works is None else RateCard.objects.filter(_may_fit(works))
    return book_of(cards.select_related(*PRECEDENCE) if named else cards)


def _may_fit(works: Sequence[Work]) -> Q:
    condition = Q()
    for name in PRECEDENCE:
        keys = {getattr(work, name) for work in works} - {None}
        condition &= Q(**{name: None}) | Q(**{f"{name}__in": keys}) if keys else Q(**{name: None})
    return condition


def which_rates(work: Work, day: date, user: Any) -> tuple[RateAnswer, ...]:
    """The cost and the billing rate of an hour of ``work`` on ``day`` with what they beat, in one query.

    Raises ``PermissionDenied`` for who doesn't see all rates.
    """
    require(user, Permission.VIEW, RateCard(side=Side.COST))
    book = rate_book([work], named=True)
    return tuple(book.answer(side, work, day) for side in Side.values)


def matching_rates(rows: QuerySet[RateCard], values: dict[str, Any], today: date) -> QuerySet[RateCard]:
    """Those of ``rows`` that a filter asks for: ``side``, what they name, and whether they are ``current``."""
    if values.get("side"):
        rows = rows.filter(side=values["side"])
    for name in PRECEDENCE:
        if (wanted := values.get(name)) is not None and wanted != "":
            rows = rows.filter(**{name: wanted})
    if q := values.get("q"):
        rows = rows.filter(_named_like(q))
    return rows.filter(pk__in=current_rates(today)) if values.get("current") else rows


def _named_like(text: str) -> Q:
    condition = Q(note__icontains=text)
    for name in PRECEDENCE:
        label = "title" if name == "agreement" else "name"
        condition |= Q(**{f"{name}__{label}__icontains": text})
    return condition


def current_rates(today: date) -> list[int]:
    """The keys of the rates in force today: the newest of each scope that has an amount."""
    book = rate_book()
    newest = (next((c for c in rows if c.starts_on <= today), None) for rows in book.series.values())
    return [card.pk for card in newest if card is not None and card.amount is not None]


def rates_of(user: Any, **named: Any) -> list[RateCard]:
    """The rates that name these records, of those ``user`` may see, the newest first."""
    return list(RateCard.objects.visible_to(user).filter(**named).select_related(*PRECEDENCE)[:MOST])


def rates_on(project: Project, user: Any) -> list[RateCard]:
    """The rates agreed for ``project``, its agreement and its account, of those ``user`` may see."""
    place = Q(project=project.pk) | Q(account=project.account_id)
    if project.agreement_id is not None:
        place |= Q(agreement=project.agreement_id)
    return list(RateCard.objects.visible_to(user).filter(place).select_related(*PRECEDENCE)[:MOST])
