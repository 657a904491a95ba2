"""The navigation: which pages stand in it, in which group, and who sees them.

To add a page, add one `Entry` to ``NAVIGATION`` (or one `Section` to an entry); the palette finds it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.web.shell.parts import Tab

ADMINISTRATORS = (Role.ADMINISTRATOR,)
CARING = (Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
DELIVERING = (Role.ADMINISTRATOR, Role.PROJECT_MANAGER)
BOOKKEEPING = (Role.ADMINISTRATOR, Role.FINANCE)
STARTING = (*CARING, Role.PROJECT_MANAGER)
DECIDING = (*DELIVERING, Role.FINANCE)
MANAGING = (Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)

Roles = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the second level, shown while its entry is open; without ``roles``, everyone sees it."""

    label: str
    route: str
    icon: str
    roles: Roles = ()
    meant_for: Roles = ()  # as of an entry


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the first level. ``key`` opens it after G; ``under``: addresses beyond its own that belong to it."""

    label: str
    route: str
    icon: str
    key: str
    roles: Roles = ()
    meant_for: Roles = ()  # who has it in the navigation, where everyone may open it but few need it
    under: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: bool = False
    on_phone: bool = False  # in the bar of a phone, beside "More"


NAVIGATION: dict[str, tuple[Entry, ...]] = {
    "": (Entry(gettext_lazy("Home"), "home", "home", "h", on_phone=True),),
    gettext_lazy("Clients"): (
        Entry(
            gettext_lazy("Accounts"),
            "accounts",
            "building-community",
            "a",
            under=(
                "/contacts/",
                "/surveys/",
                "/mail/",
                "/note-templates/",
                "/white-space/",
                "/playbooks/",
                "/internal-requests/",
            ),
            on_phone=True,
            sections=(
                Section(gettext_lazy("Contacts"), "contacts", "id-badge"),
                Section(gettext_lazy("Surveys"), "surveys", "mood-smile"),
                Section(gettext_lazy("Internal requests"), "internal-requests", "flag"),
                Section(gettext_lazy("White space"), "white-space", "table", MANAGING),
                Section(gettext_lazy("Playbooks"), "playbooks", "notes"),
                Section(gettext_lazy("Duplicates"), "duplicates", "copy", CARING),
            ),
        ),
        Entry(
            gettext_lazy("Opportunities"),
            "opportunities",
            "target-arrow",
            "o",
            MANAGING,
            under=("/quotes/", "/services/"),
            sections=(
                Section(gettext_lazy("Opportunity stages"), "stages", "adjustments-horizontal"),
                Section(gettext_lazy("Service catalogue"), "services", "package"),
            ),
        ),
        Entry(gettext_lazy("Renewals"), "renewals", "refresh", "w", MANAGING, under=("/agreements/",)),
        Entry(
            gettext_lazy("Requests"),
            "requests",
            "headset",
            "r",
            under=("/topics/", "/service-levels/"),
            sections=(
                Section(gettext_lazy("Service levels"), "service-levels", "clock"),
                Section(gettext_lazy("Voice of the customer"), "topics", "flag"),
            ),
        ),
    ),
    gettext_lazy("Delivery"): (
        Entry(
            gettext_lazy("Projects"),
            "projects",
            "timeline-event",
            "p",
            under=(
                "/tasks/",
                "/risks/",
                "/issues/",
                "/change-requests/",
                "/lessons/",
                "/deliverables/",
                "/templates/",
                "/what-ifs/",
                "/status-reports/",
                "/status-schedules/",
            ),
            on_phone=True,
            sections=(
                Section(gettext_lazy("Tasks"), "tasks", "checklist"),
                Section(gettext_lazy("Risks"), "risks", "alert-triangle"),
                Section(gettext_lazy("Issues"), "issues", "urgent"),
                Section(gettext_lazy("Change requests"), "changes", "switch-horizontal"),
                Section(gettext_lazy("Lessons learned"), "lessons", "notes"),
                Section(gettext_lazy("Project templates"), "templates", "copy", STARTING),
            ),
        ),
        Entry(
            gettext_lazy("Timesheets"),
            "time",
            "clock",
            "t",
            under=("/timesheets/",),
            on_phone=True,
            sections=(
                Section(gettext_lazy("Approvals"), "time-approvals", "circle-check", meant_for=DECIDING),
                Section(gettext_lazy("Types of work"), "work-types", "tag", meant_for=BOOKKEEPING),
                Section(gettext_lazy("Locked periods"), "period-locks", "lock", meant_for=BOOKKEEPING),
            ),
        ),
        Entry(
            gettext_lazy("Expenses"),
            "expenses",
            "wallet",
            "x",
            sections=(
                Section(gettext_lazy("Reimbursements"), "reimbursements", "cash", BOOKKEEPING),
                Section(gettext_lazy("Categories"), "expense-categories", "tag", meant_for=BOOKKEEPING),
                Section(gettext_lazy("Rates"), "expense-rates", "adjustments-horizontal", meant_for=BOOKKEEPING),
            ),
        ),
    ),
    gettext_lazy("Firm"): (
        Entry(
            gettext_lazy("People"),
            "people",
            "users",
            "e",
            under=("/staffing/", "/skills/"),
            sections=(
                Section(gettext_lazy("Capacity"), "capacity", "calendar-stats"),
                Section(gettext_lazy("Skills"), "skills", "award"),
                Section(gettext_lazy("Job roles"), "job-roles", "id-badge", meant_for=DECIDING),
                Section(gettext_lazy("Staffing requests"), "staffing", "user-plus", DELIVERING),
            ),
        ),
        Entry(
            gettext_lazy("Money"),
            "money",
            "receipt",
            "m",
            meant_for=MANAGING,
            under=("/invoices/",),
            sections=(
                Section(gettext_lazy("To invoice"), "to-invoice", "list-check", meant_for=MANAGING),
                Section(gettext_lazy("Invoices"), "invoices", "file-invoice"),
                Section(gettext_lazy("Rates"), "rates", "coins", meant_for=BOOKKEEPING),
                Section(gettext_lazy("Billing settings"), "billing-settings", "receipt-tax", BOOKKEEPING),
                Section(
                    gettext_lazy("Exchange rates"),
                    "exchange-rates",
                    "switch-horizontal",
                    BOOKKEEPING,
                ),
            ),
        ),
        Entry(
            gettext_lazy("Reports"),
            "numbers",
            "chart-histogram",
            "n",
            MANAGING,
            sections=(
                Section(gettext_lazy("Retention"), "retention", "refresh", MANAGING),
                Section(gettext_lazy("Scoreboard"), "scoreboard", "target", MANAGING),
                Section(gettext_lazy("Explore"), "explore", "chart-bar", MANAGING),
                Section(gettext_lazy("Segments"), "explore-segments", "filter", MANAGING),
            ),
        ),
    ),
    " ": (
        Entry(gettext_lazy("Imports"), "imports", "file-import", "i", MANAGING, foot=True),
        Entry(
            gettext_lazy("Settings"),
            "settings",
            "settings",
            "s",
            ADMINISTRATORS,
            foot=True,
            sections=(
                Section(gettext_lazy("Email settings"), "email-settings", "mail", ADMINISTRATORS),
                Section(gettext_lazy("Custom fields"), "custom-fields", "tag"),
                Section(gettext_lazy("Status report thresholds"), "status-limits", "report", ADMINISTRATORS),
                Section(gettext_lazy("Security events"), "security-log", "shield-lock", ADMINISTRATORS),
                Section(gettext_lazy("Audit log"), "audit-log", "history", ADMINISTRATORS),
            ),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one person sees it on one page; ``current``: this very page, ``active``: a page below it."""

    label: str
    url: str
    icon: str
    key: str
    active: bool
    current: bool
    on_phone: bool
    sections: list[Tab] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    links: list[Link]
    foot: bool


