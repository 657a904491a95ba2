"""What is to be seen at clients: the signals that begin playbooks, and what playbooks brought about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.accounts.queries_people import silent_places
from accord.core.dates import day_text
from accord.insight.models import ClientFigure, ProjectMeasure
from accord.insight.queries import latest_analysis
from accord.people.models import Firm
from accord.projects.models import Project
from accord.sales.models import Agreement
from accord.sales.queries import without_renewed
from accord.success.models import Playbook, PlaybookRun, SurveyAnswer
from accord.support.models import Request
from accord.support.queries import late

Signal = Playbook.Signal
YEAR = timedelta(days=365)
MONTH = timedelta(days=30)
SEASON = timedelta(days=120)
RECENT = timedelta(days=60)  # an answer that is older begins nothing any more


@dataclass(frozen=True, slots=True)
class SignalHit:
    """A signal at one client. ``key`` tells one from another of the same kind; ``about`` says it in words.

    What is not ``fresh`` begins nothing any more, but has not gone either: an agreement that ended unrenewed, a project
    that was closed late.
    """

    account: Account
    key: str
    about: str
    fresh: bool = True


def signals(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    """Where the playbook's signal is seen now, among clients that are not archived."""
    find = {
        Signal.RENEWAL: _renewals,
        Signal.SILENCE: _silence,
        Signal.LOW_SCORE: _low_score,
        Signal.LATE_PROJECT: _late_projects,
        Signal.LATE_REQUEST: _late_requests,
        Signal.CHURN: _churn,
        Signal.HEALTH: _health,
        Signal.NEW_CLIENT: _new_clients,
    }.get(Signal(playbook.signal))
    if find is not None:
        yield from find(playbook, now)


def _clients(path: str = "account__") -> Q:
    return Q(**{f"{path}status": Account.Status.CLIENT, f"{path}archived_at": None})


