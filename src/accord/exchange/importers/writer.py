"""Saving what an importer made or changed, with the way back and the audit trail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accord.core.event_kinds import RecordEvent
from accord.core.events import event, record_events
from accord.core.models import Event, Record
from accord.exchange.models import Import, ImportedRecord

_BATCH = 500


@dataclass(slots=True)
class Change:
    """A stored record with new values set on it, and the columns' values ``before`` (by attribute name).

    A record with parts of its own, as an invoice has lines, brings ``store_parts`` to write the new ones and says in
    ``parts_before`` what they were.
    """

    record: Record
    before: dict[str, Any]
    parts_before: dict[str, Any] = field(default_factory=dict)
    store_parts: Callable[[], None] | None = None


def compare(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Set ``values`` on ``record`` and return the old values of those columns that differ."""
    before = {}
    for name, value in values.items():
        attribute = record._meta.get_field(name).attname  # type: ignore[union-attr]
        new = value.pk if isinstance(value, models.Model) else value
        old = getattr(record, attribute)
        if old != new:
            before[attribute] = old
            setattr(record, name, value)
    return before


class Writer:
    """Saves in batches inside the caller's transaction. Without a ``run`` it only counts: that is the dry run.

    The audit trail gets one event for each changed record with its values before and after, and one for each account
    (or other root) that says how many new records came to it: 300,000 rows are no 300,000 actions of a person.
    """

    def __init__(self, run: Import | None, by: Any) -> None:
        self.run, self.by = run, by
        self.new_for: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self.roots: dict[tuple[str, int], models.Model] = {}
        self.events: list[Event] = []
        self._made: dict[type[Record], set[int]] = defaultdict(set)

    @property
    def is_dry(self) -> bool:
        return self.run is None

    def created(self, model: type[Record]) -> set[int]:
        """The keys of the records of ``model`` that this run has made."""
        return self._made[model]

    def create(self, records: Sequence[Record]) -> None:
        """Insert new records, all of one model."""
        if self.run is None or not records:
            return
        model = type(records[0])
        model._base_manager.bulk_create(records, batch_size=_BATCH)
        self._keep(
            ImportedRecord(type=model._meta.label_lower, record_id=r.pk, created=True, version=r.version)
            for r in records
        )
        self._made[model].update(r.pk for r in records)
        noun = str(model._meta.verbose_name)
        for record in records:
            root = record.root
            key = (root._meta.label_lower, root.pk)
            self.roots.setdefault(key, root)
            self.new_for[key][noun] += 1

    def insert(self, model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
        """Insert parts of records that were created here, such as lines; they go when their record goes.

        Prepared field by field but without making model instances, of which there would be hundreds of thousands.
        """
        if self.run is None:
            return
        fields = [f for f in model._meta.concrete_fields if f.column and not f.primary_key]
        quote = connection.ops.quote_name
        columns, marks = ", ".join(quote(str(f.column)) for f in fields), ", ".join(["%s"] * len(fields))
        # The same prices, quantities and texts come again and again.
        columns_of = [
            (f.attname, lru_cache(20_000)(partial(f.get_db_prep_save, connection=connection))) for f in fields
        ]
        prepared = [[prepare(row[name]) for name, prepare in columns_of] for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", prepared)

    def update(self, changes: Sequence[Change]) -> None:
        """Store changed columns, each record at its next version."""
        if self.run is None or not changes:
            return
        groups: dict[tuple[type[Record], tuple[str, ...]], list[Change]] = defaultdict(list)
        now = timezone.now()
        for change in changes:
            change.record.version += 1
            change.record.updated_at = now
            groups[type(change.record), tuple(sorted(change.before))].append(change)
            if change.store_parts is not None:
                change.store_parts()
        for (model, columns), group in groups.items():
            names = [f.name for f in model._meta.concrete_fields if f.attname in columns]
            records = [change.record for change in group]
            model._base_manager.bulk_update(records, [*names, "version", "updated_at"], batch_size=100)
        self._keep(
            ImportedRecord(
                type=c.record._meta.label_lower,
                record_id=c.record.pk,
                created=False,
                version=c.record.version,
                before={"values": c.before, **c.parts_before},
            )
            for c in changes
        )
        for c in changes:
            after = {name: getattr(c.record, name) for name in c.before}
            self.events.append(
                event(by=self.by, kind=RecordEvent.UPDATED_BY_IMPORT, subject=c.record, before=c.before, after=after)
            )

    def _keep(self, kept: Iterable[ImportedRecord]) -> None:
        rows = list(kept)
        for row in rows:
            row.run = self.run  # type: ignore[assignment]
        ImportedRecord.objects.bulk_create(rows, batch_size=_BATCH)

    def finish(self) -> None:
        """Write the events."""
        if self.run is None:
            return
        for key, nouns in self.new_for.items():
            root = self.roots[key]
            after = {"source": self.run.source_name, "file": self.run.file_name, **nouns}
            self.events.append(event(by=self.by, kind=RecordEvent.IMPORTED, subject=root, root=root, after=after))
        record_events(self.events, _BATCH)