def entries() -> Iterator[Entry]:
    for group in NAVIGATION.values():
        yield from group


def pages() -> Iterator[tuple[str, Entry | Section]]:
    """Every page of the navigation with the name of the group or entry where it is found."""
    for group, members in NAVIGATION.items():
        for entry in members:
            yield group.strip(), entry
            for section in entry.sections:
                yield entry.label, section


def navigation(user: Any, path: str) -> list[Group]:
    """What ``user`` sees on the page at ``path``; only the open entry has its sections."""
    shown = [entry for entry in entries() if _sees(user, entry.meant_for or entry.roles)]
    here = _open_entry(shown, path)
    groups = []
    for label, members in NAVIGATION.items():
        links = [_link(user, entry, path, is_open=entry is here) for entry in members if entry in shown]
        if links:
            groups.append(Group(label.strip(), links, foot=all(entry.foot for entry in members)))
    return groups


def beside(groups: list[Group]) -> list[Tab]:
    """The pages beside this one: the open entry and its sections, on a page that is one of them."""
    for link in (link for group in groups for link in group.links if link.sections):
        if link.current or any(section.active for section in link.sections):
            return [Tab(link.label, link.url, link.current), *link.sections]
    return []


def _link(user: Any, entry: Entry, path: str, *, is_open: bool) -> Link:
    url = reverse(entry.route)
    sections = []
    if is_open:
        seen = [section for section in entry.sections if _sees(user, section.meant_for or section.roles)]
        sections = [Tab(each.label, reverse(each.route), reverse(each.route) == path) for each in seen]
    return Link(entry.label, url, entry.icon, entry.key, is_open, path == url, entry.on_phone, sections)


def _open_entry(shown: list[Entry], path: str) -> Entry | None:
    """The entry to whose addresses ``path`` belongs, by the longest that it begins with."""
    found = {address: entry for entry in shown for address in (reverse(entry.route), *entry.under) if address != "/"}
    at = _longest(list(found), path)
    return found[at] if at else next((entry for entry in shown if reverse(entry.route) == path), None)


def _longest(addresses: list[str], path: str) -> str:
    return max((address for address in addresses if path.startswith(address)), key=len, default="")


def _sees(user: Any, roles: Roles) -> bool:
    return not roles or bool(user.has_role(*roles))
