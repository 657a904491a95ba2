"""What becomes of a risk: it strikes, it is over, it is open again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, can, require
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.events import RiskEvent
from accord.projects.models import Issue, Project, Risk


@transaction.atomic
def realise_risk(*, risk: Risk, by: Any) -> Issue | None:
    """Record that ``risk`` has occurred today. A threat becomes an issue with its title, effect, tasks and owner.

    An opportunity that came true is no problem to be solved: it gives no issue. Raises ``ValidationError`` unless the
    risk is open.
    """
    _require_open(risk, by)
    values: dict[str, Any] = {"status": Risk.Status.OCCURRED, "occurred_on": timezone.localdate()}
    occurred = editing.change(risk, by=by, version=risk.version, event=RiskEvent.OCCURRED, **values)
    if occurred.kind == Risk.Kind.OPPORTUNITY:
        return None
    issue = Issue(
        project=occurred.project,
        title=occurred.title,
        description=occurred.effect[:1].upper() + occurred.effect[1:],
        owner=_still_there(occurred),
        severity=_severity(occurred),
        risk=occurred,
    )
    return raise_entry(entry=issue, by=by, many={"tasks": occurred.tasks.all()})


@transaction.atomic
def close_risk(*, risk: Risk, by: Any) -> Risk:
    """The risk can no longer strike. Raises ``ValidationError`` unless it is open."""
    _require_open(risk, by)
    return editing.change(risk, by=by, version=risk.version, event=RiskEvent.CLOSED, status=Risk.Status.CLOSED)


@transaction.atomic
def reopen_risk(*, risk: Risk, by: Any) -> Risk:
    """The risk is open again.

    Raises ``ValidationError`` when it is open, or when it occurred and its issue is still there: a risk stands in the
    register or in the log, never in both.
    """
    require(by, Permission.CHANGE, risk)
    Project.objects.select_for_update().get(pk=risk.project_id)
    if risk.status == Risk.Status.OPEN:
        raise ValidationError(gettext("%(risk)s is already open.") % {"risk": risk.key})
    issue = Issue.objects.filter(risk=risk).first()
    if issue is not None:
        raise ValidationError(
            gettext("%(risk)s became issue %(issue)s. Delete the issue first if the risk didn't occur.")
            % {"risk": risk.key, "issue": issue.key}
        )
    return editing.change(
        risk, by=by, version=risk.version, event=RiskEvent.REOPENED, status=Risk.Status.OPEN, occurred_on=None
    )


def _require_open(risk: Risk, by: Any) -> None:
    require(by, Permission.CHANGE, risk)
    Project.objects.select_for_update().get(pk=risk.project_id)
    risk.refresh_from_db(fields=["status", "version"])
    if risk.status == Risk.Status.OCCURRED:
        raise ValidationError(gettext("%(risk)s has already occurred.") % {"risk": risk.key})
    if risk.status != Risk.Status.OPEN:
        raise ValidationError(gettext("%(risk)s is already closed.") % {"risk": risk.key})


def _still_there(risk: Risk) -> Any:
    """The risk's owner, unless they have left the project since."""
    return risk.owner if risk.owner is not None and can(risk.owner, Permission.VIEW, risk) else None


def _severity(risk: Risk) -> int:
    """As hard as it was thought to strike the client; medium where nobody said."""
    return {1: 1, 2: 2, 3: 2, 4: 3, 5: 4}.get(risk.client_impact, Issue.Severity.MEDIUM)
