"""Accounts from a CSV file."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from accord.accounts.actions.open_account import can_serve, needs_seat, notify_account_managers
from accord.accounts.models import Account, AccountMember, CustomField, LeavingReason
from accord.core.access import Permission
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.custom_fields import CustomValues
from accord.exchange.importers.fields import SIGN_CURRENCY, Choice, Field, FieldType, Option
from accord.exchange.importers.known import Accounts, Users, name_key, several
from accord.exchange.importers.run import Row, Run
from accord.exchange.importers.synonyms import LEAVING_REASONS, STATUSES, labelled
from accord.exchange.importers.tables import CURRENCY, OUTCOMES, Batch, Seen, TableImporter, batches
from accord.exchange.importers.writer import Change
from accord.people.models import User

_COPIED: tuple[str, ...] = (
    "industry",
    "segment",
    "website",
    "phone",
    "street",
    "postcode",
    "city",
    "country",
    "employees",
    "lead_source",
)
_COPIED += (
    "annual_revenue",
    "client_since",
    "description",
    "currency",
    "lost_on",
    "lost_reason",
    "lost_to",
    "lost_note",
)


class Below(NamedTuple):
    """An account, what became of its row, and the parent company that the row names."""

    account: Account
    outcome: str
    parent: str
    row: Row


class AccountImporter(TableImporter):
    kind = "accounts"
    title = _("Accounts")
    text = _("Companies and their details. Without an ID column, companies are matched by name.")
    fields = (
        Field(
            "name",
            _("Account name"),
            known_as=(
                "account",
                "company",
                "company name",
                "client",
                "customer",
                "organisation",
                "organization",
                "customer name",
            ),
            required=True,
        ),
        Field(
            "external_id",
            _("Account id"),
            FieldType.ID,
            decides=True,
            known_as=(
                "id",
                "account number",
                "account no",
                "customer id",
                "customer number",
                "customer no",
                "company id",
                "client id",
                "record id",
            ),
        ),
        Field("industry", _("Industry"), known_as=("sector", "branch", "industry sector"), max_length=80),
        Field(
            "lead_source",
            _("Lead source"),
            known_as=(
                "lead origin",
                "account source",
                "original source",
                "original traffic source",
                "how they found us",
            ),
            max_length=80,
        ),
        Field("segment", _("Segment"), known_as=("type", "group", "customer segment", "account type"), max_length=80),
        Field(
            "status",
            _("Status"),
            FieldType.CHOICE,
            ("account status", "customer status", "lifecycle stage"),
            choice=Choice(_("is an unknown status"), lambda: STATUSES, lambda: labelled(Account.Status)),
        ),
        Field(
            "tier",
            _("Tier"),
            FieldType.CHOICE,
            ("rating", "class", "abc"),
            help=_("A, B or C."),
            choice=Choice(_("is an unknown tier"), dict, lambda: labelled(Account.Tier)),
        ),
        Field(
            "owner",
            _("Account manager"),
            known_as=("owner", "account owner", "sales agent", "sales rep"),
            help=_("Name or email address of a user."),
        ),
        Field("parent", _("Parent company"), known_as=("subsidiary of", "parent account", "parent", "group company")),
        Field("annual_revenue", _("Annual revenue"), FieldType.NUMBER, ("revenue", "turnover", "sales"), is_money=True),
        Field(
            "employees",
            _("Employees"),
            FieldType.COUNT,
            ("number of employees", "staff", "headcount", "no of employees"),
        ),
        Field("website", _("Website"), FieldType.WEBSITE, ("web", "url", "homepage", "domain")),
        Field("phone", _("Phone"), known_as=("telephone", "phone number", "tel"), max_length=40),
        Field("street", _("Street"), known_as=("address", "billing street", "address line 1")),
        Field(
            "postcode",
            _("Postcode"),
            FieldType.ID,
            ("zip", "zip code", "postal code", "plz", "billing postal code"),
            max_length=20,
        ),
        Field("city", _("City"), known_as=("town", "billing city"), max_length=100),
        Field(
            "country",
            _("Country"),
            known_as=("office location", "location", "billing country", "nation"),
            max_length=100,
        ),
        Field(
            "client_since",
            _("Client since"),
            FieldType.DATE,
            ("customer since", "signup date", "since", "onboarding date"),
        ),
        Field(
            "lost_on",
            _("Churned on"),
            FieldType.DATE,
            ("lost on", "churn date", "churned at", "cancelled on", "client until"),
        ),
        Field(
            "lost_reason",
            _("Reason for leaving"),
            FieldType.CHOICE,
            ("churn reason", "lost reason", "reason for churn", "cancellation reason", "reason code"),
            choice=Choice(
                _("is an unknown reason for leaving"), lambda: LEAVING_REASONS, lambda: labelled(LeavingReason)
            ),
        ),
        Field("lost_to", _("Competitor"), known_as=("lost to", "competitor name"), max_length=120),
        Field(
            "lost_note",
            _("Note on leaving"),
            known_as=("churn note", "churn comment", "feedback text"),
            max_length=2000,
        ),
        Field("currency", _("Currency"), FieldType.CURRENCY, ("currency code",), decides=True),
        Field("description", _("Description"), known_as=("notes", "comment", "about"), max_length=20_000),
    )
    options = (
        CURRENCY,
        SIGN_CURRENCY,
        Option(
            "status",
            _("Default status"),
            choices=(("client", _("Clients")), ("prospect", _("Prospects")), ("former", _("Former clients"))),
            default="client",
        ),
    )

    own = CustomField.On.ACCOUNT

    def run(self, run: Run) -> None:
        accounts, users, seen, own = Accounts(run.source, run.by), Users(), Seen(), CustomValues(self.own)
        named: dict[User | None, list[Account]] = defaultdict(list)
        names = {name_key(name) for (name,) in run.raw("name")} if run.has("parent") else set()
        below: list[Below] = []
        for rows in batches(run.rows()):
            batch = Batch(run)
            for row in rows:
                placed = self._place(run, row, batch, accounts, users, seen, own, names, named)
                if placed and row.get("parent"):
                    below.append(Below(*placed, row.get("parent"), row))
            made = [record for record in batch.created if isinstance(record, Account)]
            batch.write()
            run.writer.create(
                [AccountMember(account=account, user=run.by) for account in made if needs_seat(account, run.by)]
            )
        _set_parents(run, accounts, below)
        if not run.writer.is_dry:
            notify_account_managers(named, by=run.by)

    def _place(
        self,
        run: Run,
        row: Row,
        batch: Batch,
        accounts: Accounts,
        users: Users,
        seen: Seen,
        own: CustomValues,
        names: set[str],
        named: dict[User | None, list[Account]],
    ) -> tuple[Account, str] | None:
        name = " ".join(row.get("name").split())
        key = row.get("external_id") or name
        id_field = "external_id" if row.get("external_id") else "name"
        if not seen.take(run, row, key if id_field == "external_id" else name_key(key), id_field):
            return None
        if key in accounts.hidden:
            remedy = _("Use another source name, or ask an administrator to import it.")
            run.refuse(row, id_field, _("matches a record you don't have permission to edit"), remedy, key)
            return None
        record = accounts.by_id.get(key)
        if record is None:
            # With ids, an account of this very source that has another id is another company of the same name.
            same = [
                a
                for a in accounts.named(name)
                if not (run.has("external_id") and a.source == run.source and a.external_id)
            ]
            if len(same) > 1:
                run.refuse(
                    row,
                    "name",
                    several(len(same)),
                    _("Rename one of them first."),
                    name,
                )
                return None
            record = same[0] if same else None
        custom = own.read(run, row, record.custom if record else {})
        if custom is None:
            return None
        if record is not None:
            _drop_foreign_revenue(run, row, record)
        values, keeper = self._values(run, row, users), record.owner_id if record else None
        parent = row.get("parent")
        if parent and name_key(parent) not in names and not accounts.named(parent) and parent not in accounts.by_id:
            remedy = _("Add it to the file, or correct the name.")
            run.warn(row, "parent", _("isn't an account in this file or in Accord"), remedy, row.values.pop("parent"))
        new = Account(source=run.source, external_id=key, status=run.options.get("status") or "client")
        new.currency = run.options.get("currency") or new.currency
        if run.by is not None and not run.by.sees_everything:
            new.owner = run.by  # or they would make an account that they cannot see
        if record is None and not run.may(Permission.CREATE, new):
            run.refuse(
                row,
                "name",
                _("is a new account, and you don't have permission to create accounts"),
                _("Ask an account manager to import it."),
                name,
            )
            return None
        placed = batch.place(row, record, new, {"name": name, "custom": custom, **values}, id_field)
        if placed is None:
            return None
        account, outcome = placed
        assert isinstance(account, Account)
        if record is None:
            accounts.add(account)
        if account.owner_id != keeper:
            named[account.owner].append(account)
        shown = {f.label: row.get(f.name, "") for f in run.fields if run.has(f.name)}
        run.ledger.show({_("Outcome"): OUTCOMES[outcome], **shown})
        return account, outcome

    def _values(self, run: Run, row: Row, users: Users) -> dict[str, Any]:
        values = {name: row.values[name] for name in (*_COPIED, "status", "tier") if name in row.values}
        if owner := row.get("owner"):
            user = users.called(owner)
            if user is not None and can_serve(user):
                values["owner"] = user
            elif user is not None:
                run.ledger.note(_("Not an account manager, so no account manager was set: %(names)s."), owner)
            else:
                run.ledger.note(_("No matching user, so no account manager was set: %(names)s."), owner)
        return values


def _drop_foreign_revenue(run: Run, row: Row, account: Account) -> None:
    """A revenue in another currency than that of an account which is here already does not change the account's."""
    said = row.get("currency")
    if run.has("currency") or not said or said == account.currency:
        return
    del row.values["currency"]
    if account.currency in row.currencies:
        return  # the sign may mean the account's own
    message, value = (
        _("is in %(currency)s, but the account's currency is %(own)s", currency=said, own=account.currency),
        row.values.pop("annual_revenue"),
    )
    run.warn(row, "annual_revenue", message, _("Convert it, or add a column with the currency."), str(value))


