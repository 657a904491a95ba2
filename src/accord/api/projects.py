"""Projects and their earned value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Query, Router, Schema

from accord.accounts.models import Account, CustomField, read_custom
from accord.api.answers import Amount, WallTime, exactly, many, page_of, row_of
from accord.api.filters import ProjectQuery
from accord.api.pages import Paging, page, values
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.money import round_half_up, rounded
from accord.core.texts import translated
from accord.engines.money.earned_value import AMOUNTS, MEASURES
from accord.insight.queries import ProjectValue, valued
from accord.insight.queries_segments import in_segment
from accord.people.models import User
from accord.projects.actions.copy_plan import content_for
from accord.projects.actions.name_manager import change_project as store_project
from accord.projects.actions.start_project import start_project
from accord.projects.models import Project
from accord.projects.queries_projects import matching_projects

router = Router(tags=["projects"])

PROJECT = (
    "version", "name", "code", "status", "account", "manager", "objective", "start", "finish", "target_finish",
    "status_date", "stopped_on", "currency", "custom",
)  # fmt: skip


PROJECT_OUT = row_of("ProjectOut", Project, PROJECT)
TASK_AMOUNTS = ("bac", "pv", "ev", "ac", "cv", "sv")
_TASK_VALUE = exactly("TaskValue", {"uid": int, "name": str, **dict.fromkeys(TASK_AMOUNTS, Amount | None)})
EARNED_VALUE = exactly(
    "EarnedValue",
    {
        "status_date": WallTime, "currency": str, "status_date_is": str, **dict.fromkeys(MEASURES, Amount | None),
        "missing": list[str], "tasks": many(_TASK_VALUE),
    },
)  # fmt: skip


class ProjectIn(Schema):
    account: int
    name: str
    start: datetime
    code: str = ""
    objective: str = ""
    status: str = Project.Status.PLANNED
    manager: int | None = None
    custom: dict[str, Any] = {}
    begin_with: str = ""  # "template:1" or "project:1"


class ProjectChange(Schema):
    version: int
    name: str | None = None
    code: str | None = None
    objective: str | None = None
    status: str | None = None
    stopped_on: date | None = None
    status_date: datetime | None = None
    target_finish: datetime | None = None
    manager: int | None = None
    custom: dict[str, Any] | None = None


@router.get("", response=page_of(PROJECT_OUT))
def projects(
    request: HttpRequest, paging: Query[Paging], asked: Query[ProjectQuery], archived: bool = False
) -> dict[str, Any]:
    """Archived projects are listed with ``archived=true``."""
    rows = Project.objects.visible_to(request.user).filter(archived_at__isnull=not archived)
    rows = rows.select_related("account", "manager")
    found = in_segment(matching_projects(rows, asked.dict(), request.user), asked.segment, request.user)
    return page(found, paging, PROJECT, user=request.user)


@router.post("", response={201: PROJECT_OUT})
def create_project(request: HttpRequest, body: ProjectIn) -> tuple[int, dict[str, Any]]:
    account = fetch(Account, request.user, pk=body.account)
    given = body.dict(exclude={"account", "manager", "begin_with"})
    given["custom"] = read_custom(CustomField.On.PROJECT, given["custom"], {})
    given["start"] = body.start.replace(tzinfo=None)
    manager = fetch(User, request.user, pk=body.manager) if body.manager else None
    project = Project(account=account, currency=account.currency, manager=manager, **given)
    project.full_clean()
    require(request.user, Permission.CREATE, project)
    content = content_for(body.begin_with, request.user) if body.begin_with else None
    started = start_project(project=project, by=request.user, content=content)
    return 201, values(Project.objects.get(pk=started.pk), *PROJECT, user=request.user)


@router.get("/{int:pk}", response=PROJECT_OUT)
def project(request: HttpRequest, pk: int) -> dict[str, Any]:
    return values(fetch(Project, request.user, "account", "manager", pk=pk), *PROJECT, user=request.user)


@router.patch("/{int:pk}", response=PROJECT_OUT)
def change_project(request: HttpRequest, pk: int, body: ProjectChange) -> dict[str, Any]:
    """Change the fields given, if the project is still at ``version``.

    A new manager is notified and can see the client.
    """
    row = fetch(Project, request.user, "account", "manager", pk=pk)
    given = body.dict(exclude_unset=True)
    version = given.pop("version")
    if "custom" in given:
        given["custom"] = read_custom(CustomField.On.PROJECT, given["custom"] or {}, row.custom)
    if given.get("manager") is not None:
        given["manager"] = fetch(User, request.user, pk=given["manager"])
    for name, value in given.items():
        given[name] = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        setattr(row, name, given[name])
    row.full_clean()
    changed = store_project(project=row, by=request.user, version=version, **given)
    return values(changed, *PROJECT, user=request.user)


def _figure(name: str, value: Decimal | None, currency: str) -> str | None:
    """Amounts as on the pages, ratios to four decimal places."""
    if value is None:
        return None
    return str(rounded(value, currency) if name in AMOUNTS else round_half_up(value, 4))


@router.get("/{int:pk}/earned-value", response=EARNED_VALUE)
def earned_value(request: HttpRequest, pk: int, as_of: date | None = None) -> dict[str, Any]:
    """The totals and the row of every task; unknown figures are null and ``missing`` says why.

    ``as_of`` measures an earlier day, with the progress that was reported and the cost that was booked up to then.
    """
    row = fetch(Project, request.user, "account", pk=pk)
    today = timezone.localdate()
    if as_of is not None and as_of > today:
        raise ValidationError({"as_of": gettext("Choose a day that isn't in the future.")})
    with valued(row, request.user, today, as_of) as found:
        return _earned(row, found)


def _earned(row: Project, found: ProjectValue) -> dict[str, Any]:
    return {
        "status_date": found.status_date.isoformat(),
        "currency": row.currency,
        "status_date_is": translated(found.status_source),
        **{name: _figure(name, value, row.currency) for name, value in found.total.figures().items()},
        "missing": [translated(reason) for reason in found.total.missing],
        "tasks": [
            {
                "uid": r.uid,
                "name": r.name,
                **{n: None if (v := getattr(r, n)) is None else str(v) for n in TASK_AMOUNTS},
            }
            for r in found.rows
        ],
    }
