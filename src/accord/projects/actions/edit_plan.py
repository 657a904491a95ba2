"""One edit on a plan: apply the changes, reschedule, remember the step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.garbage import gc_paused
from accord.engines.planning.plan_outline import PlanCycleError
from accord.engines.planning.scheduling import ScheduleError
from accord.projects.actions.notify_assigned import notify_assigned
from accord.projects.actions.report_progress import check_as_of, report_progress
from accord.projects.actions.schedule import Rescheduled, computed_of, moves_of, schedule, store_computed
from accord.projects.events import PlanEvent
from accord.projects.fields import PROGRESS
from accord.projects.forecast import store_finish
from accord.projects.models import Plan, PlanEdit, Project, Task
from accord.projects.plan_changes import EditSession, Invalid
from accord.projects.plan_rows import parsed
from accord.projects.queries import LoadedPlan
from accord.projects.schedule_errors import message_of
from accord.projects.step_dates import StepDates


@dataclass(frozen=True, slots=True)
class Step:
    """What one edit (or its undoing) did."""

    step: PlanEdit
    rescheduled: Rescheduled
    loaded: LoadedPlan
    at_before: datetime
    at: datetime
    created: dict[str, int] = field(default_factory=dict)


@gc_paused()
@transaction.atomic
def edit_plan(*, plan: Plan, by: Any, changes: list[dict[str, Any]], as_of: datetime | None = None) -> Step:
    """Apply ``changes`` (see :mod:`accord.projects.plan_changes` for their forms) as one undoable step.

    All or nothing: ``Conflict`` where somebody else edited a task since it was read, :class:`Invalid` where a value or
    the resulting network is not possible. New edits clear what could have been redone. Whom it assigns is told, with
    the ``page`` of the task. Progress goes into its ledger as of the moment ``as_of``, by default the status date.
    An edit of a what-if is nobody's news: it can be undone, and its adoption is told.
    """
    require(by, Permission.CHANGE, plan)
    check_as_of(as_of)
    plan = locked(plan)
    at_before = plan.changed_at
    work = EditSession(plan, by)
    for number, change in enumerate(changes):
        work.apply(change, number)
    return finish_edit(work, at_before=at_before, label=work.label or gettext("add a resource"), as_of=as_of)


def finish_edit(work: EditSession, *, at_before: datetime, label: str, as_of: datetime | None = None) -> Step:
    """Store what was done to the rows of ``work`` as one step, reschedule, and tell it; ends what the caller began."""
    plan, by = work.plan, work.by
    before, after = work.save()
    rescheduled, loaded = _reschedule(plan, by, work)
    PlanEdit.all_objects.filter(plan=plan, by=by, undone=True).delete()
    kept = before | {"computed": StepDates.of(rescheduled).packed()}
    step = PlanEdit.all_objects.create(**plan.place, by=by, label=label[:200], before=kept, after=after)
    if plan.is_current:
        _report(by, work, before, after, step, as_of)
        _announce(PlanEvent.EDITED, by, work, before, after, step)
    return _done(work, Step(step, rescheduled, loaded, at_before, plan.changed_at, work.created))


def locked(plan: Plan) -> Plan:
    """``plan`` as it is stored, for this transaction alone to write; with its project, which writers lock first."""
    project = Project.objects.select_for_update().get(pk=plan.project_id)
    plan = Plan.objects.get(pk=plan.pk)
    if plan.adopted_at is not None:
        raise Invalid(gettext("This what-if has been adopted. Create a new one to try something else."))
    plan.project = project
    return plan


@gc_paused()
@transaction.atomic
def undo_step(*, plan: Plan, by: Any) -> Step:
    """Take back ``by``'s latest edit that still stands."""
    require(by, Permission.CHANGE, plan)
    step = PlanEdit.all_objects.filter(plan=plan, by=by, undone=False).first()
    if step is None:
        raise Invalid(gettext("Nothing to undo."))
    return _replay(plan, by, step, undo=True)


@gc_paused()
@transaction.atomic
def redo_step(*, plan: Plan, by: Any) -> Step:
    """Do again what ``by`` undid last."""
    require(by, Permission.CHANGE, plan)
    step = PlanEdit.all_objects.filter(plan=plan, by=by, undone=True).order_by("pk").first()
    if step is None:
        raise Invalid(gettext("Nothing to redo."))
    return _replay(plan, by, step, undo=False)


