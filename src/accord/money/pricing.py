"""What hours cost and are billed at, in the currency that they are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.money import rounded
from accord.money.models import RateCard, TimeEntry
from accord.money.queries_rates import RateBook, Work, rate_book, work_of, work_of_entry
from accord.people.models import Firm, JobRole, Person
from accord.projects.models import Project
from accord.rates.queries import Converter, converter_to

Side = RateCard.Side


@dataclass(slots=True)
class Pricing:
    """Prices any number of hours with the rates of ``book``; exchange rates are read once, where they are needed."""

    book: RateBook
    firm_currency: str
    _converter: Converter | None = field(default=None, init=False)

    def rates(self, entry: TimeEntry) -> tuple[Decimal, Decimal]:
        """Cost and billing rate of ``entry`` on its day; 0 where no rate applies. No one is billed without a project.

        Raises ``ValidationError`` where a currency has no exchange rate.
        """
        work, currency = work_of_entry(entry), self._currency(entry)
        cost = self.book.card(Side.COST, work, entry.day)
        bill = self.book.card(Side.BILL, work, entry.day) if entry.project is not None else None
        return self._amount(cost, currency, entry.day), self._amount(bill, currency, entry.day)

    def _currency(self, entry: TimeEntry) -> str:
        return entry.project.currency if entry.project is not None else self.firm_currency

    def _amount(self, card: RateCard | None, currency: str, day: date) -> Decimal:
        """Raises ``ValidationError`` where an exchange rate is missing."""
        amount = self.amount_in(card, currency, day)
        if amount is not None:
            return amount
        assert card is not None
        text = gettext("No exchange rate from %(currency)s to %(wanted)s for %(day)s. Add one under Money.")
        values = {"currency": card.currency, "wanted": currency, "day": day_text(day)}
        raise ValidationError({"day": text % values})

    def amount_in(self, card: RateCard | None, currency: str, day: date) -> Decimal | None:
        """The amount of ``card`` in ``currency``; 0 without a card, ``None`` where an exchange rate is missing."""
        if card is None or card.amount is None:
            return rounded(Decimal(0), currency)
        value = Decimal(1) if card.currency == currency else self._value(card.currency, currency, day)
        return None if value is None else rounded(card.amount * value, currency)

    def _value(self, currency: str, wanted: str, day: date) -> Decimal | None:
        """One unit of ``currency`` in the ``wanted`` one."""
        if self._converter is None:
            self._converter = converter_to(self.firm_currency, self.firm_currency)
        own, target = self._converter.rate(currency, day), self._converter.rate(wanted, day)
        return own / target if own is not None and target else None

    def planned(self, work: Work, currency: str, day: date) -> Decimal:
        """What an hour of ``work`` costs in ``currency``; 0 where no rate, or no exchange rate, is known."""
        return self.amount_in(self.book.card(Side.COST, work, day), currency, day) or Decimal(0)


def pricing_of(entries: Sequence[TimeEntry]) -> Pricing:
    """With the rates that may apply to a few ``entries``."""
    return Pricing(rate_book([work_of_entry(entry) for entry in entries]), Firm.current().currency)


def planned_cost_of(project: Project, worker: Person | JobRole | None, day: date) -> Decimal:
    """What an hour of a person, or of a role, costs on ``project`` on ``day``, in the project's currency.

    0 where no rate, or no exchange rate, is known.
    """
    role = worker.pk if isinstance(worker, JobRole) else None
    work = work_of(project, worker if isinstance(worker, Person) else None, role)
    return Pricing(rate_book([work]), Firm.current().currency).planned(work, project.currency, day)
