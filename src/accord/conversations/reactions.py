"""What follows for people from events elsewhere; see ``config/subscribers.py``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.access import Permission, can
from accord.core.models import Event, Record
from accord.people.models import Person, User

# By model label: the field that names who a record is given to. What an action of its own tells is not among them.
ASSIGNED = {
    "projects.allocation": "person",
    "sales.agreement": "owner",
    "sales.opportunity": "owner",
    "success.goal": "owner",
    "success.plannedaction": "owner",
    "success.playbookrunstep": "owner",
    "success.strategy": "owner",
    "support.internalrequest": "owner",
    "support.topic": "owner",
}
TOLD = frozenset({"internal_request.created"})  # the actions whose actions tell who is named
PERSONS = frozenset({"projects.allocation"})  # … where a person is named, who may or may not sign in


def notify_assigned(events: Sequence[Event]) -> None:
    """Tell each person what was given to them: in one notice for each kind of record and each who gave it.

    Nobody hears of what they may not see, or did themselves. If the process ends before, the notice is not made up for:
    the record itself says whose it is.
    """
    given: dict[tuple[int | None, str, int], dict[int, Any]] = defaultdict(dict)
    for event in events:
        field = ASSIGNED[event.subject_type]
        key = _key(event.after, field)
        if event.kind in TOLD or key is None or key == _key(event.before, field) or event.subject_id is None:
            continue
        if event.subject_type in PERSONS:
            key = Person.objects.filter(pk=key).values_list("user", flat=True).first()
        if key is not None and key != event.actor_id:
            given[event.actor_id, event.subject_type, key][event.subject_id] = None
    for (actor, label, key), numbers in given.items():
        _tell(actor, label, key, list(numbers))


def _key(values: Mapping[str, Any], field: str) -> int | None:
    """The number of what ``field`` names; imports name columns."""
    value = values.get(field, values.get(f"{field}_id"))
    found = value.get("id") if isinstance(value, dict) else value
    return int(found) if found is not None else None


def _tell(actor: int | None, label: str, key: int, numbers: list[int]) -> None:
    model: Any = apps.get_model(label)
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None:
        return
    rows = [row for row in model.objects.filter(pk__in=numbers).order_by("pk") if can(user, Permission.VIEW, row)]
    if not rows:
        return
    by = User.objects.filter(pk=actor).first() if actor is not None else None
    first = rows[0]
    if len(rows) > 1:
        what, about = f"{len(rows):,} {model._meta.verbose_name_plural}", None
    elif label in PERSONS:
        what, about = (
            gettext("to %(project)s (%(share)s%%)") % {"project": first.project, "share": first.share},
            first.project,
        )
    else:
        owner = first.root if first.root != first else None
        what, about = (
            gettext("the %(name)s “%(first)s” (%(owner)s)") % {"name": _named(model), "first": first, "owner": owner}
            if owner is not None
            else gettext("the %(name)s “%(first)s”") % {"name": _named(model), "first": first},
            first,
        )
    notify(
        [user],
        gettext("%(by)s assigned you %(what)s") % {"by": by or "Accord", "what": what},
        kind=NoticeKind.ASSIGNMENT,
        about=about,
        by=by,
    )


def _named(model: type[Record]) -> str:
    """As pages name the record."""
    names = {"success.plannedaction": gettext("action"), "success.playbookrunstep": gettext("playbook step")}
    return names.get(str(model._meta.label_lower)) or str(model._meta.verbose_name)
