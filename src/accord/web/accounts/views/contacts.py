"""People on the clients' side: all of them, and one with everything that has to do with them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Affiliation, Contact, ContactEmail, ContactPhone, CustomField, Interaction, Tag
from accord.accounts.queries_addresses import reached_by
from accord.core.access import Permission, can
from accord.core.fetch import fetch
from accord.core.json_rows import fill, read_rows, rows_as_json
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.insight.queries_segments import in_segment
from accord.success.models import SurveyAnswer
from accord.support.models import Request
from accord.web.accounts.details import detail_cell, detail_facts
from accord.web.accounts.filters import ContactFilter
from accord.web.accounts.page import account_link
from accord.web.shell.cells.requests import TONES
from accord.web.shell.custom_fields import custom_facts, field_rows
from accord.web.shell.page_files import page_files
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import Panel, RecordPage, comments, files
from accord.web.shell.timeline import of_talks
from accord.web.shell.views.lists import Cell, Column, ListPage, Row

ROLE_TONES = {"sponsor": "good", "champion": "good", "detractor": "bad"}


class ContactList(ListPage):
    title = gettext_lazy("Contacts")
    under = (gettext_lazy("Accounts"), "accounts")
    noun = "contacts"
    client = "affiliations__account"
    custom_on = CustomField.On.CONTACT
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Contact"), "name", second=gettext_lazy("Tags")),
        Column(gettext_lazy("Account"), second=gettext_lazy("Position")),
        Column(gettext_lazy("Email"), "email", second=gettext_lazy("Other email addresses")),
        Column(gettext_lazy("Phone"), second=gettext_lazy("Other phone numbers")),
    ]

    def rows_of(self, user: Any) -> QuerySet[Contact]:
        return Contact.objects.visible_to(user)

    def _filter_form(self, request: HttpRequest) -> ContactFilter:
        return ContactFilter(request.GET)

    def filtered(self, rows: QuerySet[Contact], values: dict[str, Any]) -> QuerySet[Contact]:
        if q := values.get("q"):
            rows = rows.filter(search(Contact, q) | reached_by(q))
        if "tag" in values:
            rows = rows.filter(tags=values["tag"])
        places = Affiliation.objects.visible_to(self.request.user).filter(account__archived_at=None)
        if part := values.get("buying_role"):
            places = places.filter(buying_role=part)
        there = values.get("there", "")
        if there != "all":
            places = places.filter(until__isnull=there != "left")
        if there == "all" and not part:
            return rows
        return rows.filter(pk__in=places.values("contact"))

    def of_segment(self, rows: QuerySet[Contact], asked: str) -> QuerySet[Contact]:
        if not asked:
            return rows
        places = Affiliation.objects.visible_to(self.request.user).filter(account__archived_at=None)
        return rows.filter(pk__in=in_segment(places, asked, self.request.user).values("contact"))

    def prepare(self, records: list[Contact]) -> None:
        self.places: dict[int, list[Affiliation]] = {record.pk: [] for record in records}
        found = Affiliation.objects.visible_to(self.request.user).filter(contact__in=list(self.places))
        for place in found.select_related("account").order_by("until", "account__name"):
            self.places[place.contact_id].append(place)
        prefetch_related_objects(records, "tags", "emails", "phones")

    def row(self, record: Contact) -> Row:
        places = self.places[record.pk]
        first = places[0] if places else None
        where = str(first.account) if first else None
        if len(places) > 1:
            where = gettext("%(account)s and %(count)s more") % {"account": where, "count": len(places) - 1}
        what = " · ".join(p for p in (first.title, first.get_buying_role_display()) if p) if first else ""
        return Row(
            record.pk,
            reverse("contact", args=[record.pk]),
            [
                Cell(record.name, who=record.name, sub=" · ".join(tag.name for tag in record.tags.all())),
                Cell(where, sub=what),
                detail_cell(record, "emails", "mailto:"),
                detail_cell(record, "phones", "tel:"),
            ],
        )

    def empty(self) -> Empty:
        text = gettext("Add contacts on an account's Contacts tab, or import them from a CSV file.")
        return Empty(gettext("No contacts yet"), text, icon="users")


@require_safe
def contact_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: where they work, what they asked, answered and spoke of with us."""
    places_of = Prefetch("affiliations", Affiliation.objects.select_related("account"))  # for whether it is frozen
    lists = {
        "tag_rows": rows_as_json(Tag.objects.filter(contacts=OuterRef("pk")), "name"),
        "email_rows": rows_as_json(ContactEmail.objects.filter(contact=OuterRef("pk")), "address", "label"),
        "phone_rows": rows_as_json(ContactPhone.objects.filter(contact=OuterRef("pk")), "number", "label"),
        "field_rows": field_rows(CustomField.On.CONTACT),
    }
    row: Any = fetch(Contact, request.user, rows=Contact.objects.prefetch_related(places_of).annotate(**lists), pk=pk)
    fill(row, "tags", read_rows(Tag, row.tag_rows, "name"))
    fill(row, "emails", read_rows(ContactEmail, row.email_rows))
    fill(row, "phones", read_rows(ContactPhone, row.phone_rows))
    user = request.user
    places = list(
        Affiliation.objects.visible_to(user)
        .filter(contact=row)
        .select_related("account__owner", "reports_to__contact")
        .order_by("until", "account__name")
    )
    talks = Interaction.objects.visible_to(user).filter(contacts=row).select_related("by", "account", "mail")
    entries = of_talks(talks.order_by("-at")[:30], user, page_files(row, user))
    here = next((place for place in places if place.until is None), None)
    badges = []
    if here and here.buying_role:
        badges.append(Badge(here.get_buying_role_display(), ROLE_TONES.get(here.buying_role, "info")))
    may_change = can(user, Permission.CHANGE, row)
    edit = Action.edit(reverse("contact-edit", args=[here.pk])) if here is not None and may_change else None
    requests = Request.objects.visible_to(user).filter(contact=row).select_related("account")[:10]
    answers = SurveyAnswer.objects.visible_to(user).filter(contact=row).select_related("survey")[:10]
    return RecordPage(
        record=row,
        title=row.name,
        of=account_link(here.account) if here else None,
        subtitle=here.title if here else gettext("No current account"),
        above=[Crumb(gettext("Accounts"), reverse("accounts")), Crumb(gettext("Contacts"), reverse("contacts"))],
        badges=[*badges, *(Badge(tag.name) for tag in row.tags.all())],
        facts=[
            *detail_facts(row, "emails", gettext("Email"), "mailto:"),
            *detail_facts(row, "phones", gettext("Phone"), "tel:"),
            Fact(gettext("Notes"), row.notes),
            *custom_facts(row),
        ],
        actions=[edit] if edit else [],
        may_change=may_change,
        panels=[
            comments(),
            Panel(
                gettext("Conversations"),
                "accounts/parts/contact.html#talks",
                {
                    "entries": entries,
                    "empty": Empty(
                        gettext("No conversations yet"), gettext("Conversations with this contact appear here.")
                    ),
                },
            ),
            files(side=True),
            _panel(gettext("Employment"), "places", places=places),
            _panel(gettext("Requests"), "asked", requests=[(r, TONES[Request.Status(r.status)]) for r in requests]),
            _panel(gettext("Survey answers"), "answered", answers=list(answers)),
        ],
    ).response(request, "accounts/contact.html")


def _panel(title: str, name: str, **values: Any) -> Panel:
    return Panel(title, f"accounts/parts/contact.html#{name}", values, id=name, side=True)
