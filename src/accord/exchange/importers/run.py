"""One pass over one file: its rows as values, and all that importers share while they go through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from accord.accounts.models import Account
from accord.core.access import Permission, can, what_is_archived
from accord.core.models import Record
from accord.engines.texts import gettext_lazy as _
from accord.engines.texts import ngettext_lazy
from accord.exchange.csv_table import CsvShape, rows
from accord.exchange.csv_table.currencies import currencies_of
from accord.exchange.csv_table.values import BadValue
from accord.exchange.importers.cells import Convert, UnknownWord, converter
from accord.exchange.importers.fields import Field
from accord.exchange.importers.report import ImportReport
from accord.exchange.importers.writer import Writer
from accord.exchange.progress import Progress

_STEP = 500
_WORDS_COUNTED = 1000  # different unknown ones of a field


@dataclass(slots=True)
class Row:
    """A row's values by field name; empty cells are absent. ``is_bad`` when one of them was refused.

    ``currencies`` are those that an amount of the row may be in by its sign, where the row's currency was chosen among
    several.
    """

    line: int
    values: dict[str, Any]
    cells: dict[str, str]
    is_bad: bool = False
    currencies: tuple[str, ...] = ()

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


@dataclass(slots=True)
class Run:
    """What a pass knows (file, mapping, options, who) and what it finds (``ledger``).

    ``writer`` saves, or only pretends to.
    """

    path: Path
    shape: CsvShape
    fields: tuple[Field, ...]
    mapping: dict[str, str]
    options: dict[str, Any]
    source: str
    by: Any
    writer: Writer
    ledger: ImportReport = field(default_factory=ImportReport)
    progress: Progress = field(default_factory=Progress)
    label: str = _("Checking")
    deciding: frozenset[str] = frozenset()
    _allowed: dict[Any, bool] = field(default_factory=dict)
    _money: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._money = frozenset(f.name for f in self.fields if f.is_money)

    def has(self, name: str) -> bool:
        """Whether a column is mapped to the field."""
        return bool(self.mapping.get(name))

    def rows(self) -> Iterator[Row]:
        """Every row as values. Refused cells, missing ones and ragged rows are written down, and the row marked bad."""
        converters = self._converters()
        required = [f.name for f in self.fields if f.required]
        for done, (line, cells) in enumerate(rows(self.path, self.shape), 1):
            if done % _STEP == 0:
                self.progress.report(self.label, done, self.shape.rows)
            row = Row(line, {}, {})
            if len(cells) != self.shape.width:
                row.is_bad = True
                found = ngettext_lazy("%(count)s cell", "%(count)s cells", len(cells), count=len(cells))
                remedy = _(
                    "The header has %(width)s. Put text that contains “%(delimiter)s” in quotes.",
                    width=self.shape.width,
                    delimiter=self.shape.delimiter,
                )
                self.ledger.problems.add(_("has the wrong number of cells"), remedy, line=line, value=found)
                cells = (cells + [""] * self.shape.width)[: self.shape.width]
            self._fill(row, cells, converters, quietly=row.is_bad)
            for name in required:
                if name not in row.values and name not in row.cells and not row.is_bad:
                    self.problem(row, name, _("is missing"), _("Enter a value or remove the row."))
            self.ledger.counts["rows"] += 1
            if row.is_bad:
                self.ledger.counts["left_out"] += 1
            yield row

    def raw(self, *names: str) -> Iterator[list[str]]:
        """A few text fields of every row, ragged and bad ones too, for a first look; empty where there is no value."""
        by_name = {name: (index, convert) for name, index, convert in self._converters()}
        for done, (_line, cells) in enumerate(rows(self.path, self.shape), 1):
            if done % _STEP == 0:
                self.progress.report(_("Reading"), done, self.shape.rows)
            found = []
            for name in names:
                index, convert = by_name.get(name, (len(cells), str))
                try:
                    found.append(convert(cells[index]) if index < len(cells) else "")
                except BadValue:
                    found.append("")
            yield found

    def _converters(self) -> list[tuple[str, int, Convert]]:
        found: list[tuple[str, int, Convert]] = []
        for f in self.fields:
            column = self.shape.column(self.mapping.get(f.name, ""))
            if column is not None:
                # Values repeat: most cells cost one look into this cache.
                found.append((f.name, column.index, lru_cache(50_000)(converter(f, column, self.options))))
        return found

    def _fill(self, row: Row, cells: list[str], converters: list[tuple[str, int, Convert]], *, quietly: bool) -> None:
        values = row.values
        said: dict[str, tuple[str, ...]] = {}
        for name, index, convert in converters:
            text = cells[index]
            if not text:
                continue
            try:
                value = convert(text)
            except BadValue as bad:
                row.cells[name] = text
                if quietly:  # the cells of a ragged row stand under the wrong headers
                    continue
                if isinstance(bad, UnknownWord):
                    self._count_unknown(name, text)
                if name in self.deciding:
                    self.problem(row, name, bad.message, bad.remedy, text)
                else:
                    self.warn(row, name, bad.message, bad.remedy, text)
            else:
                if value is not None:
                    values[name] = value
                if name in self._money and (currencies := currencies_of(text)):
                    said[name] = currencies
        if said and not quietly:
            self._settle_currency(row, said)

    def _count_unknown(self, name: str, text: str) -> None:
        words = self.ledger.unknown[name]
        if text in words or len(words) < _WORDS_COUNTED:
            words[text[:200]] += 1

    def _settle_currency(self, row: Row, said: dict[str, tuple[str, ...]]) -> None:
        """Amounts that say a currency set that of the row, or agree with it."""
        may_be, column = next(iter(said.values())), row.values.get("currency")
        for name, currencies in said.items():
            cell = _listed(currencies)
            may_be = tuple(code for code in may_be if code in currencies)
            if not may_be:
                self._refuse_amount(
                    row, name, _("is in another currency than another amount of the row"), _("Use one."), cell
                )
                return
            if column and column not in may_be:
                message = _("is in another currency than the row, which is in %(currency)s", currency=column)
                self._refuse_amount(row, name, message, _("Correct the amount or the currency."), cell)
                return
        if column or "currency" in row.cells:
            return
        wished = (self.options.get("sign_currency"), self.options.get("currency"))
        found = may_be[0] if len(may_be) == 1 else next((code for code in wished if code in may_be), None)
        if found is None:
            name, remedy = next(iter(said)), _("Map a column with the currency, or choose the currency of such signs.")
            self._refuse_amount(row, name, _("has a sign that several currencies use"), remedy, _listed(may_be))
            return
        row.values["currency"] = found
        row.currencies = may_be if len(may_be) > 1 and not self.options.get("sign_currency") else ()

    def _refuse_amount(self, row: Row, name: str, message: str, remedy: str, value: str) -> None:
        """An amount that decides nothing, as an account's revenue, is left empty instead."""
        if name in self.deciding:
            self.problem(row, name, message, remedy, value)
        else:
            row.values.pop(name, None)
            self.warn(row, name, message, remedy, value)

    def has_doubtful_currency(self, row: Row, account: Account, name: str) -> bool:
        """Whether ``account`` speaks against the currency that a sign was taken for; the row is then refused."""
        own = account.currency if account.pk else ""
        if own not in row.currencies or own == row.values.get("currency"):
            return False
        message = _(
            "has a sign that may mean %(currency)s, but the account's currency is %(own)s",
            currency=row.values["currency"],
            own=own,
        )
        self.refuse(row, name, message, _("Map a column with the currency, or choose the currency of such signs."))
        return True

    def warn(self, row: Row, name: str, message: str, remedy: str, value: str = "") -> None:
        """Write down a value that is left empty; the row stays good."""
        self.ledger.warnings.file = self.ledger.problems.file
        self.ledger.warnings.add(
            message, remedy, field=self.mapping.get(name) or name, value=value[:200], line=row.line
        )

    def problem(self, row: Row, name: str, message: str, remedy: str, value: str = "") -> None:
        """Write down what is wrong with one row; ``name`` is the field, shown by its column's header."""
        row.is_bad = True
        self.ledger.problems.add(
            message, remedy, field=self.mapping.get(name) or name, value=value[:200], line=row.line
        )

    def refuse(self, row: Row, name: str, message: str, remedy: str, value: str = "") -> None:
        """The same for a row that had seemed good: it is left out after all."""
        if not row.is_bad:
            self.ledger.counts["left_out"] += 1
        self.problem(row, name, message, remedy, value)

    def may(self, action: Permission, record: Record) -> bool:
        """``can``, asked once for all records of a kind on one account; Accord itself (``by=None``) may."""
        if self.by is None:
            return True
        root = record.root
        key = (action, record._meta.label_lower, root.pk or id(root))
        if key not in self._allowed:
            self._allowed[key] = can(self.by, action, record)
        return self._allowed[key]

    def denied(self, record: Record, message: str, remedy: str) -> tuple[str, str]:
        """``message`` and ``remedy`` of a record that may not be changed, unless it is archived: then that is why."""
        archived = what_is_archived(self.by, record)
        if archived is None:
            return message, remedy
        if archived == record:
            return _("is archived"), _("Restore it on its page first.")
        belongs, restore = _("belongs to %(record)s, which is archived"), _("Restore %(record)s on its page first.")
        return belongs.with_values(record=str(archived)), restore.with_values(record=str(archived))

    def may_change(self, account: Account) -> bool:
        """Whether records may be hung on ``account``; on one that this import makes, they may."""
        return account.pk is None or account.pk in self.writer.created(Account) or self.may(Permission.CHANGE, account)


def _listed(currencies: tuple[str, ...]) -> str:
    """``USD, CAD, AUD …``."""
    return ", ".join(currencies[:3]) + (" …" if len(currencies) > 3 else "")
