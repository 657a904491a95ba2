"""How many records of each kind an import creates, in words."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.web.shell.templatetags.shell import number

# By the name under which a report counts them.
_COUNTED: dict[str, Callable[[int], str]] = {
    "accounts": lambda n: ngettext("%(count)s account", "%(count)s accounts", n),
    "contacts": lambda n: ngettext("%(count)s contact", "%(count)s contacts", n),
    "affiliations": lambda n: ngettext("%(count)s affiliation", "%(count)s affiliations", n),
    "opportunities": lambda n: ngettext("%(count)s opportunity", "%(count)s opportunities", n),
    "invoices": lambda n: ngettext("%(count)s invoice", "%(count)s invoices", n),
    "invoice lines": lambda n: ngettext("%(count)s invoice line", "%(count)s invoice lines", n),
    "exchange rates": lambda n: ngettext("%(count)s exchange rate", "%(count)s exchange rates", n),
    "projects": lambda n: ngettext("%(count)s project", "%(count)s projects", n),
    "tasks": lambda n: ngettext("%(count)s task", "%(count)s tasks", n),
    "links": lambda n: ngettext("%(count)s link", "%(count)s links", n),
    "resources": lambda n: ngettext("%(count)s resource", "%(count)s resources", n),
    "assignments": lambda n: ngettext("%(count)s assignment", "%(count)s assignments", n),
}
_NAMES = {
    "plan": gettext_lazy("tasks"),
    "accounts": gettext_lazy("accounts"),
    "contacts": gettext_lazy("contacts"),
    "opportunities": gettext_lazy("opportunities"),
    "invoices": gettext_lazy("invoices"),
    "exchange_rates": gettext_lazy("exchange rates"),
}


def counted(count: int, records: str) -> str:
    """``1 opportunity``, ``2 opportunities``."""
    return _COUNTED[records](count) % {"count": number(count)}


def captions(kind: str, *, is_done: bool) -> tuple[str, str]:
    """What stands below the numbers of new and of changed records of a kind of file."""
    if is_done:
        new, changed = gettext("%(records)s created"), gettext("%(records)s updated")
    else:
        new, changed = gettext("%(records)s to be created"), gettext("%(records)s to be updated")
    records = {"records": _NAMES[kind]}
    return new % records, changed % records
