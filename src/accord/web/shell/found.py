"""What a search over everything finds: records of every kind that the reader may see, in groups."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accord.accounts.models import Account, Contact, ContactEmail, ContactPhone, Interaction
from accord.conversations.models import Comment
from accord.core.models import File, Record
from accord.core.search.among import newest_among
from accord.core.search.folding import fold
from accord.core.search.queries import newest
from accord.core.search.schema import Indexed, indexed_models
from accord.core.texts import gettext_lazy
from accord.money.models import Expense, Invoice
from accord.people.models import Person, Skill, Team
from accord.projects.models import (
    ChangeRequest,
    Decision,
    Deliverable,
    Issue,
    Lesson,
    PlanTemplate,
    Project,
    Risk,
    StaffingRequest,
    Task,
)
from accord.sales.models import Agreement, Opportunity, Quote, Service
from accord.success.models import Goal, Need, Playbook, Survey
from accord.support.models import InternalRequest, Request, Topic
from accord.web.shell.addresses import address, address_of
from accord.web.shell.files import page_with_files

# Label, icon, and the kinds of records, in the order in which they are shown.
GROUPS: list[tuple[str, str, tuple[type[Record], ...]]] = [
    (gettext_lazy("Accounts"), "building-community", (Account,)),
    (gettext_lazy("Contacts"), "id-badge", (Contact, ContactEmail, ContactPhone)),
    (gettext_lazy("Projects"), "timeline-event", (Project,)),
    (gettext_lazy("Tasks"), "circle-check", (Task,)),
    (gettext_lazy("Requests"), "urgent", (Request,)),
    (gettext_lazy("Opportunities, quotes and agreements"), "target-arrow", (Opportunity, Quote, Agreement)),
    (gettext_lazy("Invoices and expenses"), "receipt", (Invoice, Expense)),
    (gettext_lazy("Risks, issues and changes"), "alert-triangle", (Risk, Issue, ChangeRequest, Decision, Lesson)),
    (gettext_lazy("Deliverables and staffing"), "package", (Deliverable, StaffingRequest)),
    (gettext_lazy("Needs, goals and topics"), "flag", (Need, Goal, Topic, InternalRequest)),
    (gettext_lazy("Conversations"), "notes", (Interaction, Comment)),
    (gettext_lazy("Files"), "paperclip", (File,)),
    (gettext_lazy("People"), "user", (Person, Team)),
    (gettext_lazy("Library"), "copy", (Service, Survey, Playbook, PlanTemplate, Skill)),
]
ICONS = {model: icon for _, icon, models in GROUPS for model in models}
FIRST, SEEN = 60, 20  # matches of each kind, of which the best are shown: at first, and of what one may see alone
RARE = 2_000  # matches of each kind that are looked through where the index has given them all
# Pages of what has none of its own.
LISTS: dict[type[Record], str] = {Service: "services", PlanTemplate: "templates", Team: "people", Skill: "skills"}


def find(user: Any, text: str, most: int) -> list[dict[str, Any]]:
    """Groups of ``{label, items}`` with up to ``most`` items each; the best matches first, then the newest.

    One query asks the index for all kinds; each kind with matches is then fetched as ``user`` may see it.
    """
    kinds = {each.model: each for each in indexed_models()}
    keys = newest(list(kinds.values()), text, FIRST, rare=RARE)
    words = fold(text).split()
    groups = []
    for label, icon, models in GROUPS:
        rows: list[Record] = []
        for model in models:
            each = kinds[model]
            if each.number in keys:
                rows += _visible(user, each, keys[each.number], text, most)
        rows = list({(type(row), row.pk): row for row in rows}.values())
        rows.sort(key=lambda row: (_rank(str(row), words), -row.pk))
        items = [_item(row, icon) for row in rows[:most]]
        if items:
            groups.append({"label": label, "items": items})
    return groups


def _visible(user: Any, each: Indexed, keys: list[int], text: str, most: int) -> list[Record]:
    """Rows of one kind. Where too few of the newest matches may be seen, those that may be are asked for alone."""
    rows = _rows(user, each.model)
    found = _fetch(rows, each, keys[:FIRST])
    if len(found) < most and len(keys) > FIRST:
        seen = rows.filter(pk__in=keys).order_by("-pk").values_list("pk", flat=True)[: max(most, SEEN)]
        found = _fetch(rows, each, list(seen))
    if len(found) < most and (len(keys) == FIRST or len(keys) >= RARE):
        found = _fetch(rows, each, newest_among(rows, text, max(most, SEEN)))
    return found


def named(user: Any, model: type[Record], keys: list[int]) -> dict[int, dict[str, str]]:
    """The records of those keys that ``user`` may see, each as the palette shows it."""
    rows = model.objects.visible_to(user).filter(pk__in=keys).select_related(*_related(model))
    return {row.pk: _item(row, ICONS[model]) for row in rows}


def _related(model: type[Record]) -> list[str]:
    fields = {field.name for field in model._meta.get_fields()}
    return [name for name in ("account", "project", "quote", "contact") if name in fields]


def _rows(user: Any, model: type[Record]) -> QuerySet[Any]:
    """What ``user`` may see of a kind and is not archived."""
    fields = {field.name for field in model._meta.get_fields()}
    rows = model.objects.visible_to(user)
    if "archived_at" in fields:
        rows = rows.filter(archived_at=None)
    for name, paths in {"account": ("account",), "project": ("project", "project__account")}.items():
        if name in fields:
            rows = rows.filter(**{f"{path}__archived_at": None for path in paths})
    return _current(rows) if model is File else rows


def _fetch(rows: QuerySet[Any], each: Indexed, keys: list[int]) -> list[Record]:
    found = list(rows.filter(pk__in=keys).select_related(*_related(each.model)).order_by("-pk"))
    return [getattr(row, each.fields.of) for row in found] if each.fields.of else found


def _current(rows: Any) -> Any:
    """Files in their newest version, and none of what is archived."""
    put_away = Q()
    for model, of in ((Account, Q()), (Project, Q(account__archived_at__isnull=False))):
        archived = model.objects.filter(Q(archived_at__isnull=False) | of)
        put_away |= Q(root_type=model._meta.label_lower, root_id__in=archived.values("pk"))
    return rows.filter(replaced_by=None).exclude(put_away)


def _rank(name: str, words: list[str]) -> int:
    """0: the name begins with the words; 1: each begins a word of it; 2: anything else."""
    folded = fold(name)
    if folded.startswith(" ".join(words)):
        return 0
    held = folded.split()
    return 1 if all(any(part.startswith(word) for part in held) for word in words) else 2


def _holder(file: File) -> Any:
    """The record that a file is shown with: of one on a comment, the record that the comment is about."""
    holder = file.subject
    return (holder.subject if isinstance(holder, Comment) else holder) or file


def _item(record: Record, icon: str) -> dict[str, str]:
    root = _holder(record) if isinstance(record, File) else record.root
    about = [str(record._meta.verbose_name).capitalize()] if not isinstance(record, Account | Project | Contact) else []
    if root.pk != record.pk or type(root) is not type(record):
        about.append(str(root))
    elif isinstance(record, Project):
        about.append(str(record.account))
    elif isinstance(record, Account):
        about.append(record.city)
    return {
        "label": str(record),
        "sub": " · ".join(part for part in about if part),
        "url": _address(record),
        "icon": icon,
    }


def _address(record: Record) -> str:
    if isinstance(record, Task):
        return f"{reverse('project-plan', args=[record.project_id])}?task={record.pk}"
    if (route := LISTS.get(type(record))) is not None:
        return reverse(route)
    if isinstance(record, File):
        return page_with_files(record.subject) if record.subject is not None else reverse("home")
    if isinstance(record, Comment):
        return address_of(record.subject_type, record.subject_id) or reverse("home")
    return address(record)
