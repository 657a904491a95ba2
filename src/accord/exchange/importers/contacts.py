"""Contacts from a CSV file."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.db.models.functions import Lower

from accord.accounts.actions.contact_details import columns_of, key_of, store_further
from accord.accounts.mail_addresses import compared
from accord.accounts.mail_addresses import stored as stored_address
from accord.accounts.models import Account, Affiliation, Contact, CustomField, Detail
from accord.accounts.models.contact_details import Label
from accord.core.access import Permission
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.custom_fields import CustomValues
from accord.exchange.importers.fields import Choice, Field, FieldType
from accord.exchange.importers.known import Accounts, name_key
from accord.exchange.importers.run import Row, Run
from accord.exchange.importers.superiors import Superiors
from accord.exchange.importers.synonyms import INFLUENCES, PARTS, SENTIMENTS, labelled
from accord.exchange.importers.tables import MAX_ID, OUTCOMES, Batch, TableImporter, batches, found_account, stored
from accord.exchange.importers.writer import Change, compare


class ContactImporter(TableImporter):
    kind = "contacts"
    title = _("Contacts")
    text = _(
        "Contacts of existing accounts. Without an ID column, contacts are matched by email address, or by name and "
        "account."
    )
    fields = (
        Field(
            "external_id", _("Contact id"), FieldType.ID, ("id", "person id", "record id", "contact no"), decides=True
        ),
        Field("name", _("Name"), known_as=("contact", "full name", "contact name", "person"), max_length=150),
        Field("first_name", _("First name"), known_as=("given name", "firstname", "forename"), max_length=74),
        Field("last_name", _("Last name"), known_as=("surname", "family name", "lastname"), max_length=74),
        Field(
            "account",
            _("Account name"),
            known_as=("account", "company", "company name", "client", "customer", "organisation", "organization"),
        ),
        Field("account_id", _("Account id"), FieldType.ID, ("customer id", "company id", "client id")),
        Field(
            "email",
            _("E-mail"),
            FieldType.EMAILS,
            ("email address", "mail", "work email", "email 1"),
            max_length=254,
            help=_("One or several, with ; or , between them. The first is the primary one."),
        ),
        Field(
            "other_email",
            _("Other e-mail"),
            FieldType.EMAILS,
            ("private email", "home email", "personal email", "email 2", "email address 2", "second email"),
            max_length=254,
        ),
        Field(
            "phone",
            _("Phone"),
            FieldType.PHONES,
            ("telephone", "phone number", "work phone", "business phone", "tel"),
            max_length=40,
            help=_("One or several, with ; or , between them. The first is the primary one."),
        ),
        Field(
            "mobile",
            _("Mobile"),
            FieldType.PHONES,
            ("mobile phone", "cell", "cell phone", "mobile number"),
            max_length=40,
        ),
        Field(
            "other_phone",
            _("Other phone"),
            FieldType.PHONES,
            ("home phone", "private phone", "phone 2", "other telephone"),
            max_length=40,
        ),
        Field("title", _("Job title"), known_as=("title", "position", "role", "function"), max_length=120),
        Field(
            "buying_role",
            _("Buying role"),
            FieldType.CHOICE,
            ("part in decisions", "decision role"),
            choice=Choice(_("is an unknown buying role"), lambda: PARTS, lambda: labelled(Affiliation.BuyingRole)),
        ),
        Field(
            "influence",
            _("Influence"),
            FieldType.CHOICE,
            ("power", "importance"),
            choice=Choice(_("is an unknown influence"), lambda: INFLUENCES, lambda: labelled(Affiliation.Influence)),
        ),
        Field(
            "sentiment",
            _("Sentiment"),
            FieldType.CHOICE,
            ("engagement", "engagement towards us", "attitude", "disposition"),
            choice=Choice(_("is an unknown sentiment"), lambda: SENTIMENTS, lambda: labelled(Affiliation.Sentiment)),
        ),
        Field("since", _("Start date"), FieldType.DATE, ("since", "started", "there since", "joined")),
        Field(
            "reports_to",
            _("Reports to"),
            known_as=("manager", "superior", "boss", "supervisor", "reports to id"),
            help=_("ID in this file, email address, or name at the same account."),
        ),
        Field("notes", _("Notes"), known_as=("comment", "description", "remarks"), max_length=20_000),
    )
    one_of = (("name", "last_name"), ("account", "account_id"))
    own = CustomField.On.CONTACT

    def deciding(self, mapping: dict[str, str]) -> frozenset[str]:
        """Without an id, a person is known by the address; the parts of a name always count."""
        known_by = {"first_name"} if mapping.get("external_id") else {"first_name", "email", "other_email"}
        return super().deciding(mapping) | known_by

    def run(self, run: Run) -> None:
        accounts, people, superiors = Accounts(run.source, run.by), People(run, CustomValues(self.own)), Superiors(run)
        for rows in batches(run.rows()):
            batch, places = Batch(run), Batch(run)
            people.load([_key(row) for row in rows], [email for row in rows for email in _emails(row)])
            for row in rows:
                _place(run, row, batch, places, accounts, people, superiors)
            batch.write()
            people.write()
            places.write()
        superiors.settle()


class People:
    """Contacts met so far: of this source by id, of others by e-mail address, and whom this very file has named."""

    def __init__(self, run: Run, own: CustomValues) -> None:
        self.run, self.own = run, own
        self.by_key: dict[str, Contact] = {}
        self.by_email: dict[str, Contact] = {}
        self.places: dict[tuple[int, int], Affiliation] = {}
        self.lines: dict[str, tuple[int, str]] = {}
        self.pairs: dict[tuple[str, int], int] = {}
        self.further: list[tuple[Contact, str, list[Detail]]] = []

    def load(self, keys: list[str], emails: list[str]) -> None:
        known = stored(self.run, Contact, [key for key in keys if key and key not in self.by_key])
        seen = Contact.objects.all() if self.run.by is None else Contact.objects.visible_to(self.run.by)
        wanted = {compared(email) for email in emails if email}
        reached = seen.exclude(source=self.run.source, external_id__gt="")
        addressed: dict[str, Contact] = {}
        for column in ("emails__address", "email"):  # the primary one counts more
            some = reached.annotate(reached_by=Lower(column)).filter(reached_by__in=wanted).order_by("-pk")
            addressed |= {contact.reached_by: contact for contact in some}
        self.by_key |= known
        self.by_email |= addressed
        # Only those met just now: to ask for all that were met so far would take ever longer.
        found = [contact.pk for contact in (*known.values(), *addressed.values())]
        for place in Affiliation.objects.filter(contact__in=found).select_related("account", "contact"):
            self.places.setdefault((place.contact_id, place.account_id), place)

        prefetch_related_objects([*known.values(), *addressed.values()], "emails", "phones")

    def find(self, key: str, emails: list[str]) -> Contact | None:
        if found := self.by_key.get(key):
            return found
        return next((self.by_email[each] for each in map(compared, emails) if each in self.by_email), None)

    def write(self) -> None:
        """Store the further addresses and numbers of contacts that were created by now."""
        for contact, kind, details in self.further:
            if not self.run.writer.is_dry:
                store_further(contact, kind, details)
        self.further = []


def _place(
    run: Run,
    row: Row,
    batch: Batch,
    places: Batch,
    accounts: Accounts,
    people: People,
    superiors: Superiors,
) -> None:
    name = _name(row)
    if not name:
        run.refuse(
            row, "name" if run.has("name") else "last_name", _("is missing"), _("Enter a value or remove the row.")
        )
        return
    account = found_account(run, accounts, row, id_field="account_id", name_field="account")
    words = _shown(row)
    key = _key(row)
    if account is None or not _is_first(run, row, people, key, name, account):
        return
    contact = people.find(key, _emails(row))
    outcome = "skip"
    if key not in people.lines:
        new = Contact(source=run.source, external_id=key)
        if contact is None and not run.may(Permission.CREATE, new):
            run.refuse(
                row,
                "name",
                _("is a new contact, and you don't have permission to create contacts"),
                _("Ask an account manager to import it."),
                name,
            )
            return
        custom = people.own.read(run, row, contact.custom if contact else {})
        if custom is None:
            return
        reached = _details(contact or new, row)
        values: dict[str, Any] = {f: row.values[f] for f in ("notes",) if f in row.values}
        for kind, details in reached.items():
            values |= columns_of(kind, details)
        values |= {"name": name, "custom": custom}
        parts = Parts(contact, reached) if contact is not None else None
        field = "external_id" if row.get("external_id") else "name"
        placed = batch.place(row, contact, new, values, field, parts=parts)
        if placed is None:
            return
        found, outcome = placed
        assert isinstance(found, Contact)
        contact = found
        people.by_key[key] = contact
        if outcome == "create":
            people.further += [(contact, kind, details) for kind, details in reached.items() if len(details) > 1]
        people.lines[key] = (row.line, name_key(name))
    assert contact is not None
    _affiliate(run, row, contact, account, words, places, people, superiors, outcome)
    shown = {f.label: row.get(f.name, "") for f in run.fields if run.has(f.name)}
    run.ledger.show({_("Outcome"): OUTCOMES[outcome], **shown})


def _shown(row: Row) -> dict[str, Any]:
    """What the row says of the person's place in our own words."""
    found: dict[str, Any] = {name: int(row.values[name]) for name in ("influence", "sentiment") if row.get(name)}
    return found | {name: row.values[name] for name in ("buying_role", "title", "since") if row.get(name)}