def _renewals(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    today = timezone.localdate(now)
    span = (today - YEAR, today + timedelta(days=playbook.threshold or 120))
    signed = Agreement.objects.filter(_clients(), ends_on__isnull=False).exclude(status=Agreement.Status.DRAFT)
    rows = without_renewed(signed)
    for row in rows.filter(Q(ends_on__range=span) | Q(notice_on__range=span)).select_related("account__owner"):
        assert row.ends_on is not None
        fresh = row.status == Agreement.Status.SIGNED and row.ends_on >= today
        about = gettext("“%(row)s” ends %(ends_on)s") % {"row": row.title, "ends_on": day_text(row.ends_on)}
        yield SignalHit(row.account, f"agreement:{row.pk}:{row.ends_on}", about, fresh)


def _silence(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    for row in silent_places(timezone.localdate(now), Firm.current().sponsor_silence):
        key = f"silence:{row.pk}:{row.last_contact_on}"  # type: ignore[attr-defined]
        yield SignalHit(row.account, key, gettext("No contact with %(contact)s") % {"contact": row.contact})


def _low_score(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    rows = SurveyAnswer.objects.filter(_clients(), low_score=True, survey__anonymous=False, followed_up_on=None)
    for row in rows.filter(given_on__gte=(now - RECENT).date()).select_related("account__owner", "contact", "survey"):
        about = gettext("%(contact)s gave %(score)s in %(survey)s") % {
            "contact": row.contact or gettext("A contact"),
            "score": row.score,
            "survey": row.survey,
        }
        yield SignalHit(row.account, f"answer:{row.pk}", about)


def _late_projects(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    least = timedelta(days=playbook.threshold or 1)
    rows = ProjectMeasure.objects.filter(
        _clients("project__account__"), latest=True, project__archived_at=None,
        project__status__in=(Project.Status.ACTIVE, Project.Status.CLOSED), finish__gt=F("baseline_finish"),
    )  # fmt: skip
    for row in rows.select_related("project__account__owner"):
        assert row.finish is not None and row.baseline_finish is not None
        if row.finish <= row.baseline_finish + least:
            continue
        about = gettext("%(project)s is forecast to finish %(finish)s, baseline %(baseline_finish)s") % {
            "project": row.project,
            "finish": day_text(row.finish),
            "baseline_finish": day_text(row.baseline_finish),
        }
        fresh = row.project.status == Project.Status.ACTIVE
        yield SignalHit(row.project.account, f"project:{row.project_id}:{row.baseline_finish}", about, fresh)


def _late_requests(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    for row in Request.objects.filter(_clients(), late(now)).select_related("account__owner"):
        yield SignalHit(row.account, f"request:{row.pk}", gettext("%(row)s is overdue") % {"row": row})


def _churn(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    run = latest_analysis(None)
    least = (playbook.threshold or 60) / 100
    rows = ClientFigure.objects.filter(_clients(), analysis=run.pk if run else 0, chance__gte=least)
    keys = _standing_keys(playbook, now)
    for row in rows.select_related("account__owner"):
        yield SignalHit(
            row.account, keys[row.account_id], gettext("Churn risk is %(chance)s") % {"chance": f"{row.chance:.0%}"}
        )


def _health(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    """Where health fell within a month; seen until it is near the best of the season again."""
    run = latest_analysis(None)
    if run is None:
        return
    month = _best(run.as_of - 2 * MONTH, run.as_of - MONTH)
    season = _best(run.as_of - SEASON, run.as_of - MONTH)
    least = playbook.threshold or 15
    rows = ClientFigure.objects.filter(_clients(), analysis=run, health__isnull=False)
    rows = rows.annotate(month=month, season=season).filter(season__gte=F("health") + least)
    keys = _standing_keys(playbook, now)
    for row in rows.select_related("account__owner"):
        health = row.health or 0.0
        fresh = row.month is not None and row.month >= health + least
        about = gettext("Health fell from %(before)s to %(now)s") % {
            "before": f"{row.month if fresh else row.season:.0f}",
            "now": f"{health:.0f}",
        }
        yield SignalHit(row.account, keys[row.account_id], about, fresh)


def _best(first: date, last: date) -> Subquery:
    """The best health that an account had in the analyses of these days."""
    rows = ClientFigure.objects.filter(account=OuterRef("account"), analysis__as_of__range=(first, last))
    return Subquery(rows.order_by().values("account").annotate(best=Max("health")).values("best"))


def _standing_keys(playbook: Playbook, now: datetime) -> defaultdict[int, str]:
    """For what lasts: the key of an account's run of this season, so that it is not begun again; else a new one."""
    today = timezone.localdate(now)
    runs = PlaybookRun.objects.filter(playbook=playbook, started_on__gte=today - SEASON).exclude(
        key__startswith="hand:"
    )  # fmt: skip
    return defaultdict(lambda: f"since:{today}", runs.values_list("account", "key"))


def _new_clients(playbook: Playbook, now: datetime) -> Iterator[SignalHit]:
    since = timezone.localdate(now) - timedelta(days=playbook.threshold or 30)
    rows = Account.objects.filter(_clients(""), client_since__range=(since, timezone.localdate(now)))
    for row in rows.select_related("owner"):
        yield SignalHit(
            row,
            "new",
            gettext("%(row)s became a client on %(client_since)s")
            % {"row": row, "client_since": day_text(row.client_since)},
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a playbook's runs: of those done and of those skipped, how many saw their signal go, and how soon.

    Skipped runs are what would have happened anyway, as far as one can tell: a comparison, not an experiment.
    """

    running: int
    done: int
    done_cleared: int
    skipped: int
    skipped_cleared: int
    days: float | None


def effect_of(runs: list[PlaybookRun]) -> Effect:
    """The effect over ``runs`` of one playbook; those begun by hand have no signal and do not count."""
    with_signal = [run for run in runs if not run.key.startswith("hand:")]
    done = [run for run in with_signal if run.status == PlaybookRun.Status.DONE]
    skipped = [run for run in with_signal if run.status == PlaybookRun.Status.SKIPPED]
    spans = [(run.cleared_on - run.started_on).days for run in done if run.cleared_on is not None]
    return Effect(
        running=sum(run.status == PlaybookRun.Status.RUNNING for run in runs),
        done=len(done),
        done_cleared=len(spans),
        skipped=len(skipped),
        skipped_cleared=sum(run.cleared_on is not None for run in skipped),
        days=float(median(spans)) if spans else None,
    )


def visible_runs(user: Any) -> Any:
    return PlaybookRun.objects.visible_to(user).filter(account__archived_at=None)
