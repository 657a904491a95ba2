"""Making one of two records that are the same company or person, and taking them apart again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.actions.contact_details import key_of
from accord.accounts.actions.join_team import join_team
from accord.accounts.merging import Log, absorb, drop, new_log, note_made, unmerge
from accord.accounts.models import Account, Contact, ContactEmail, ContactPhone, Detail, DistinctPair, Merge
from accord.accounts.models.merge import MergeKind
from accord.core.access import Permission, may_create, require
from accord.core.event_kinds import RecordEvent
from accord.core.events import plain, record_event
from accord.people.models import User

Twins = Account | Contact
_OWN = {
    "id", "created_at", "updated_at", "version", "source", "external_id", "archived_at", "email_label", "phone_label",
}  # fmt: skip


def differing(kept: Twins, gone: Twins) -> list[str]:
    """The fields in which two records differ, of those that people fill in."""
    names = [field.name for field in kept._meta.concrete_fields if field.name not in _OWN]
    return [name for name in names if getattr(kept, name) != getattr(gone, name)]


def default_choice(kept: Twins, gone: Twins) -> set[str]:
    """The fields that the kept record has better from the other: those that are empty in it."""
    return {name for name in differing(kept, gone) if getattr(kept, name) in (None, "")}


@transaction.atomic
def merge_records(*, kept: Twins, gone: Twins, take: set[str], by: Any) -> Merge:
    """Make ``gone`` a part of ``kept``, which takes over its values of the fields in ``take``.

    Everything that hangs on ``gone`` (conversations, projects, invoices, history) hangs on ``kept`` afterwards; nothing
    is lost, and `undo_merge` takes it apart. Raises ``ValidationError`` where the result would not be valid.
    """
    _allow(by, kept, gone)
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise ValidationError(gettext("Choose two different records of the same type."))
    model = type(kept)
    locked = {
        row.pk: row for row in model._base_manager.select_for_update().filter(pk__in=(kept.pk, gone.pk)).order_by("pk")
    }
    if len(locked) != 2:
        raise ValidationError(gettext("One of the two records no longer exists."))
    kept, gone = locked[kept.pk], locked[gone.pk]
    name, log = str(gone), new_log()
    taken = {field: getattr(gone, field) for field in sorted(take & set(differing(kept, gone)))}
    _keep_order(kept, gone, taken)
    _keep_reachable(kept, gone, taken)
    lost = _primary_details(kept, taken)
    gone_details = _primary_details(gone)
    before = {field: getattr(kept, field) for field in taken}
    for field, value in taken.items():
        setattr(kept, field, value)
    kept.full_clean(validate_unique=False)
    keepers = _account_managers(kept, gone, before)
    absorb(kept, gone, log)
    _write(kept, taken)
    if isinstance(kept, Account):
        for user in keepers:
            if (member := join_team(account=kept, user=user, by=by)) is not None:
                note_made(member, log)
    if isinstance(kept, Contact):
        _keep_details(kept, [*lost, *gone_details], log)
    log["values"] = {field: [_raw(before[field]), _raw(value)] for field, value in taken.items()}
    kind = MergeKind.ACCOUNT if isinstance(kept, Account) else MergeKind.CONTACT
    made = Merge.objects.create(kind=kind, kept=kept.pk, gone=gone.pk, gone_name=name[:200], by=by, undo=log)
    record_event(by=by, kind=RecordEvent.MERGED, subject=made, root=kept, before=before, after=taken | {"merged": name})
    return made


@transaction.atomic
def undo_merge(*, merge: Merge, by: Any) -> None:
    """Take the two apart: what came with the other goes back to it, and taken values return unless changed since.

    What was written after the merge stays where it is. Raises ``ValidationError`` where it cannot be done any more.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    kept = merge.MODELS[merge.kind]._base_manager.filter(pk=merge.kept).first()
    if kept is None:
        raise ValidationError(
            gettext("The merged record has since been merged into another one. Undo that merge first.")
        )
    require(by, Permission.CHANGE, merge)
    if merge.undone_at is not None:
        raise ValidationError(gettext("This merge was already undone."))
    back = {}
    for field, (before, after) in merge.undo["values"].items():
        if _raw(getattr(kept, field)) == after:
            column: Any = kept._meta.get_field(field)
            back[field] = column.to_python(before)
    _write(kept, back)
    try:
        with transaction.atomic():
            unmerge(merge.undo)
    except IntegrityError as error:
        raise ValidationError(
            gettext("This merge can't be undone: some of its data was deleted afterwards.")
        ) from error
    Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now())
    record_event(by=by, kind=RecordEvent.UNMERGED, subject=merge, root=kept, after={"again": merge.gone_name})