def _is_first(run: Run, row: Row, people: People, key: str, name: str, account: Account) -> bool:
    """The same person may stand in the file once for each account, always by the same name."""
    if len(key) > MAX_ID:
        run.refuse(
            row,
            "external_id",
            _("is longer than %(most)s characters", most=MAX_ID),
            _("Use a shorter one."),
            key,
        )
        return False
    line, known_name = people.lines.get(key, (row.line, name_key(name)))
    if known_name != name_key(name):
        run.refuse(
            row,
            "name",
            _("differs from line %(line)s, which is the same person", line=line),
            _("Correct one of the rows."),
            name,
        )
        return False
    first = people.pairs.setdefault((key, account.pk), row.line)
    if first != row.line:
        run.refuse(
            row,
            "name",
            _("is the same person and account as line %(first)s", first=first),
            _("Keep one of the two rows."),
            name,
        )
        return False
    return True


def _affiliate(
    run: Run,
    row: Row,
    contact: Contact,
    account: Account,
    values: dict[str, Any],
    places: Batch,
    people: People,
    superiors: Superiors,
    outcome: str,
) -> None:
    """The person's place at the account: made, or changed where the file says more."""
    place = people.places.get((contact.pk, account.pk)) if contact.pk else None
    if place is None:
        place = Affiliation(account=account, contact=contact, **values)
        places.created.append(place)
        is_changed = True
    else:
        before = compare(place, values)
        is_changed = bool(before)
        if before:
            places.changes.append(Change(place, before))
    superiors.met(place, _key(row))
    if row.get("reports_to"):
        superiors.ask(place, str(row.get("reports_to")).strip())
    if is_changed and outcome == "skip":  # the contact is as it was, its place is not
        run.ledger.counts["update"] += 1
        if people.lines.get(_key(row), (0, ""))[0] == row.line:
            run.ledger.counts["skip"] -= 1


