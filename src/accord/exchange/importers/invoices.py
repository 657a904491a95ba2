"""Invoices from a CSV file with one row for each line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.drafts import Draft, Line, take
from accord.exchange.importers.fields import SIGN_CURRENCY, Choice, Field, FieldType, Option
from accord.exchange.importers.known import Accounts, several
from accord.exchange.importers.run import Row, Run
from accord.exchange.importers.synonyms import INVOICE_STATUSES, labelled
from accord.exchange.importers.tables import BATCH, CURRENCY, MAX_ID, OUTCOMES, TableImporter, firm_currency, stored
from accord.exchange.importers.writer import Change, compare
from accord.money.actions.settle_invoices import settle_credit_notes
from accord.money.models import Invoice, InvoiceLine
from accord.rates.models import ExchangeRate

_CREDIT_NUMBER = re.compile(r"^C[-/ ]?\d")


class InvoiceImporter(TableImporter):
    kind = "invoices"
    title = _("Invoices")
    text = _("Invoices and credit notes, one row per line. Rows with the same invoice number form one invoice.")
    fields = (
        Field(
            "number",
            _("Invoice number"),
            FieldType.ID,
            ("invoice no", "invoice", "invoice id", "document number", "bill number"),
            required=True,
            max_length=60,
        ),
        Field(
            "issued_on",
            _("Invoice date"),
            FieldType.DATE,
            ("date", "issued on", "issue date", "document date", "billing date"),
            required=True,
        ),
        Field(
            "customer_id",
            _("Customer id"),
            FieldType.ID,
            ("customer no", "customer number", "account id", "client id", "customer code"),
        ),
        Field(
            "customer",
            _("Customer name"),
            known_as=("customer", "account", "account name", "client", "company", "company name"),
        ),
        Field(
            "unit_price",
            _("Unit price"),
            FieldType.NUMBER,
            ("price", "rate", "unit cost"),
            digits=16,
            places=4,
            is_money=True,
        ),
        Field(
            "quantity",
            _("Quantity"),
            FieldType.NUMBER,
            ("qty", "units", "count", "hours"),
            digits=14,
            places=4,
            decides=True,
        ),
        Field(
            "amount",
            _("Amount"),
            FieldType.NUMBER,
            ("line total", "line amount", "total", "invoice amount", "net", "net amount"),
            digits=16,
            places=2,
            is_money=True,
        ),
        Field(
            "code",
            _("Item code"),
            FieldType.ID,
            ("stock code", "sku", "item", "product code", "article"),
            max_length=40,
        ),
        Field(
            "description", _("Description"), known_as=("item description", "text", "product", "service"), max_length=300
        ),
        Field("currency", _("Currency"), FieldType.CURRENCY, ("currency code",), decides=True),
        Field("due_on", _("Due date"), FieldType.DATE, ("due", "due on", "payment due"), decides=True),
        Field(
            "paid_on", _("Paid on"), FieldType.DATE, ("settled date", "payment date", "paid date", "paid"), decides=True
        ),
        Field(
            "status",
            _("Status"),
            FieldType.CHOICE,
            ("invoice status", "payment status"),
            decides=True,
            choice=Choice(_("is an unknown status"), lambda: INVOICE_STATUSES, lambda: labelled(Invoice.Status)),
        ),
        Field(
            "country",
            _("Customer's country"),
            known_as=("country",),
            max_length=100,
            help=_("Used for accounts created by the import."),
        ),
    )
    options = (
        CURRENCY,
        SIGN_CURRENCY,
        Option(
            "create_accounts",
            _("Create missing accounts"),
            _("Creates an account for each customer that has no match."),
            default=True,
        ),
        Option("status", _("Default status"), choices=(("sent", _("Sent")), ("paid", _("Paid"))), default="sent"),
    )
    one_of = (("customer_id", "customer"), ("unit_price", "amount"))

    def run(self, run: Run) -> None:
        """Gathers rows by invoice number; an invoice is complete, and let go, when its last row was seen."""
        expected = Counter(number for (number,) in run.raw("number"))
        accounts = Accounts(run.source, run.by)
        drafts: dict[str, Draft] = {}
        ready: list[Draft] = []
        for row in run.rows():
            number = row.get("number")
            if not number:
                continue
            draft = drafts.get(number)
            if draft is None:
                draft = drafts[number] = Draft(number, row)
            draft.rows += 1
            take(run, draft, row)
            if draft.rows >= expected[number]:
                ready.append(drafts.pop(number))
                if len(ready) >= BATCH:
                    _Batch(run, accounts).place(ready)
                    ready = []
        _Batch(run, accounts).place(ready)
        if run.writer.run is not None:
            settle_credit_notes(Invoice.objects.filter(source=run.source))
        for currency, total in sorted(run.ledger.totals.items()):
            run.ledger.facts.append(
                [_("Total of all valid invoices in %(currency)s", currency=currency), f"{total:,.2f}"]
            )
        _note_missing_rates(run)


def _note_missing_rates(run: Run) -> None:
    """Say beforehand what would keep the invoices out of the firm's figures."""
    own = firm_currency()
    known = {own, *ExchangeRate.objects.values_list("currency", flat=True)}
    for currency in sorted(set(run.ledger.totals) - known):
        run.ledger.note(
            _(
                "No exchange rate from %(currency)s to %(own)s. Until you add one, firm-wide lifetime value and churn "
                "exclude these invoices.",
                currency=currency,
                own=own,
            )
        )


