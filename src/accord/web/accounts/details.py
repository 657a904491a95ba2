"""How a contact is reached, as pages show it: every address and number, the primary ones first."""

from __future__ import annotations

from django.utils.translation import gettext

from accord.accounts.mail_addresses import shown
from accord.accounts.models import Contact
from accord.web.shell.parts import Fact
from accord.web.shell.views.lists import Cell


def detail_links(row: Contact) -> list[Fact]:
    """All of both kinds, for a line of text."""
    return [
        Fact(detail.label_text, shown(detail.value), url=f"{scheme}{detail.value}")
        for kind, scheme in (("emails", "mailto:"), ("phones", "tel:"))
        for detail in row.details(kind)
    ]


def detail_cell(record: Contact, kind: str, scheme: str) -> Cell:
    """The primary address or number, with the others below it."""
    first, *others = [*record.details(kind), None]
    if first is None:
        return Cell(None)
    below = ", ".join(shown(detail.value) for detail in others if detail is not None)
    return Cell(shown(first.value), url=f"{scheme}{first.value}", sub=below)


def detail_facts(row: Contact, kind: str, noun: str, scheme: str) -> list[Fact]:
    """Each address or number with its label, the primary one first."""
    details = row.details(kind)
    if not details:
        return [Fact(noun, "")]
    return [
        Fact(
            (
                gettext("%(noun)s (%(label)s, primary)")
                if len(details) > 1 and place == 0
                else gettext("%(noun)s (%(label)s)")
            )
            % {"noun": noun, "label": detail.label_text.lower()},
            shown(detail.value),
            url=f"{scheme}{detail.value}",
        )
        for place, detail in enumerate(details)
    ]