def _set_parents(run: Run, accounts: Accounts, below: list[Below]) -> None:
    """Once all accounts are there: put each below its parent, unless it would be its own parent."""
    above = {a.pk or id(a): a.parent_id for named in accounts.by_name.values() for a in named}
    here: list[Account] = []
    batch = Batch(run)
    for account, outcome, name, row in below:
        named = accounts.named(name)
        parent = accounts.by_id.get(name) or (named[0] if len(named) == 1 else None)
        if parent is None:
            run.ledger.note(_("No unique match, so no parent company was set: %(names)s."), name)
            continue
        own, upper = account.pk or id(account), parent.pk or id(parent)
        if above.get(own) == upper:
            continue
        if _stands_above(own, upper, above):
            run.warn(row, "parent", _("would be its own parent"), _("Correct one of the parent companies."), name)
            continue
        above[own] = upper
        if outcome == "create":
            here.append(account)
        else:
            batch.changes.append(Change(account, {"parent_id": account.parent_id}))
            if outcome == "skip":
                run.ledger.counts.update(skip=-1, update=1)
        account.parent = parent
    batch.write()
    if not run.writer.is_dry:
        Account.objects.bulk_update(here, ["parent"], batch_size=200)


def _stands_above(own: int, upper: int, above: dict[int, int | None]) -> bool:
    step: int | None = upper
    while step is not None:
        if step == own:
            return True
        step = above.get(step)
    return False
