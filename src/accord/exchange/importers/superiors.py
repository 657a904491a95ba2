"""Who reports to whom, from a table of contacts: settled after all rows, since superiors may stand further down."""

from __future__ import annotations

from collections import defaultdict

from django.db import connection

from accord.accounts.models import Affiliation
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.known import name_key
from accord.exchange.importers.run import Run
from accord.exchange.importers.writer import Change, compare

AT_ONCE = 500


class Superiors:
    """Named by their id in the file, their e-mail address, or their name at the same account."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.asked: list[tuple[Affiliation, str]] = []
        self.at: dict[int, dict[str, Affiliation]] = defaultdict(dict)

    def met(self, place: Affiliation, key: str) -> None:
        """A row's place at an account, by which others may name its person."""
        names = self.at[place.account_id]
        for name in (key, place.contact.email.lower(), name_key(place.contact.name)):
            if name:
                names.setdefault(name, place)

    def ask(self, place: Affiliation, superior: str) -> None:
        self.asked.append((place, superior))

    def settle(self) -> None:
        """Write what was asked for. In a dry run there is nothing to point at yet: then only the names are checked."""
        self._load_others()
        fresh, changes = [], []
        for place, superior in self.asked:
            above = self._find(place.account_id, superior)
            if above is None or above is place:
                self.run.ledger.note(
                    _("No matching contact at the account, so “reports to” was not set: %(names)s."), superior
                )
                continue
            if self._is_loop(place, above):
                self.run.ledger.note(_("Circular reporting line, so “reports to” was not set: %(names)s."), superior)
                continue
            if self.run.writer.is_dry:
                continue
            before = compare(place, {"reports_to": above})
            if not before:
                continue
            if place.pk in self.run.writer.created(Affiliation):
                fresh.append(place)  # it goes with the row itself when the import is undone
            else:
                changes.append(Change(place, before))
        # By executemany: Django's bulk_update builds a condition for each row (docs/decisions/0007).
        table, column = Affiliation._meta.db_table, Affiliation._meta.get_field("reports_to").column
        with connection.cursor() as cursor:
            rows = [(place.reports_to_id, place.pk) for place in fresh]
            cursor.executemany(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', rows)
        for first in range(0, len(changes), AT_ONCE):
            self.run.writer.update(changes[first : first + AT_ONCE])

    def _find(self, account: int, superior: str) -> Affiliation | None:
        names = self.at[account]
        return names.get(superior) or names.get(superior.lower()) or names.get(name_key(superior))

    def _load_others(self) -> None:
        """People who are at the accounts already and whom some row names."""
        missing = sorted({p.account_id for p, superior in self.asked if self._find(p.account_id, superior) is None})
        for first in range(0, len(missing), AT_ONCE):
            rows = Affiliation.objects.filter(account__in=missing[first : first + AT_ONCE], until=None)
            for place in rows.select_related("contact").order_by("pk"):
                own = place.contact.external_id if place.contact.source == self.run.source else ""
                self.met(place, own)

    def _is_loop(self, place: Affiliation, above: Affiliation | None) -> bool:
        seen: set[int] = set()
        while above is not None and id(above) not in seen:
            if above is place or (above.pk is not None and above.pk == place.pk):
                return True
            seen.add(id(above))
            above = above.reports_to
        return False