def _replay(plan: Plan, by: Any, step: PlanEdit, *, undo: bool) -> Step:
    plan = locked(plan)
    at_before = plan.changed_at
    work = EditSession(plan)
    source, expected = (step.before, step.after) if undo else (step.after, step.before)
    dates = _dates_of(step, work, at_before, undo=undo)
    work.restore(source, expected)
    before, after = work.save()
    if dates is None:
        rescheduled, loaded = _reschedule(plan, by, work)
    else:
        rescheduled, loaded = _restore_dates(plan, work, dates, set(map(int, before["tasks"])), undo=undo)
    step.undone = undo
    step.save(update_fields=["undone", "updated_at"])
    if plan.is_current:
        _report(by, work, before, after, step)
        _announce(PlanEvent.EDIT_UNDONE if undo else PlanEvent.EDIT_REDONE, by, work, before, after, step)
    return _done(work, Step(step, rescheduled, loaded, at_before, plan.changed_at))


def _report(
    by: Any,
    work: EditSession,
    before: dict[str, Any],
    after: dict[str, Any],
    step: PlanEdit,
    as_of: datetime | None = None,
) -> None:
    """Enter what the edit says of progress in the ledger; most edits say nothing of it."""
    rows = {
        int(pk): was
        for pk, was in before["tasks"].items()
        if was is None or any(was[name] != after["tasks"][pk][name] for name in PROGRESS)
    }
    known = {
        pk: tuple(parsed(Task, {name: was[name] for name in PROGRESS}).values()) for pk, was in rows.items() if was
    }
    tasks = [work.tasks[pk] for pk in rows]
    report_progress(project=work.project, tasks=tasks, before=known, by=by, as_of=as_of, step=step)


def _announce(
    kind: PlanEvent, by: Any, work: EditSession, before: dict[str, Any], after: dict[str, Any], step: PlanEdit
) -> None:
    """Say what happened to the current plan, and to whom it gave work."""
    record_event(by=by, kind=kind, subject=work.project, before=before, after=after | {"edit": step.label})
    if before["assignments"]:
        rows = before["assignments"], after["assignments"]
        notify_assigned(project=work.project, by=by, before=rows[0], after=rows[1], tasks=work.tasks)


def _dates_of(step: PlanEdit, work: EditSession, at: datetime, *, undo: bool) -> StepDates | None:
    """What the step's schedule had changed, if nothing else has happened to the plan since.

    ``at`` is when the plan was last changed: by a step, unless an import, another start of the project or the like came
    in between.
    """
    text = step.before.get("computed")
    if not text:
        return None  # of a version that did not keep it
    steps = PlanEdit.all_objects.filter(plan=step.plan_id)
    others = steps.filter(updated_at__gt=step.updated_at).exclude(by=step.by_id)
    if others.exists() or not steps.filter(updated_at=at).exists():
        return None
    dates = StepDates.unpacked(text)
    return dates if dates.stand(work.tasks, undo=undo) else None


def _restore_dates(
    plan: Plan, work: EditSession, dates: StepDates, touched: set[int], *, undo: bool
) -> tuple[Rescheduled, LoadedPlan]:
    """Put the dates back as they were, without computing them again."""
    loaded = work.load()
    earlier = {pk: computed_of(work.tasks[pk]) for pk in dates.rows}
    restored = dates.restore(work.tasks, touched, undo=undo)
    store_computed(restored)
    finish_before = plan.finish
    store_finish(plan, dates.finish[0 if undo else 1])
    changed = [task for task in restored if computed_of(task) != earlier[task.pk]]
    moved = moves_of(changed, earlier, work.parents())
    before = {task.pk: earlier[task.pk] for task in changed}
    done = Rescheduled(finish_before, plan.finish, changed, moved, before)
    return done, work.refreshed(loaded, restored)


def _done(work: EditSession, step: Step) -> Step:
    """Date the plan after its step: who asks for what came later is not told of this one again. Keep its rows."""
    work.plan.changed_at = Plan.objects.filter(pk=work.plan.pk).touch()
    PlanEdit.all_objects.filter(pk=step.step.pk).update(updated_at=work.plan.changed_at)
    work.cache()
    return replace(step, at=work.plan.changed_at)


def _reschedule(plan: Plan, by: Any, work: EditSession) -> tuple[Rescheduled, LoadedPlan]:
    loaded = work.load()
    try:
        rescheduled = schedule(plan=plan, by=by, loaded=loaded)
    except PlanCycleError as error:
        tasks = [t for t in work.tasks.values() if t.uid in set(error.uids)]
        names = " → ".join(t.name for t in tasks)
        raise Invalid(
            gettext("This link would create a circular dependency: %(names)s.") % {"names": names},
            kind="cycle",
            tasks=[t.pk for t in tasks],
        ) from error
    except ScheduleError as error:
        concerned = [task.pk for task in work.tasks.values() if task.uid in error.uids]
        raise Invalid(message_of(error, plan), tasks=concerned) from error
    return rescheduled, work.refreshed(loaded, rescheduled.changed)
