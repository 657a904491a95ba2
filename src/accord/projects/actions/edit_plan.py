"""One gesture on a plan: apply the changes, reschedule, remember the step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.garbage import gc_paused
from accord.engines.plan_outline import PlanCycleError
from accord.engines.scheduling import ScheduleError
from accord.projects.actions.notify_assigned import notify_assigned
from accord.projects.actions.report_progress import check_as_of, report_progress
from accord.projects.actions.schedule import Rescheduled, computed_of, moves_of, schedule, store_computed
from accord.projects.events import PlanEvent
from accord.projects.fields import PROGRESS
from accord.projects.models import PlanEdit, Project, Task
from accord.projects.plan_changes import EditSession, Invalid
from accord.projects.plan_rows import parsed
from accord.projects.queries import LoadedPlan
from accord.projects.schedule_errors import message_of
from accord.projects.step_dates import StepDates


@dataclass(frozen=True, slots=True)
class Step:
    """What one gesture (or its undoing) did."""

    step: PlanEdit
    rescheduled: Rescheduled
    loaded: LoadedPlan
    at_before: datetime
    at: datetime
    created: dict[str, int] = field(default_factory=dict)


@gc_paused()
@transaction.atomic
def edit_plan(*, project: Project, by: Any, changes: list[dict[str, Any]], as_of: datetime | None = None) -> Step:
    """Apply ``changes`` (see :mod:`accord.projects.plan_changes` for their forms) as one undoable step.

    All or nothing: ``Conflict`` where somebody else edited a task since it was read, :class:`Invalid` where a value or
    the resulting network is not possible. New edits clear what could have been redone. Whom it assigns is told, with
    the ``page`` of the task. Progress goes into its ledger as of the moment ``as_of``, by default the status date.
    """
    require(by, Permission.CHANGE, project)
    check_as_of(as_of)
    project = Project.objects.select_for_update().get(pk=project.pk)
    at_before = project.plan_changed_at
    work = EditSession(project, by)
    for number, change in enumerate(changes):
        work.apply(change, number)
    before, after = work.save()
    rescheduled, loaded = _reschedule(project, by, work)
    PlanEdit.objects.filter(project=project, by=by, undone=True).delete()
    kept = before | {"computed": StepDates.of(rescheduled).packed()}
    label = (work.label or "add a resource")[:200]
    step = PlanEdit.objects.create(project=project, by=by, label=label, before=kept, after=after)
    _report(project, by, work, before, after, step, as_of)
    record_event(by=by, kind=PlanEvent.EDITED, subject=project, before=before, after=after | {"gesture": step.label})
    _notify(project, by, work, before, after)
    return _done(project, work, Step(step, rescheduled, loaded, at_before, project.plan_changed_at, work.created))


@gc_paused()
@transaction.atomic
def undo_step(*, project: Project, by: Any) -> Step:
    """Take back ``by``'s latest gesture that still stands."""
    require(by, Permission.CHANGE, project)
    step = PlanEdit.objects.filter(project=project, by=by, undone=False).first()
    if step is None:
        raise Invalid("Nothing to undo.")
    return _replay(project, by, step, undo=True)


@gc_paused()
@transaction.atomic
def redo_step(*, project: Project, by: Any) -> Step:
    """Do again what ``by`` undid last."""
    require(by, Permission.CHANGE, project)
    step = PlanEdit.objects.filter(project=project, by=by, undone=True).order_by("pk").first()
    if step is None:
        raise Invalid("Nothing to redo.")
    return _replay(project, by, step, undo=False)


def _replay(project: Project, by: Any, step: PlanEdit, *, undo: bool) -> Step:
    project = Project.objects.select_for_update().get(pk=project.pk)
    at_before = project.plan_changed_at
    work = EditSession(project)
    source, expected = (step.before, step.after) if undo else (step.after, step.before)
    dates = _dates_of(step, work, at_before, undo=undo)
    work.restore(source, expected)
    before, after = work.save()
    if dates is None:
        rescheduled, loaded = _reschedule(project, by, work)
    else:
        rescheduled, loaded = _restore_dates(project, work, dates, set(map(int, before["tasks"])), undo=undo)
    step.undone = undo
    step.save(update_fields=["undone", "updated_at"])
    _report(project, by, work, before, after, step)
    kind = PlanEvent.EDIT_UNDONE if undo else PlanEvent.EDIT_REDONE
    record_event(by=by, kind=kind, subject=project, before=before, after=after | {"gesture": step.label})
    _notify(project, by, work, before, after)
    return _done(project, work, Step(step, rescheduled, loaded, at_before, project.plan_changed_at))