class _Batch:
    """Some hundred complete invoices on their way into the database."""

    def __init__(self, run: Run, accounts: Accounts) -> None:
        self.run, self.accounts = run, accounts
        self.new_accounts: list[Account] = []
        self.created: list[tuple[Invoice, list[Line]]] = []
        self.changes: list[Change] = []

    def place(self, drafts: list[Draft]) -> None:
        run = self.run
        known = stored(run, Invoice, [draft.number for draft in drafts], "account")
        lines = _stored_lines(list(known.values()))
        for draft in drafts:
            if draft.is_bad or not self._place(draft, known.get(draft.number), lines):
                run.ledger.counts["left_out"] += len(draft.lines)  # good rows of an invoice that is not
        self._write()

    def _place(self, draft: Draft, invoice: Invoice | None, lines: dict[int, list[Line]]) -> bool:
        run, first = self.run, draft.first
        if len(draft.number) > min(MAX_ID, 60):
            return self._refuse(
                draft, "number", _("is longer than 60 characters"), _("Use a shorter one."), draft.number
            )
        account = self._account(draft)
        if account is None:
            return False
        if run.has_doubtful_currency(first, account, "amount" if run.has("amount") else "unit_price"):
            return False
        status = _status(run, first)
        total = sum((line.amount for line in draft.lines), Decimal(0))
        is_credit = total < 0 or (total == 0 and _CREDIT_NUMBER.match(draft.number) is not None)
        values = {
            "account": account,
            "kind": Invoice.Kind.CREDIT_NOTE.value if is_credit else Invoice.Kind.INVOICE.value,
            "issued_on": first.get("issued_on"),
            "total": total,
        }
        values |= {name: first.values[name] for name in ("due_on", "paid_on", "currency") if name in first.values}
        if invoice is None or first.get("status") or "paid_on" in values:  # else what people noted here stays
            values["status"] = status
        if (due := values.get("due_on")) and due < values["issued_on"]:
            return self._refuse(
                draft, "due_on", _("is before the invoice date"), _("Correct one of the dates."), str(due)
            )
        outcome = self._decide(draft, invoice, values, lines)
        if outcome is None:
            return False
        run.ledger.counts[outcome] += 1
        run.ledger.totals[values.get("currency") or (invoice.currency if invoice else "")] += total
        run.ledger.show(
            {
                _("Outcome"): OUTCOMES[outcome],
                _("Invoice"): draft.number,
                _("Date"): values["issued_on"],
                _("Account"): account.name,
                _("Lines"): len(draft.lines),
                _("Total"): total,
            }
        )
        return True

    def _decide(
        self, draft: Draft, invoice: Invoice | None, values: dict[str, Any], lines: dict[int, list[Line]]
    ) -> str | None:
        run = self.run
        if invoice is None:
            values.setdefault("currency", run.options.get("currency") or values["account"].currency)
            new = Invoice(source=run.source, external_id=draft.number, number=draft.number, **values)
            if not run.may(Permission.CREATE, new) and values["account"].pk:
                self._refuse(
                    draft,
                    "number",
                    *run.denied(
                        new,
                        _("is a new invoice, and you don't have permission to create invoices"),
                        _("Ask finance to import it."),
                    ),
                    draft.number,
                )
                return None
            self.created.append((new, draft.lines))
            return "create"
        if not run.may(Permission.CHANGE, invoice):
            self._refuse(
                draft,
                "number",
                *run.denied(
                    invoice, _("matches an invoice you don't have permission to edit"), _("Ask finance to import it.")
                ),
                draft.number,
            )
            return None
        before, old_lines = compare(invoice, values), lines.get(invoice.pk, [])
        if not before and old_lines == draft.lines:
            return "skip"
        change = Change(invoice, before)
        if old_lines != draft.lines:
            change.parts_before = {"lines": [line._asdict() for line in old_lines]}
            change.store_parts = partial(_replace_lines, run, invoice, draft.lines)
        self.changes.append(change)
        return "update"

    def _account(self, draft: Draft) -> Account | None:
        run, row = self.run, draft.first
        ref, name = row.get("customer_id", ""), row.get("customer", "")
        field_name = "customer_id" if run.has("customer_id") else "customer"
        account = self.accounts.by_id.get(ref) if ref else None
        if account is None and name:
            named = self.accounts.named(name)
            if len(named) > 1:
                self._refuse(
                    draft,
                    "customer",
                    several(len(named)),
                    _("Map a column with the customer ID."),
                    name,
                )
                return None
            account = named[0] if named else None
        if not ref and not name:
            self._refuse(draft, field_name, _("has no customer"), _("Enter a value, or import only the valid rows."))
            return None
        if account is None:
            return self._new_account(draft, ref, name, field_name)
        if account.pk and not run.may(Permission.VIEW_MONEY, account):
            self._refuse(
                draft,
                field_name,
                _("is an account whose invoices you can't see"),
                _("Ask finance to import it."),
                name or ref,
            )
            return None
        return account

    def _new_account(self, draft: Draft, ref: str, name: str, field_name: str) -> Account | None:
        run, key = self.run, ref or name
        if key in self.accounts.hidden:
            self._refuse(
                draft,
                field_name,
                _("matches an account you don't have permission to use"),
                _("Ask an administrator to import it."),
                key,
            )
            return None
        if len(key) > MAX_ID:
            self._refuse(
                draft,
                field_name,
                _("is longer than %(most)s characters", most=MAX_ID),
                _("Use a shorter one."),
                key,
            )
            return None
        currency = draft.first.get("currency") or run.options.get("currency")
        account = Account(
            source=run.source,
            external_id=key,
            name=name or gettext("Customer %(id)s") % {"id": ref},
            status=Account.Status.CLIENT,
        )
        account.country = draft.first.get("country", "")
        account.currency = currency or account.currency
        if run.by is not None and not run.by.sees_everything:
            account.owner = run.by
        if not run.options.get("create_accounts", True) or not run.may(Permission.CREATE, account):
            remedy = _("Import the accounts first, or correct the row.")
            self._refuse(draft, field_name, _("isn't an account you can see"), remedy, name or ref)
            return None
        self.accounts.add(account)
        self.new_accounts.append(account)
        return account

    def _refuse(self, draft: Draft, name: str, message: str, remedy: str, value: str = "") -> bool:
        """The whole invoice is left out; the problem is written down for its first row."""
        self.run.problem(draft.first, name, message, remedy, value)
        return False

    def _write(self) -> None:
        run, made = self.run, self.run.ledger.created
        for noun, count in (
            ("accounts", len(self.new_accounts)),
            ("invoices", len(self.created)),
            ("invoice lines", sum(len(each[1]) for each in self.created)),
        ):
            if count:
                made[noun] += count
        run.writer.create(self.new_accounts)
        run.writer.create([each[0] for each in self.created])
        run.writer.insert(InvoiceLine, (row for invoice, lines in self.created for row in _rows(invoice, lines)))
        run.writer.update(self.changes)


def _status(run: Run, row: Row) -> str:
    if status := row.get("status"):
        return str(status)
    if row.get("paid_on"):
        return Invoice.Status.PAID.value
    return str(run.options.get("status") or Invoice.Status.SENT.value)


def _rows(invoice: Invoice, lines: list[Line]) -> Iterator[dict[str, Any]]:
    # What a file doesn't say of a line, such as its tax.
    usual = {field.attname: field.get_default() for field in InvoiceLine._meta.concrete_fields}
    for position, line in enumerate(lines, 1):
        yield {**usual, "invoice_id": invoice.pk, "position": position, **line._asdict()}


def _replace_lines(run: Run, invoice: Invoice, lines: list[Line]) -> None:
    InvoiceLine.objects.filter(invoice=invoice).delete()
    run.writer.insert(InvoiceLine, _rows(invoice, lines))


def _stored_lines(invoices: list[Invoice]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    rows = InvoiceLine.objects.filter(invoice__in=[invoice.pk for invoice in invoices]).order_by(
        "invoice", "position", "pk"
    )
    for invoice, *values in rows.values_list(*("invoice", *Line._fields)):
        found.setdefault(invoice, []).append(Line._make(values))
    return found
