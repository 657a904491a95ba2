"""What the importers of tables have in common: how a row meets the record it stands for."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, Protocol

from django.core.exceptions import ValidationError

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.models import Record
from accord.engines.texts import either
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.custom_fields import custom_fields
from accord.exchange.importers.fields import Field, Option
from accord.exchange.importers.headers import HEADERS
from accord.exchange.importers.known import Accounts, several
from accord.exchange.importers.run import Row, Run
from accord.exchange.importers.writer import Change, compare
from accord.people.models import Firm

BATCH = 500
MAX_ID = 200


def firm_currency() -> str:
    return str(Firm.current().currency)


CURRENCY = Option("currency", _("Default currency"), _("A three-letter ISO code."), default=firm_currency)


class TableImporter(ABC):
    """An importer of one kind of CSV table."""

    kind: ClassVar[str]
    title: ClassVar[str]
    text: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    options: ClassVar[tuple[Option, ...]] = ()
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    own: ClassVar[str] = ""  # whose own fields may stand in the file, too: CustomField.On

    @property
    def columns(self) -> tuple[Field, ...]:
        """What a column of the file may hold: the fields, and the firm's own of such records."""
        headers = HEADERS.get(self.kind, {})
        fields = tuple(replace(f, known_as=(*f.known_as, *headers.get(f.name, ()))) for f in self.fields)
        return (*fields, *custom_fields(self.own)) if self.own else fields

    def missing(self, mapping: dict[str, str]) -> list[str]:
        """What the mapping still lacks, in words."""
        labels = {f.name: _("“%(field)s”", field=f.label) for f in self.fields}
        lacking: list[str] = [labels[f.name] for f in self.fields if f.required and not mapping.get(f.name)]
        open_groups = (group for group in self.one_of if not any(mapping.get(name) for name in group))
        return lacking + [either([labels[name] for name in group]) for group in open_groups]

    def alternatives(self) -> list[str]:
        """The fields of which each file needs one, in words."""
        labels = {f.name: f.label for f in self.fields}
        return [either([labels[name] for name in group]) for group in self.one_of]

    def deciding(self, mapping: dict[str, str]) -> frozenset[str]:
        """The fields in which a bad value refuses its row: those that say who, which or how much is meant."""
        named = {name for group in self.one_of for name in group}
        return frozenset({f.name for f in self.columns if f.required or f.decides} | named)

    @abstractmethod
    def run(self, run: Run) -> None:
        """Go through the file once: count, note, and write through ``run.writer``."""


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The good rows, some hundred at a time."""
    good = (row for row in rows if not row.is_bad)
    while batch := list(itertools.islice(good, BATCH)):
        yield batch


def stored(run: Run, model: type[Record], ids: Iterable[str], *related: str) -> dict[str, Any]:
    """The records that came from this source under these ids, locked until the transaction ends."""
    rows = model._base_manager.filter(source=run.source, external_id__in=list(ids)).select_related(*related or (None,))
    if not run.writer.is_dry:
        rows = rows.select_for_update(of=("self",))
    return {record.external_id: record for record in rows}


class Seen:
    """Which ids the file has used, and where: the same one twice is a mistake in the file."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}

    def take(self, run: Run, row: Row, key: str, field: str) -> bool:
        """False, with the problem written down, when ``key`` was used before or is too long."""
        if len(key) > MAX_ID:
            run.refuse(row, field, _("is longer than %(most)s characters", most=MAX_ID), _("Use a shorter one."), key)
            return False
        first = self.lines.setdefault(key, row.line)
        if first != row.line:
            run.refuse(
                row,
                field,
                _("is the same record as line %(line)s", line=first),
                _("Keep one of the two rows."),
                key,
            )
            return False
        return True


def found_account(run: Run, accounts: Accounts, row: Row, *, id_field: str, name_field: str) -> Account | None:
    """The account a row hangs on, or ``None`` with the problem written down."""
    ref, name = row.get(id_field, ""), row.get(name_field, "")
    if not ref and not name:
        remedy = _("Enter a value or remove the row.")
        run.refuse(row, name_field if run.has(name_field) else id_field, _("has no account"), remedy)
        return None
    account = accounts.by_id.get(ref) if ref else None
    if account is None and name:
        named = accounts.named(name)
        if len(named) > 1:
            run.refuse(
                row,
                name_field,
                several(len(named)),
                _("Map a column with the account ID."),
                name,
            )
            return None
        account = named[0] if named else None
    if account is None:
        remedy = _("Import the accounts first, or correct the name.")
        run.refuse(row, name_field if name else id_field, _("isn't an account you can see"), remedy, name or ref)
        return None
    if not run.may_change(account):
        run.refuse(
            row,
            name_field if name else id_field,
            *run.denied(account, _("is an account you don't have permission to edit"), _("Ask its account manager.")),
            name or ref,
        )
        return None
    return account


class PartsOf(Protocol):
    """What hangs on a record beside its columns: what of it the file changes, what that was, and how to store it."""

    changed: dict[str, Any]
    before: dict[str, Any]

    def store(self) -> None: ...


class Batch:
    """Collects what a batch of rows makes and changes, and counts it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.created: list[Record] = []
        self.changes: list[Change] = []

    def place(
        self,
        row: Row,
        record: Record | None,
        new: Record,
        values: dict[str, Any],
        field: str,
        parts: PartsOf | None = None,
    ) -> tuple[Record, str] | None:
        """Decide what becomes of a row: returns the record and the outcome, ``None`` when the row is refused.

        ``record`` is what the row was found to stand for; if there is none, ``new`` gets ``values`` and is created.
        """
        run = self.run
        target = record or new
        if record is not None and not run.may(Permission.CHANGE, record):
            run.refuse(
                row,
                field,
                *run.denied(
                    record,
                    _("matches a record you don't have permission to edit"),
                    _("Remove the row, or ask someone with permission."),
                ),
            )
            return None
        before = compare(target, values)
        try:
            target.clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                run.refuse(row, name, " ".join(messages).rstrip("."), _("Correct the row."))
            for attribute, old in before.items():
                setattr(target, attribute, old)
            return None
        if record is None:
            self.created.append(new)
            outcome = "create"
        elif before or (parts is not None and parts.changed):
            change = Change(record, before)
            if parts is not None and parts.changed:
                change.parts_before, change.store_parts = dict(parts.before), parts.store
            self.changes.append(change)
            outcome = "update"
        else:
            outcome = "skip"
        run.ledger.counts[outcome] += 1
        return target, outcome

    def write(self) -> None:
        if self.created:
            self.run.ledger.created[str(self.created[0]._meta.verbose_name_plural)] += len(self.created)
        self.run.writer.create(self.created)
        self.run.writer.update(self.changes)
        self.created, self.changes = [], []


OUTCOMES = {"create": _("New"), "update": _("Changed"), "skip": _("Unchanged")}