class Parts:
    """The further addresses and numbers of a contact that is there: what they were, and the way to store the new."""

    def __init__(self, contact: Contact, reached: dict[str, list[Detail]]) -> None:
        self.changed = {k: rows for k, rows in reached.items() if set(rows[1:]) != set(contact.further(k))}
        self.before = {k: [[d.value, d.label] for d in contact.further(k)] for k in self.changed}
        self.contact = contact

    def store(self) -> None:
        for kind, details in self.changed.items():
            store_further(self.contact, kind, details)


def _emails(row: Row) -> list[str]:
    return [each for name in ("email", "other_email") for each in str(row.get(name, "") or "").split("; ") if each]


_LABELS = {
    "emails": (("email", Label.WORK), ("other_email", Label.PRIVATE)),
    "phones": (("phone", Label.WORK), ("mobile", Label.MOBILE), ("other_phone", Label.OTHER)),
}


def _details(contact: Contact, row: Row) -> dict[str, list[Detail]]:
    """What the row says of each kind, then what else is known: a file takes no address away, but may put one first."""
    found = {}
    for kind, columns in _LABELS.items():
        said = [
            Detail(stored_address(each) if kind == "emails" else each, label)
            for name, label in columns
            for each in str(row.get(name, "") or "").split("; ")
            if each
        ]
        if not said:
            continue
        known = contact.details(kind)
        labels = {key_of(kind, detail.value): detail.label for detail in known}
        primary_given = bool(row.get(columns[0][0]))
        replaced = known[:1] if primary_given and len(said) == 1 and len(known) == 1 else []
        merged: dict[str, Detail] = {}
        for detail in [*said, *(each for each in known if each not in replaced)]:
            key = key_of(kind, detail.value)
            merged.setdefault(key, Detail(detail.value, labels.get(key, detail.label)))
        found[kind] = list(merged.values())
    return found


def _name(row: Row) -> str:
    whole = row.get("name") or " ".join(part for part in (row.get("first_name"), row.get("last_name")) if part)
    return " ".join(whole.split())


def _key(row: Row) -> str:
    if row.get("external_id"):
        return str(row.get("external_id"))
    emails = _emails(row)
    return (
        compared(emails[0]) if emails else f"{name_key(_name(row))} @ {row.get('account_id') or row.get('account', '')}"
    )
