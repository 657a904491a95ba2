"""Opportunities from a CSV file."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.custom_fields import CustomValues
from accord.exchange.importers.fields import SIGN_CURRENCY, Choice, Field, FieldType
from accord.exchange.importers.known import Accounts, Users
from accord.exchange.importers.run import Row, Run
from accord.exchange.importers.synonyms import STAGES, translatable
from accord.exchange.importers.tables import (
    CURRENCY,
    OUTCOMES,
    Batch,
    Seen,
    TableImporter,
    batches,
    found_account,
    stored,
)
from accord.sales.models import Opportunity, stages

_COPIED = ("amount", "currency", "probability", "opened_on", "expected_on", "closed_on", "service", "reason")


class OpportunityImporter(TableImporter):
    kind = "opportunities"
    title = _("Opportunities")
    text = _("Open and closed opportunities of existing accounts, with stage and amount.")
    fields = (
        Field(
            "external_id",
            _("Opportunity id"),
            FieldType.ID,
            ("id", "deal id", "record id", "opportunity no"),
            decides=True,
        ),
        Field("account", _("Account name"), known_as=("account", "company", "company name", "client", "customer")),
        Field("account_id", _("Account id"), FieldType.ID, ("customer id", "company id", "client id")),
        Field(
            "stage",
            _("Stage"),
            FieldType.CHOICE,
            ("deal stage", "sales stage", "status", "pipeline stage"),
            required=True,
            choice=Choice(
                _("is an unknown stage"),
                lambda: STAGES | own_stages(),
                lambda: [(key, known.name) for key, known in stages().items()],
            ),
        ),
        Field("name", _("Opportunity name"), known_as=("name", "deal name", "title", "subject", "deal")),
        Field("service", _("Service or product"), known_as=("product", "service", "offering"), max_length=120),
        Field(
            "amount",
            _("Amount"),
            FieldType.NUMBER,
            ("close value", "value", "deal value", "worth", "deal amount"),
            decides=True,
            is_money=True,
        ),
        Field("currency", _("Currency"), FieldType.CURRENCY, ("currency code",), decides=True),
        Field(
            "probability",
            _("Probability (%)"),
            FieldType.PERCENT,
            ("probability", "chance", "chance in %", "win probability"),
        ),
        Field(
            "opened_on",
            _("Opened on"),
            FieldType.DATE,
            ("engage date", "created", "created date", "create date", "open date"),
        ),
        Field(
            "expected_on",
            _("Expected close"),
            FieldType.DATE,
            ("expected close date", "forecast date", "estimated close"),
        ),
        Field("closed_on", _("Closed on"), FieldType.DATE, ("close date", "closed", "won date", "closed date")),
        Field(
            "owner",
            _("Owner"),
            known_as=("sales agent", "sales rep", "opportunity owner", "deal owner", "account manager"),
            help=_("Name or email address of a user."),
        ),
        Field(
            "reason",
            _("Win or loss reason"),
            known_as=("reason", "why won or lost", "loss reason", "lost reason", "closed reason"),
        ),
    )
    options = (CURRENCY, SIGN_CURRENCY)
    one_of = (("account", "account_id"), ("external_id", "name"))
    own = CustomField.On.OPPORTUNITY

    def deciding(self, mapping: dict[str, str]) -> frozenset[str]:
        """Without an id, an opportunity is known by its opening date, too."""
        return super().deciding(mapping) | (frozenset() if mapping.get("external_id") else {"opened_on"})

    def run(self, run: Run) -> None:
        accounts, users, seen = Accounts(run.source, run.by), Users(), Seen()
        own = CustomValues(self.own)
        for rows in batches(run.rows()):
            batch = Batch(run)
            known = stored(run, Opportunity, [_key(row) for row in rows], "account")
            for row in rows:
                self._place(run, row, batch, accounts, users, seen, known, own)
            batch.write()

    def _place(
        self,
        run: Run,
        row: Row,
        batch: Batch,
        accounts: Accounts,
        users: Users,
        seen: Seen,
        known: dict[str, Any],
        own: CustomValues,
    ) -> None:
        key = _key(row)
        if not key:
            run.refuse(row, "external_id", _("has neither an ID nor a name"), _("Enter one of them."))
            return
        account = found_account(run, accounts, row, id_field="account_id", name_field="account")
        if account is None or not seen.take(run, row, key, "external_id" if row.get("external_id") else "name"):
            return
        if run.has_doubtful_currency(row, account, "amount"):
            return
        custom = own.read(run, row, known[key].custom if key in known else {})
        if custom is None:
            return
        stage = row.get("stage")
        values = {name: row.values[name] for name in _COPIED if name in row.values}
        if stage not in Opportunity.CLOSED and "closed_on" in values and "expected_on" not in values:
            values["expected_on"] = values.pop("closed_on")  # the close date of what is still open lies ahead
        values |= {"account": account, "stage": stage, "name": row.get("name") or _composed(row, account.name)}
        values["custom"] = custom
        if owner := row.get("owner"):
            user = users.called(owner)
            if user:
                values["owner"] = user
            else:
                run.ledger.note(_("No matching user, so no owner was set: %(names)s."), owner)
        new = Opportunity(source=run.source, external_id=key, account=account)
        new.currency = run.options.get("currency") or account.currency
        placed = batch.place(row, known.get(key), new, values, "external_id" if row.get("external_id") else "name")
        if placed:
            shown = {f.label: row.get(f.name, "") for f in self.fields if run.has(f.name) and f.name != "stage"}
            run.ledger.show(
                {
                    _("Outcome"): OUTCOMES[placed[1]],
                    _("Stage"): stages()[stage].name if stage in stages() else stage,
                    **shown,
                }
            )


def own_stages() -> dict[str, str]:
    """The firm's stages by key and name."""
    return {translatable(word): key for key, stage in stages().items() for word in (key, stage.name)}


def _key(row: Row) -> str:
    """The id, or what tells opportunities apart where the file has none."""
    if row.get("external_id"):
        return str(row.get("external_id"))
    if not row.get("name"):
        return ""
    return " | ".join(
        str(part)
        for part in (row.get("account_id") or row.get("account"), row.get("name"), row.get("opened_on"))
        if part
    )


def _composed(row: Row, account: str) -> str:
    """A name for a row without one: what was offered to whom."""
    if service := row.get("service"):
        return (gettext("%(service)s for %(account)s") % {"service": service, "account": account})[:200]
    return (gettext("Opportunity %(id)s") % {"id": row.get("external_id")})[:200]
