"""The firm's retention as its page asks for it: a period, one half of the clients, and a selection of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.functional import cached_property

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.engines.customers.client_past import (
    ClientPast,
    PastCohort,
    months_before,
    past_cohorts,
    retention_between,
    tenures,
)
from accord.engines.customers.kaplan_meier import SurvivalCurve, kaplan_meier
from accord.engines.customers.retention import Movement, Period, Retention
from accord.insight.models import ClientFigures, FirmRetention
from accord.insight.queries import newest_runs, require_firm_figures
from accord.insight.retention import (
    FEWEST_CLIENTS,
    FirmPast,
    as_json,
    groups,
    period_figures,
    series,
    unpacked,
)
from accord.people.models import User
from accord.sales.models import Agreement

# What the last runs that pages asked for are made of: unpacking is most of a page's time. By run and when it was made.
_unpacked: dict[tuple[int, datetime], FirmPast] = {}


@dataclass(frozen=True, slots=True)
class Selection:
    """What the page's filters say; "" and None are no filter. ``until`` is the last day of the period, None: today."""

    half: str = "all"
    until: date | None = None
    segment: str = ""
    service: str = ""
    owner: int | None = None
    by: str = "segment"
    cohorts: Period = Period.YEAR

    @property
    def is_filtered(self) -> bool:
        return bool(self.segment or self.service or self.owner is not None)