def _report(
    project: Project,
    by: Any,
    work: EditSession,
    before: dict[str, Any],
    after: dict[str, Any],
    step: PlanEdit,
    as_of: datetime | None = None,
) -> None:
    """Enter what the gesture says of progress in the ledger; most gestures say nothing of it."""
    rows = {
        int(pk): was
        for pk, was in before["tasks"].items()
        if was is None or any(was[name] != after["tasks"][pk][name] for name in PROGRESS)
    }
    known = {
        pk: tuple(parsed(Task, {name: was[name] for name in PROGRESS}).values()) for pk, was in rows.items() if was
    }
    report_progress(project=project, tasks=[work.tasks[pk] for pk in rows], before=known, by=by, as_of=as_of, step=step)


def _notify(project: Project, by: Any, work: EditSession, before: dict[str, Any], after: dict[str, Any]) -> None:
    if before["assignments"]:
        rows = before["assignments"], after["assignments"]
        notify_assigned(project=project, by=by, before=rows[0], after=rows[1], tasks=work.tasks)


def _dates_of(step: PlanEdit, work: EditSession, at: datetime, *, undo: bool) -> StepDates | None:
    """What the step's schedule had changed, if nothing else has happened to the plan since.

    ``at`` is when the plan was last changed: by a step, unless an import, another start of the project or the like came
    in between.
    """
    text = step.before.get("computed")
    if not text:
        return None  # of a version that did not keep it
    steps = PlanEdit.objects.filter(project=step.project_id)
    others = steps.filter(updated_at__gt=step.updated_at).exclude(by=step.by_id)
    if others.exists() or not steps.filter(updated_at=at).exists():
        return None
    dates = StepDates.unpacked(text)
    return dates if dates.stand(work.tasks, undo=undo) else None


def _restore_dates(
    project: Project, work: EditSession, dates: StepDates, touched: set[int], *, undo: bool
) -> tuple[Rescheduled, LoadedPlan]:
    """Put the dates back as they were, without computing them again."""
    loaded = work.load()
    earlier = {pk: computed_of(work.tasks[pk]) for pk in dates.rows}
    restored = dates.restore(work.tasks, touched, undo=undo)
    store_computed(restored)
    finish_before, project.finish = project.finish, dates.finish[0 if undo else 1]
    Project.objects.filter(pk=project.pk).update(finish=project.finish)
    changed = [task for task in restored if computed_of(task) != earlier[task.pk]]
    moved = moves_of(changed, earlier, work.parents())
    before = {task.pk: earlier[task.pk] for task in changed}
    done = Rescheduled(finish_before, project.finish, changed, moved, before)
    return done, work.refreshed(loaded, restored)


def _done(project: Project, work: EditSession, step: Step) -> Step:
    """Date the plan after its step: who asks for what came later is not told of this one again. Keep its rows."""
    project.plan_changed_at = timezone.now()
    Project.objects.filter(pk=project.pk).update(plan_changed_at=project.plan_changed_at)
    PlanEdit.objects.filter(pk=step.step.pk).update(updated_at=project.plan_changed_at)
    work.keep()
    return replace(step, at=project.plan_changed_at)


def _reschedule(project: Project, by: Any, work: EditSession) -> tuple[Rescheduled, LoadedPlan]:
    loaded = work.load()
    try:
        rescheduled = schedule(project=project, by=by, loaded=loaded)
    except PlanCycleError as error:
        tasks = [t for t in work.tasks.values() if t.uid in set(error.uids)]
        names = " → ".join(t.name for t in tasks)
        raise Invalid(
            f"This link would create a circular dependency: {names}.", kind="cycle", tasks=[t.pk for t in tasks]
        ) from error
    except ScheduleError as error:
        concerned = [task.pk for task in work.tasks.values() if task.uid in error.uids]
        raise Invalid(message_of(error, project), tasks=concerned) from error
    return rescheduled, work.refreshed(loaded, rescheduled.changed)
