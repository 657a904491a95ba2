"""Proposing a plan in which nobody works more than there is of them; accepting it is `accept_levelling`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.core.texts import translated
from accord.engines.planning.plan import Plan as EnginePlan
from accord.engines.planning.plan_outline import ScheduleError
from accord.projects import jobs
from accord.projects.actions.edit_plan import locked
from accord.projects.events import PlanEvent
from accord.projects.levelling_result import as_json
from accord.projects.models import Levelling, Plan, Project
from accord.projects.plan_rows import Invalid
from accord.projects.queries import LoadedPlan, load_plan, tasks_of
from accord.projects.queries_levelling import person_key, taken_elsewhere

if TYPE_CHECKING:
    from accord.engines.levelling.levelling import Progress

MOST_SAVED = 20
_EVERY_SECONDS = 0.5

Status = Levelling.Status


def level_plans(*, levelling: Levelling, others: Iterable[Project], by: Any, now: bool = False) -> Levelling:
    """Start an unsaved ``levelling`` of its plan together with ``others``, as a job (or ``now``).

    Raises `ValidationError` for options out of bounds, `Invalid` for a plan without tasks, one that is at it already,
    and a what-if that is adopted or is to be levelled with ``others``.
    """
    plan, others = levelling.plan, list(others)
    require(by, Permission.CREATE, levelling)
    for other in others:
        require(by, Permission.CHANGE, other)
    levelling.by, levelling.plan_changed_at = by, plan.changed_at
    levelling.full_clean(exclude=["plan", "by", "plan_changed_at"])
    if others and not plan.is_current:
        raise Invalid(gettext("A what-if is levelled without other projects."), field="others")
    if not tasks_of(plan).filter(active=True).exists():
        raise Invalid(gettext("The plan has no tasks to level."))
    with transaction.atomic():
        locked(plan)  # of two who start at once, one finds the other's
        if Levelling.objects.filter(plan=plan, status__in=Levelling.BUSY).exists():
            raise Invalid(gettext("Levelling is already running for this plan. Wait for it or stop it."))
        levelling.save(force_insert=True)
        levelling.others.set(others)
        held = start(jobs.run_levelling, levelling.pk, here=now)
    if held is not None:
        with held:
            perform(levelling)
    return levelling


def stop_levelling(*, levelling: Levelling, by: Any) -> bool:
    """End the search; the best plan so far is the proposal. One that has not begun is cancelled. False: too late."""
    require(by, Permission.CHANGE, levelling)
    if levelling.move(to=Status.CANCELLED, only_from=(Status.WAITING,), done_at=timezone.now()):
        return True
    return bool(Levelling.objects.filter(pk=levelling.pk, status=Status.RUNNING).update(stop_asked=True))


def perform(levelling: Levelling) -> None:
    """Do the work. Repeating it is harmless: it ends where the levelling is no longer to be done."""
    levelling.plan = Plan.objects.select_related("project").get(pk=levelling.plan_id)
    changed = levelling.plan.changed_at
    if not levelling.move(to=Status.RUNNING, only_from=Levelling.BUSY, progress={}, plan_changed_at=changed):
        return
    from accord.engines.levelling.levelling import LevellingError

    try:
        result = _result(levelling)
    except (LevellingError, ScheduleError) as error:
        _end(
            levelling,
            Status.FAILED,
            error=gettext("The plan can't be levelled: %(error)s.") % {"error": translated(error.text).rstrip(".")},
        )
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception:
        _end(levelling, Status.FAILED, error=gettext("Levelling stopped because of an unexpected error."))
        raise
    else:
        _end(levelling, Status.DONE, result=result)


def _result(levelling: Levelling) -> dict[str, Any]:
    """Level what was asked for; what its people do in other projects counts and stays where it is."""
    from accord.engines.levelling.plan_levelling import Taken
    from accord.engines.levelling.plan_levelling import level_plans as search

    plans = levelling.plans()
    asked = [load_plan(plan) for plan in plans]
    elsewhere = taken_elsewhere(plans)
    began = time.monotonic()
    found = search(
        [_identified(plan, loaded) for plan, loaded in zip(plans, asked, strict=True)],
        seconds=levelling.seconds,
        seed=levelling.seed,
        watch=_watcher(levelling),
        key=lambda resource: resource.email,
        taken=[Taken(person_key(row.person), row.start, row.finish, row.units) for row in elsewhere],
    )
    pairs = list(zip(plans, asked, found, strict=True))
    return as_json(pairs, counted=len({row.project for row in elsewhere}), seconds=time.monotonic() - began)


def _identified(stored: Plan, loaded: LoadedPlan) -> EnginePlan:
    """The plan with its resources named so that the same person is the same in every plan, and nobody else is."""
    persons = {row.uid: row.person_id for row in loaded.resources.values()}
    resources = tuple(
        replace(each, email=person_key(person) if (person := persons[each.uid]) else f"{stored.pk}.{each.uid}")
        for each in loaded.plan.resources
    )
    return replace(loaded.plan, resources=resources)


def _watcher(levelling: Levelling) -> Any:
    """Writes down where the search stands, twice a second at most, and hears of the wish to stop it."""
    due = time.monotonic()

    def watch(stand: Progress) -> bool:
        nonlocal due
        if time.monotonic() < due:
            return True
        due = time.monotonic() + _EVERY_SECONDS
        progress = {"seconds": round(stand.seconds, 1), "gap": stand.gap}
        running = Levelling.objects.filter(pk=levelling.pk, status=Status.RUNNING, stop_asked=False)
        return bool(running.update(progress=progress))

    return watch


@transaction.atomic
def _end(levelling: Levelling, status: Levelling.Status, **values: Any) -> None:
    """Save what came of it, and let go of the oldest."""
    if not levelling.move(to=status, only_from=(Status.RUNNING,), done_at=timezone.now(), **values):
        return
    if status == Status.DONE and levelling.plan.is_current:
        after = {name: levelling.result[name] for name in ("finish_before", "finish_after", "gap")}
        record_event(by=levelling.by, kind=PlanEvent.LEVELLING_PROPOSED, subject=levelling.project, after=after)
    ended = Levelling.objects.filter(plan=levelling.plan_id).exclude(status__in=Levelling.BUSY)
    Levelling.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[MOST_SAVED:])).delete()