@dataclass(frozen=True, slots=True)
class Survival:
    """How many clients or contracts there were, how many were lost, and their curve; None of too few."""

    count: int
    lost: int
    curve: SurvivalCurve | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A client or contract lost in a period, with what it paid a year and why it left ("" where no one said)."""

    key: int
    account: int
    yearly: Decimal
    reason: str


class RetentionView:
    """What the page shows for one selection, computed as it is asked for.

    Figures are of the whole firm. Names of segments and services come from clients, so a person sees those alone that
    one of ``visible`` accounts (None: all) has.
    """

    def __init__(
        self,
        run: ClientFigures,
        stored: FirmRetention,
        past: FirmPast,
        selection: Selection,
        visible: frozenset[int] | None,
    ) -> None:
        self.run, self.stored, self.past, self.selection = run, stored, past, selection
        self.segments, self.services = _shown_names(past, visible)
        self.ends = past.ends()
        self.months = past.months()
        self.end = selection.until if selection.until in self.ends else past.as_of
        self.start = months_before(self.end, self.months)

    @cached_property
    def chosen(self) -> FirmPast:
        selection, past = self.selection, self.past
        return past.selected(
            segment=_number(self.segments, selection.segment),
            service=_number(self.services, selection.service),
            owner=selection.owner,
        )

    @cached_property
    def clients(self) -> ClientPast:
        return self.chosen.half(self.selection.half)

    def period(self, half: str = "") -> dict[str, Any]:
        """The figures of the period as a run keeps them: its own, or those of the selection."""
        half = half or self.selection.half
        if not self.selection.is_filtered:
            known: list[dict[str, Any]] = self.stored.figures[half]["series"]
            ends = (self.start.isoformat(), self.end.isoformat())
            if (found := next((row for row in known if (row["start"], row["end"]) == ends), None)) is not None:
                return found
        return as_json(period_figures(self.chosen, half, self.start, self.end))

    @cached_property
    def found(self) -> Retention:
        """The movements of the period."""
        return retention_between(self.clients, self.start, self.end)

    @property
    def before(self) -> tuple[date, date] | None:
        """The period before this one, where it is known."""
        start = months_before(self.start, self.months)
        return (start, self.start) if start.toordinal() in self.past.contracts.days else None

    @cached_property
    def series(self) -> list[dict[str, Any]]:
        """Month by month, oldest first: the run's own, or that of the selection."""
        if not self.selection.is_filtered:
            found: list[dict[str, Any]] = self.stored.figures[self.selection.half]["series"]
            return found
        return [as_json(figures) for figures in series(self.chosen, self.selection.half)]

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The period by segment, service or account manager, the largest first."""
        dimension, half = self.selection.by, self.selection.half
        if not self.selection.is_filtered and self.end == self.past.as_of:
            found = self.stored.figures[half]["by"][dimension]
        else:
            found = [
                {"group": number, **as_json(period_figures(part, half, self.start, self.end))}
                for number, part in groups(self.chosen, dimension)
            ]
        shown = [row for row in found if row["clients_at_start"] or row["clients_at_end"]]
        return sorted(shown, key=lambda row: (-row["clients_at_start"], -row["clients_at_end"]))

    @cached_property
    def cohorts(self) -> tuple[PastCohort, ...]:
        return past_cohorts(self.clients, self.selection.cohorts)

    @cached_property
    def survival(self) -> Survival:
        """How long contracts run, or clients stay."""
        return self._survival(self.chosen)

    @cached_property
    def survival_by(self) -> list[tuple[int, Survival]]:
        """The same by segment, service or account manager, the largest first."""
        found = [(number, self._survival(part)) for number, part in groups(self.chosen, self.selection.by)]
        return sorted(((number, each) for number, each in found if each.count), key=lambda row: -row[1].count)

    def _survival(self, past: FirmPast) -> Survival:
        if self.selection.half == "contracts":
            months, left = past.terms.tenures(past.as_of)
        else:
            months, left = tenures(past.half(self.selection.half))
        found = kaplan_meier(months, left) if len(months) >= FEWEST_CLIENTS else None
        return Survival(len(months), int(left.sum()), found if isinstance(found, SurvivalCurve) else None)

    def losses(self, start: date, end: date) -> list[Loss]:
        """The clients lost between two days; of the contract half, the contracts. Two queries."""
        if self.selection.half == "contracts":
            terms = self.chosen.terms
            _, lost = terms.lost_between(start, end)
            rows = [(int(terms.keys[i]), int(terms.clients[i]), Decimal(int(terms.yearly[i])) / 100) for i in lost]
        else:
            left = retention_between(self.clients, start, end).clients(Movement.LOST)
            rows = [(int(str(row.client)), int(str(row.client)), row.start) for row in left]
        accounts = {account for _, account, _ in rows}
        of_account = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "lost_reason"))
        ended = Agreement.objects.filter(account__in=accounts).exclude(end_reason="").order_by("ends_on", "pk")
        said = [*ended.values_list("pk", "account", "end_reason")]
        if self.selection.half == "contracts":
            of_contract = {pk: reason for pk, _, reason in said}
            return [Loss(*row, of_contract.get(row[0], "") or of_account.get(row[1], "")) for row in rows]
        newest = {account: reason for _, account, reason in said}
        return [Loss(*row, of_account.get(row[1], "") or newest.get(row[1], "")) for row in rows]

    def accounts_in(self, which: str) -> list[int]:
        """The accounts behind a figure of the period: by movement, at the start or the end; all of ""."""
        absent = {"start": ("new", "won back"), "end": ("lost",), "": ()}
        rows = self.found.rows
        if which in absent:
            return [int(str(row.client)) for row in rows if row.movement not in absent[which]]
        return [int(str(row.client)) for row in rows if row.movement == which]

    def accounts_of(self, cohort: date, day: date | None = None) -> list[int]:
        """The accounts of a cohort, or those of them who were clients on one of its days."""
        found = next((each for each in self.cohorts if each.starts == cohort), None)
        if found is None or (day is not None and day not in found.ends):
            return []
        rows = np.array(found.rows, np.int64)
        if day is not None:
            rows = rows[self.clients.here[rows, self.clients.at(day)]]
        return [int(pk) for pk in self.clients.clients[rows]]

    def revenue_of(self, accounts: list[int]) -> dict[int, tuple[Decimal, Decimal, str]]:
        """(yearly revenue at the start, at the end, movement) of each account that has any."""
        rows = {int(str(row.client)): row for row in self.found.rows}
        return {pk: (rows[pk].start, rows[pk].end, rows[pk].movement.value) for pk in accounts if pk in rows}

    def contracts_in(self, which: str) -> list[int]:
        """The newest agreements of the contracts lost in the period, or of those running at its start."""
        ran, lost = self.chosen.terms.lost_between(self.start, self.end)
        return [int(key) for key in self.chosen.terms.keys[lost if which == "lost" else ran]]

    def label(self, dimension: str, number: int) -> str:
        """The name of a group; "" of those without one, or with one that is not shown."""
        if dimension == "owner":
            return self.owners.get(number, "")
        return (self.segments if dimension == "segment" else self.services).get(number, "")

    def is_hidden(self, dimension: str, number: int) -> bool:
        """Whether the group has a name that is not shown."""
        return (
            dimension != "owner"
            and bool((self.past.segments if dimension == "segment" else self.past.services)[number])
            and not self.label(dimension, number)
        )

    @cached_property
    def owners(self) -> dict[int, str]:
        numbers = [int(pk) for pk in np.unique(self.past.owner) if pk]
        return dict(User.objects.filter(pk__in=numbers).values_list("pk", "name"))


def _shown_names(past: FirmPast, visible: frozenset[int] | None) -> tuple[dict[int, str], dict[int, str]]:
    """Segments and services by number, of the ``visible`` accounts."""
    if visible is None:
        return dict(enumerate(past.segments)), dict(enumerate(past.services))
    seen = np.isin(past.accounts, sorted(visible))
    segments = {int(number): past.segments[number] for number in np.unique(past.segment[seen])}
    numbers = np.unique(past.bought[np.isin(past.bought[:, 0], past.accounts[seen]), 1])
    return segments, {int(number): past.services[number] for number in numbers}


def _number(names: dict[int, str], name: str) -> int | None:
    """The number of a name, None without one; -1, which no client has, of an unknown one."""
    known = {each.casefold(): number for number, each in names.items()}
    return known.get(name.casefold(), -1) if name else None


def firm_retention(user: Any, selection: Selection) -> RetentionView | None:
    """The newest run's retention, for who may see figures of the whole firm; None where there is none yet."""
    require_firm_figures(user)
    run = newest_runs().select_related("retention").defer("retention__past").first()
    stored = getattr(run, "retention", None)
    if run is None or stored is None:
        return None
    if (key := (run.pk, run.made_at)) not in _unpacked:
        if len(_unpacked) > 1:
            _unpacked.clear()
        _unpacked[key] = unpacked(bytes(stored.past))
    named = None if user is None else frozenset(accounts_with_money(user).values_list("pk", flat=True))
    return RetentionView(run, stored, _unpacked[key], selection, named)


def retention_choices(view: RetentionView) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to, with labels."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, labels in (("segment", view.segments), ("service", view.services)):
        found[name] = [(label, label) for label in sorted(labels.values(), key=str.casefold) if label]
    found["owner"] = sorted(((str(pk), label) for pk, label in view.owners.items()), key=lambda each: each[1])
    return found


def accounts_with_money(user: Any) -> QuerySet[Account]:
    """The accounts whose money ``user`` may see, but for archived ones: those count in the past and are not named."""
    return Account.objects.letting(user, Permission.VIEW_MONEY).filter(archived_at=None)
