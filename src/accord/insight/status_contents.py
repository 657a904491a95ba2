"""What a status report holds: computed once from the plan, the registers and the booked cost, then never again.

Everything is plain JSON: amounts and other decimals as text, days as ISO dates, records by their number, so that the
report says the same whatever becomes of them. ``contents`` has no amounts; ``amounts`` has all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accord.core.money import round_half_up, rounded
from accord.engines.money.plan_value import baseline_of, last_day
from accord.engines.texts import Text
from accord.engines.uncertainty.risk_matrix import Level
from accord.insight.models import StatusReport
from accord.insight.queries import ProjectValue, measurement, valued
from accord.insight.status_lights import Area, Limits, as_stored, light_of, limits_of
from accord.people.models import Firm
from accord.projects.models import Acceptance, ChangeRequest, Issue, Project, Risk, Task
from accord.projects.models.deliverable import verdict_of
from accord.projects.queries_charter import traced_deliverables
from accord.projects.queries_risks import RatedRisk, register
from accord.support.models import Request

CAUSES = 5  # work packages named for each variance; the rest is one sum
TOTALS = ("bac", "pv", "ev", "ac", "cv", "sv", "cpi", "spi", "eac")
LONG_AGO = date.min

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Computed:
    """The two parts of a report, and the day as of which they are."""

    as_of: date
    contents: Json
    amounts: Json


def compute_status(project: Project, as_of: date | None, previous: StatusReport | None) -> Computed:
    """Compute the report of ``project`` as of a day, by default its status date or today.

    ``previous`` is the last report: what changed since is told against it. Progress and cost of an earlier day are
    those known then; dates of the plan, registers and requests are those of now.
    """
    today = timezone.localdate()
    with valued(project, None, today) as value:
        day = last_day(value.status_date)
        if as_of is None or as_of == day:
            return _computed(project, value, day, previous)
    with valued(project, None, today, as_of) as value:
        return _computed(project, replace(value, status_source=Text("")), as_of, previous)


def _computed(project: Project, value: ProjectValue, day: date, previous: StatusReport | None) -> Computed:
    measure = measurement(project, value, day)
    risks = register(project)
    since = previous.as_of if previous is not None else LONG_AGO
    before = previous.contents if previous is not None else {}
    limits = limits_of(Firm.current().status_limits)
    changes = _changes(project, since)
    spi_t = measure.schedule.spi_t if measure.schedule else None
    measured: dict[str, Decimal | None] = {
        "added_tasks": _added_share(value),
        "overdue_decisions": Decimal(sum(_is_overdue(change, day) for change in changes)),
        "spi_t": spi_t,
        "baseline_days": _days(measure.finish, measure.baseline_finish),
        "high_risks": Decimal(sum(_is_high_threat(r) for r in risks.open)),
        "critical_issues": Decimal(_critical_issues(project)),
        "promise_days": _days(measure.finish, project.target_finish),
        "rejected_deliverables": _rejected(project),
        "overdue_requests": Decimal(_overdue_requests(project)),
    }
    contents: Json = {
        "status_date": measure.status_date.isoformat(timespec="minutes"),
        "status_source": measure.status_source,
        "progress": _text(measure.percent_complete),
        "finish": _day(measure.finish),
        "baseline_finish": _day(measure.baseline_finish),
        "promised_finish": _day(project.target_finish),
        "spi_t": _text(None if spi_t is None else round_half_up(spi_t, 4)),
        "lights": {area.value: as_stored(light_of(area, measured, limits)) for area in Area if area != Area.COST},
        "slipped": _slipped(value),
        "milestones": _milestones(value, since, before),
        "risks": [_risk(r, before) for r in _by_severity(risks.open)],
        "gone_risks": _gone_risks(risks.rated, before),
        "changes": [_change(change) for change in changes],
    }
    return Computed(day, contents, _amounts(project, value, risks.open, changes, limits))


def _amounts(
    project: Project, value: ProjectValue, risks: Iterable[RatedRisk], changes: Iterable[ChangeRequest], limits: Limits
) -> Json:
    currency, total = project.currency, value.total
    totals: dict[str, Decimal | None] = {name: getattr(total, name) for name in TOTALS}
    return {
        "currency": currency,
        "totals": {name: _figure(name, amount, currency) for name, amount in totals.items()},
        "missing": list(total.missing),
        "lights": {Area.COST.value: as_stored(light_of(Area.COST, {"cpi": _index(totals["cpi"])}, limits))},
        "cost_causes": _causes(value, "cv", currency),
        "schedule_causes": _causes(value, "sv", currency),
        "risks": {str(r.risk.pk): str(rounded(r.expected.cost, currency)) for r in risks},
        "changes": {str(change.pk): [_text(change.cost), _text(change.price)] for change in changes},
    }


def _figure(name: str, amount: Decimal | None, currency: str) -> str | None:
    if amount is None:
        return None
    return _text(_index(amount) if name in ("cpi", "spi") else rounded(amount, currency))


def _index(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_half_up(value, 4)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()


def _days(finish: datetime | None, agreed: datetime | None) -> Decimal | None:
    """Days from the agreed to the forecast finish; negative: earlier."""
    return None if finish is None or agreed is None else Decimal((finish.date() - agreed.date()).days)


def _work(value: ProjectValue) -> list[Task]:
    """The active tasks that are work: neither summaries nor level of effort."""
    leaves = (row.task for row in value.loaded.rows if not row.has_children)
    return [task for task in leaves if task.active and task.kind != Task.Kind.LEVEL_OF_EFFORT]


def _baseline_finish(value: ProjectValue) -> dict[int, datetime]:
    """The agreed finish of each task that has one, by its uid."""
    agreed = {task.uid: baseline_of(task, 0) for task in value.loaded.plan.tasks}
    return {uid: row.finish for uid, row in agreed.items() if row is not None and row.finish is not None}


def _added_share(value: ProjectValue) -> Decimal | None:
    """The percentage of tasks without a baseline; ``None`` where no baseline was taken or there is no task."""
    agreed, tasks = {t.uid for t in value.loaded.plan.tasks if baseline_of(t, 0) is not None}, _work(value)
    if not agreed or not tasks:
        return None
    added = sum(task.uid not in agreed for task in tasks)
    return round_half_up(Decimal(100 * added) / len(tasks), 1)


def _causes(value: ProjectValue, name: str, currency: str) -> list[Json]:
    """The work packages with the largest variances, and what is left of the total as one row without a task."""
    key_of = {task.uid: task.pk for task in value.loaded.tasks}
    known = [(row, amount) for row in value.rows if (amount := getattr(row, name))]
    known.sort(key=lambda pair: (-abs(pair[1]), pair[0].uid))
    found = [
        {"task": key_of.get(row.uid), "name": row.name, "amount": str(rounded(amount, currency))}
        for row, amount in known[:CAUSES]
    ]
    total: Decimal | None = getattr(value.total, name)
    rest = None if total is None else total - sum((amount for _, amount in known[:CAUSES]), Decimal(0))
    if found and rest:
        found.append({"task": None, "name": "", "amount": str(rounded(rest, currency))})
    return found if total is not None else []


def _slipped(value: ProjectValue) -> list[Json]:
    """The unfinished work packages whose finish is the furthest behind their baseline."""
    agreed = _baseline_finish(value)
    late = [
        ((task.finish.date() - agreed[task.uid].date()).days, task)
        for task in _work(value)
        if task.finish is not None and task.uid in agreed and task.percent_complete < 100
    ]
    late = sorted((pair for pair in late if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].uid))
    return [
        {"task": task.pk, "name": task.name, "days": days, "critical": task.critical} for days, task in late[:CAUSES]
    ]


def _milestones(value: ProjectValue, since: date, before: Mapping[str, Any]) -> list[Json]:
    """Milestones that are to come or were met since the last report: agreed, forecast now, and as forecast then."""
    agreed = _baseline_finish(value)
    then = {row["task"]: row["forecast"] for row in before.get("milestones", ())}
    tasks = [t for t in _work(value) if t.kind == Task.Kind.MILESTONE and t.finish is not None]
    met = {t.pk: t.percent_complete >= 100 for t in tasks}
    shown = [t for t in tasks if not met[t.pk] or (t.finish is not None and t.finish.date() > since)]
    return [
        {
            "task": task.pk,
            "name": task.name,
            "baseline": _day(agreed.get(task.uid)),
            "forecast": _day(task.finish),
            "before": then.get(task.pk),
            "days": None if (days := _days(task.finish, agreed.get(task.uid))) is None else int(days),
            "met": met[task.pk],
        }
        for task in sorted(shown, key=lambda t: (t.finish, t.uid))
    ]


def _is_high_threat(rated: RatedRisk) -> bool:
    return rated.level == Level.HIGH and rated.risk.kind == Risk.Kind.THREAT


def _by_severity(risks: Iterable[RatedRisk]) -> list[RatedRisk]:
    """The highest level first, threats before opportunities; within these as the register ranks them."""
    return sorted(risks, key=lambda r: (-_LEVELS.index(r.level.value if r.level else None), -r.risk.sign))


_LEVELS = (None, *(level.value for level in Level))


def _risk(rated: RatedRisk, before: Mapping[str, Any]) -> Json:
    risk = rated.risk
    return {
        "pk": risk.pk,
        "key": risk.key,
        "title": risk.title,
        "kind": risk.kind,
        "probability": risk.probability,
        "level": rated.level.value if rated.level is not None else None,
        "days": _text(round_half_up(rated.expected.days, 1)),
        "owner": risk.owner.name if risk.owner is not None else "",
        "moved": _moved(rated, before),
    }


def _moved(rated: RatedRisk, before: Mapping[str, Any]) -> str:
    """How the risk changed since the last report: "new", "up", "down" or "same"; empty without a last report."""
    if not before:
        return ""
    was = next((row for row in before.get("risks", ()) if row["pk"] == rated.risk.pk), None)
    if was is None:
        return "new"
    now = _LEVELS.index(rated.level.value if rated.level else None), rated.risk.probability
    then = _LEVELS.index(was["level"]), was["probability"]
    return "same" if now == then else "up" if now > then else "down"


def _gone_risks(rated: Iterable[RatedRisk], before: Mapping[str, Any]) -> list[Json]:
    """Risks that were open in the last report and are closed, or have occurred, since."""
    then = {row["pk"] for row in before.get("risks", ())}
    return [
        {"pk": r.risk.pk, "key": r.risk.key, "title": r.risk.title, "status": r.risk.status}
        for r in rated
        if r.risk.pk in then and r.risk.status != Risk.Status.OPEN
    ]


def _changes(project: Project, since: date) -> list[ChangeRequest]:
    """Change requests that are open, and those decided or implemented since the last report."""
    fresh = Q(decided_on__gt=since) | Q(implemented_on__gt=since)
    rows = ChangeRequest.objects.filter(project=project).filter(Q(status=ChangeRequest.Status.PROPOSED) | fresh)
    return list(rows.order_by("number"))


def _is_overdue(change: ChangeRequest, day: date) -> bool:
    return change.status == ChangeRequest.Status.PROPOSED and change.due_on is not None and change.due_on < day


def _change(change: ChangeRequest) -> Json:
    return {
        "pk": change.pk,
        "key": change.key,
        "title": change.title,
        "status": change.status,
        "decided_on": change.decided_on.isoformat() if change.decided_on else None,
        "due_on": change.due_on.isoformat() if change.due_on else None,
        "days": _text(change.days),
    }


def _critical_issues(project: Project) -> int:
    rows = Issue.objects.filter(project=project, severity=Issue.Severity.CRITICAL)
    return rows.exclude(status=Issue.Status.RESOLVED).count()


def _rejected(project: Project) -> Decimal | None:
    """How many deliverables the client's last word rejected; ``None`` where the project has none."""
    traced = traced_deliverables(project, [])
    if not traced:
        return None
    words = [verdict_of(each.deliverable) for each in traced]
    return Decimal(sum(word is not None and word.verdict == Acceptance.Verdict.REJECTED for word in words))


def _overdue_requests(project: Project) -> int:
    """Requests past their resolution time that the project, or something of it, works on."""
    late = Request.objects.filter(works__project=project, resolution_due__lt=timezone.now(), waiting_since=None)
    return late.exclude(status__in=Request.OVER).distinct().count()
