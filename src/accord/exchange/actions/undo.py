"""Taking an import back: what it made goes, what it changed becomes what it was."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, F, Max
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.actions.contact_details import store_further
from accord.accounts.models import Account, Contact, Detail
from accord.core.access import Permission, require
from accord.core.event_kinds import RecordEvent
from accord.core.events import event, record_event, record_events
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.core.models import Event, Record
from accord.exchange import jobs, snapshots
from accord.exchange.models import Import, ImportedRecord
from accord.exchange.obstacles import obstacles
from accord.money.models import Invoice, InvoiceLine
from accord.people.models import Calendar
from accord.projects.models import Project
from accord.projects.queries import calendar_source

AT_ONCE_RECORDS = 3_000
_CHUNK = 500


class CannotUndo(ValueError):
    """Something stands in the way; ``reasons`` lists what."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def undo(*, run: Import, by: Any, now: bool = False) -> None:
    """Undo a finished import in one transaction; large ones as a job.

    Raises :class:`CannotUndo` when rows were changed since by somebody, or are used by records that came later:
    taking those back would take other people's work with them.
    """
    require(by, Permission.CHANGE, run)
    require(by, Permission.CREATE, run)  # the role may have been taken away since
    reasons = obstacles(run)
    if reasons:
        raise CannotUndo(reasons)
    with transaction.atomic():
        if not run.move(to=Import.Status.UNDOING, only_from=(Import.Status.DONE,)):
            return
        is_small = run.records.count() <= AT_ONCE_RECORDS
        held = start(jobs.undo_import, run.pk, getattr(by, "pk", None), here=now or is_small)
    if held is not None:
        with held:
            perform_undo(run, by)


def perform_undo(run: Import, by: Any) -> None:
    """The undoing itself; when something came in the way meanwhile, the import stays done and says what."""
    if run.status != Import.Status.UNDOING:
        return
    require(by, Permission.CREATE, run)
    try:
        _undo(run, by)
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception as error:
        reason = gettext("The import couldn't be undone (%(error)s). Nothing was changed.")
        Import.objects.filter(pk=run.pk).update(
            status=Import.Status.DONE, error=reason % {"error": type(error).__name__}
        )
        raise


def _undo(run: Import, by: Any) -> None:
    with transaction.atomic():
        reasons = obstacles(run)
        if reasons:
            run.status = Import.Status.DONE
            run.error = " ".join([gettext("The import couldn't be undone."), *reasons])
            run.save(update_fields=["status", "error", "updated_at"])
            return
        events = _restore_changed(run, by) + _events_of_removed(run, by)
        counts = _remove_created(run)
        record_events(events, _CHUNK)
        run.records.all().delete()
        run.status, run.error, run.undone_at = Import.Status.UNDONE, "", timezone.now()
        run.save(update_fields=["status", "error", "undone_at", "updated_at"])
        record_event(by=by, kind=RecordEvent.IMPORT_UNDONE, subject=run, after=dict(counts))
        if run.kind == Import.Kind.INVOICES:
            jobs.refresh_customer_figures.enqueue()


def _restore_changed(run: Import, by: Any) -> list[Event]:
    events = []
    for kept in run.records.filter(created=False).order_by("-pk").iterator(_CHUNK):
        model: type[Record] = apps.get_model(kept.type)
        record = model._base_manager.select_for_update().get(pk=kept.record_id)
        before: dict[str, Any] = kept.before or {}
        if isinstance(record, Project):
            snapshots.restore(record, before["plan"])
            _keep_earlier_plan_undoable(kept, record)
            events.append(event(by=by, kind=RecordEvent.IMPORT_UNDONE, subject=record))
            continue
        old = {name: getattr(record, name) for name in before["values"]}
        for name, value in before["values"].items():
            field = next(f for f in model._meta.concrete_fields if f.attname == name)
            target = field.target_field if isinstance(field, models.ForeignKey) else field
            setattr(record, name, target.to_python(value))
        record.version += 1
        record.save()
        if isinstance(record, Invoice) and "lines" in before:
            _restore_lines(record, before["lines"])
        if isinstance(record, Contact):
            for kind in before.keys() & {"emails", "phones"}:
                store_further(record, kind, [Detail(""), *(Detail(*further) for further in before[kind])])
        _keep_earlier_undoable(kept, record.version)
        events.append(event(by=by, kind=RecordEvent.IMPORT_UNDONE, subject=record, before=old, after=before["values"]))
    return events


def _restore_lines(invoice: Invoice, lines: list[dict[str, Any]]) -> None:
    InvoiceLine.objects.filter(invoice=invoice).delete()
    fields = {field.name: field for field in InvoiceLine._meta.concrete_fields}
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice, position=n, **{name: fields[name].to_python(value) for name, value in line.items()}
        )
        for n, line in enumerate(lines, 1)
    )


def _keep_earlier_undoable(kept: ImportedRecord, version: int) -> None:
    """An earlier import of the same record finds it as it left it, only at a later version."""
    earlier = ImportedRecord.objects.filter(type=kept.type, record_id=kept.record_id, version=kept.version - 1)
    earlier.exclude(run=kept.run_id).update(version=version)


def _keep_earlier_plan_undoable(kept: ImportedRecord, project: Project) -> None:
    """The same for a plan, which is known again by its state."""
    then, now = (kept.before or {})["state_before"], snapshots.state(project)
    for earlier in ImportedRecord.objects.filter(type=kept.type, record_id=kept.record_id).exclude(run=kept.run_id):
        if earlier.before and earlier.before.get("state") == then:
            earlier.before["state"] = now
            earlier.save(update_fields=["before"])


def _events_of_removed(run: Import, by: Any) -> list[Event]:
    """One event for every account that stays and loses what the import had brought it."""
    lost: dict[int, Counter[str]] = {}
    for label in run.records.filter(created=True).values_list("type", flat=True).distinct().order_by("type"):
        model = apps.get_model(label)
        if any(field.attname == "account_id" for field in model._meta.concrete_fields):
            rows = model._base_manager.filter(pk__in=_created(run, label)).values_list("account_id")
            for account, count in rows.annotate(n=Count("pk")).order_by("account_id"):
                lost.setdefault(account, Counter())[str(model._meta.verbose_name)] += count
    made = set(_created(run, Account._meta.label_lower))
    staying = Account.objects.in_bulk([pk for pk in lost if pk not in made])
    return [
        event(by=by, kind=RecordEvent.IMPORT_UNDONE, subject=account, before=dict(lost[pk]))
        for pk, account in staying.items()
    ]


def _created(run: Import, label: str) -> Any:
    return run.records.filter(created=True, type=label).values_list("record_id", flat=True)


def _remove_created(run: Import) -> Counter[str]:
    """Delete what was made, the last first: what hangs on others before what it hangs on."""
    counts: Counter[str] = Counter()
    made = run.records.filter(created=True).values("type").annotate(last=Max("pk")).order_by(F("last").desc())
    for label in [row["type"] for row in made]:
        model = apps.get_model(label)
        rows = model._base_manager.filter(pk__in=_created(run, label))
        counts[str(model._meta.verbose_name_plural)] += rows.count()
        if model is Project:
            _remove_projects(list(rows))
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model:
                rows.update(**{field.name: None})  # accounts that stand below one another go together
        rows.delete()
    return counts


def _remove_projects(projects: list[Project]) -> None:
    for project in projects:
        calendars = Calendar.objects.filter(source=calendar_source(project))
        project.delete()
        calendars.update(base=None)
        calendars.delete()