def mark_distinct(*, first: Twins, second: Twins, by: Any) -> DistinctPair:
    """Remember that two records are not the same, so that they are not offered again."""
    _allow(by, first, second)
    low, high = sorted((first.pk, second.pk))
    kind = MergeKind.ACCOUNT if isinstance(first, Account) else MergeKind.CONTACT
    said, _ = DistinctPair.objects.get_or_create(kind=kind, first=low, second=high, defaults={"by": by})
    return said


def _allow(by: Any, *records: Twins) -> None:
    if by is not None and not may_create(by, Merge):
        raise PermissionDenied(gettext("Only account managers and administrators can merge records."))
    for record in records:
        require(by, Permission.CHANGE, record)


def _account_managers(kept: Twins, gone: Twins, before: dict[str, Any]) -> list[User]:
    """Those of both, who go on seeing what was their client, whoever keeps it now."""
    if not isinstance(kept, Account) or not isinstance(gone, Account):
        return []
    return [user for user in (before.get("owner"), kept.owner, gone.owner) if user is not None and user.is_active]


def _keep_order(kept: Twins, gone: Twins, taken: dict[str, Any]) -> None:
    """A company that stood below the one that goes does not come to stand below itself."""
    if isinstance(kept, Account) and isinstance(gone, Account) and taken.get("parent", kept.parent) in (gone, kept):
        taken["parent"] = gone.parent if gone.parent_id != kept.pk else None


def _keep_reachable(kept: Twins, gone: Twins, taken: dict[str, Any]) -> None:
    """A primary address or number goes with its label, and a contact that has any has a primary one."""
    if not isinstance(kept, Contact):
        return
    for name in ("email", "phone"):
        if not getattr(kept, name) and getattr(gone, name):
            taken[name] = getattr(gone, name)
        taken.pop(f"{name}_label", None)
        if name in taken and getattr(kept, f"{name}_label") != getattr(gone, f"{name}_label"):
            taken[f"{name}_label"] = getattr(gone, f"{name}_label")


def _primary_details(record: Twins, taken: Iterable[str] = ("email", "phone")) -> list[tuple[str, Detail]]:
    """The primary address and number of a contact, of those that are about to go."""
    if not isinstance(record, Contact):
        return []
    found = []
    for kind, name in (("emails", "email"), ("phones", "phone")):
        if name in taken and getattr(record, name):
            found.append((kind, Detail(getattr(record, name), getattr(record, f"{name}_label"))))
    return found


def _keep_details(kept: Contact, primary: list[tuple[str, Detail]], log: Log) -> None:
    """Keep all addresses and numbers of both, each once: the further ones came along, the primary ones become such."""
    for kind, model, name in (("emails", ContactEmail, "address"), ("phones", ContactPhone, "number")):
        known = {key_of(kind, kept.email if kind == "emails" else kept.phone)}
        manager: Any = model._base_manager
        for row in manager.filter(contact=kept).order_by("pk"):
            key = key_of(kind, str(row))
            if key in known:
                drop(row, log)
            known.add(key)
        for each, detail in primary:
            if each == kind and detail.value and key_of(kind, detail.value) not in known:
                known.add(key_of(kind, detail.value))
                note_made(manager.create(contact=kept, label=detail.label, **{name: detail.value}), log)


def _write(record: Twins, values: dict[str, Any]) -> None:
    if values:
        changes = values | {"version": models.F("version") + 1, "updated_at": timezone.now()}
        type(record)._base_manager.filter(pk=record.pk).update(**changes)


def _raw(value: Any) -> Any:
    """A value as JSON can hold it and the field can read it back."""
    return value.pk if isinstance(value, models.Model) else plain(value)
