"""The tabs of a project that tell what may happen, what has, what was decided and what was learned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.conversations.queries import count_comments
from accord.core.search.queries import search
from accord.engines.uncertainty.risk_matrix import total
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Project, Risk
from accord.projects.queries_risks import RatedRisk, Register, register
from accord.web.projects.forms_register import LogFilter, RegisterFilter
from accord.web.projects.page import ProjectPage, project_page
from accord.web.projects.register import (
    CHANGE_TONES,
    IMPACTS,
    ISSUE_TONES,
    SEVERITY_TONES,
    agreed,
    bands,
    days_of,
    effect_cell,
    expected_cell,
    heat_map,
    level_cell,
    probability_range,
    status_of,
    why_unmeasured,
)
from accord.web.shell.addresses import address
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Empty, Fact, Tab, no_matching
from accord.web.shell.templatetags.shell import day, money_short
from accord.web.shell.views.lists import Cell, Row, due_cell, owner_cell

FEW = 12  # entries of one kind while all kinds are shown
SORTS: dict[str, Callable[[RatedRisk], Any]] = {
    "days": lambda r: r.expected.days,
    "level": lambda r: (r.impact is not None, r.probability * (r.impact or 0)),
    "title": lambda r: r.risk.title.lower(),
    "owner": lambda r: str(r.risk.owner or "\uffff").lower(),
    "review": lambda r: r.risk.due_on or date.max,
}


@require_safe
def risks(request: HttpRequest, pk: int) -> HttpResponse:
    """Matrix, sums and list of the register."""
    page = project_page(request, pk, "project-risks")
    project, today = page.project, timezone.localdate()
    whole = register(project)
    form = RegisterFilter(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    sort = request.GET.get("sort", "")
    shown = _sorted([r for r in whole.rated if _matches(r, values, request.user)], sort)
    part = Paginator(shown, 50).get_page(request.GET.get("page"))
    cell = (values.get("p"), values.get("i"))
    new = Action(gettext("New risk"), reverse("risk-new", args=[pk]), icon="plus", drawer=True)
    context = {
        "filter_form": form,
        "matrix": heat_map(whole, cell) if whole.open else [],
        "impacts": IMPACTS,
        "bands": bands(whole, project.currency, sees_money=page.sees_money),
        "unrated": whole.unrated,
        "unmeasured": why_unmeasured(whole, project),
        "summary": _summary(whole, page, today),
        "chosen": _chosen(*cell),
        "columns": _columns(sort),
        "rows": [_row(r, page, today) for r in part.object_list],
        "footers": _footers(shown, page),
        "page": part,
        "noun": "risks",
        "any": bool(whole.rated),
        "empty": _empty(new, any_=bool(whole.rated), is_filtered=bool(request.GET)),
    }
    return render(request, "projects/risks.html", page.context | context)


def _matches(rated: RatedRisk, values: dict[str, Any], user: Any) -> bool:
    risk, status = rated.risk, values.get("status") or "open"
    if status not in ("all", risk.status):
        return False
    if (q := values.get("q", "").lower()) and q not in f"{risk.key} {risk.title} {risk.sentence} {risk.plan}".lower():
        return False
    if values.get("kind") and values["kind"] != risk.kind:
        return False
    if values.get("owner") == "me" and risk.owner_id != user.pk:
        return False
    if values.get("owner") == "nobody" and risk.owner_id is not None:
        return False
    wanted = (values.get("p"), rated.probability), (values.get("i"), rated.impact)
    return all(asked is None or asked == band for asked, band in wanted)


def _sorted(rated: list[RatedRisk], sort: str) -> list[RatedRisk]:
    """As asked; else as the register ranks them."""
    key = SORTS.get(sort.lstrip("-"))
    return sorted(rated, key=key, reverse=sort.startswith("-")) if key else rated


def _columns(sort: str) -> list[Column]:
    shown = [
        (gettext("Risk"), "title", False),
        (gettext("Level"), "level", False),
        (gettext("Expected"), "days", True),
        (gettext("Residual"), "", True),
        (gettext("Response"), "", False),
        (gettext("Owner"), "owner", False),
        (gettext("Review"), "review", False),
    ]
    direction = "desc" if sort.startswith("-") else "asc"
    return [
        Column(label, name, numeric=numeric, sorted=direction if name and sort.lstrip("-") == name else "")
        for label, name, numeric in shown
    ]


def _row(rated: RatedRisk, page: ProjectPage, today: date) -> Row:
    risk, currency = rated.risk, page.project.currency
    over = risk.status != Risk.Status.OPEN
    level = level_cell(rated)
    if over:
        issue = getattr(risk, "issue", None)
        level = Cell(
            status_of(risk),
            badge=True,
            tone="neutral",
            sub=gettext("now %(issue)s") % {"issue": issue.key} if issue else "",
        )
    cells = [
        Cell(f"{risk.key}  {risk.title}", sub=risk.sentence),
        level,
        expected_cell(rated.expected, currency, sees_money=page.sees_money),
        expected_cell(rated.residual, currency, sees_money=page.sees_money),
        Cell(risk.get_response_display() or None),
        owner_cell(risk.owner),
        due_cell(risk.due_on, today, over=over),
    ]
    return Row(risk.pk, reverse("risk", args=[risk.pk]), cells)


def _footers(shown: list[RatedRisk], page: ProjectPage) -> list[list[Cell]]:
    if len(shown) < 2:
        return []
    value = total(r.expected for r in shown)
    left = total(r.residual or r.expected for r in shown)
    sums = [expected_cell(v, page.project.currency, sees_money=page.sees_money) for v in (value, left)]
    return [[Cell(gettext("Total expected")), Cell(""), *sums, *(Cell("") for _ in range(3))]]


def _summary(whole: Register, page: ProjectPage, today: date) -> list[Fact]:
    open_, currency = whole.open, page.project.currency
    threats = sum(r.risk.kind == Risk.Kind.THREAT for r in open_)
    value = total(r.expected for r in open_)
    estimated = [r for r in open_ if r.residual is not None]
    left = total(r.residual or r.expected for r in open_)
    overdue = sum(r.risk.due_on is not None and r.risk.due_on < today for r in open_)
    alone = sum(r.risk.owner_id is None for r in open_)
    expected = Fact(gettext("Expected monetary value"), money_short(value.cost, currency))
    return [
        Fact(gettext("Open threats"), str(threats)),
        Fact(gettext("Open opportunities"), str(len(open_) - threats)),
        Fact(gettext("Expected delay"), days_of(value.days)),
        *([expected] if page.sees_money else []),
        Fact(
            gettext("Residual"),
            " · ".join([days_of(left.days), *([money_short(left.cost, currency)] if page.sees_money else [])])
            if estimated
            else None,
            missing=gettext("Not estimated"),
        ),
        Fact(
            gettext("Estimated risks"),
            gettext("%(count)s of %(all)s") % {"count": len(estimated), "all": len(open_)},
        ),
        Fact(gettext("Review overdue"), str(overdue), tone="bad" if overdue else ""),
        Fact(gettext("Unassigned"), str(alone), tone="warn" if alone else ""),
        Fact(gettext("Occurred"), str(sum(r.risk.status == Risk.Status.OCCURRED for r in whole.rated))),
    ]


def _chosen(p: int | None, i: int | None) -> str:
    parts = [gettext("probability %(p)s") % {"p": probability_range(p)}] if p else []
    parts += [gettext("%(impacts)s impact") % {"impacts": IMPACTS[i - 1].lower()}] if i else []
    return " and ".join(parts)


def _empty(new: Action | None, *, any_: bool, is_filtered: bool) -> Empty:
    if not any_:
        text = gettext(
            "Record threats and opportunities with cause, effect and probability. Accord rates them, adds up their "
            "expected cost and includes them in the simulation."
        )
        return Empty(gettext("No risks yet"), text, icon="alert-triangle", action=new)
    if is_filtered:
        return no_matching("risks")
    return Empty(
        gettext("No open risks"), gettext("All risks have occurred or are closed."), icon="circle-check", action=new
    )


@require_safe
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Issues, changes, decisions and lessons: some of each, or all of one kind."""
    page = project_page(request, pk, "project-log")
    project, today = page.project, timezone.localdate()
    form = LogFilter(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    only = values.get("kind", "")
    if only in ("decisions", "lessons"):
        del form.fields["status"]
    found = {
        "issues": _issues(project, values),
        "changes": _changes(project, values),
        "decisions": _having(Decision, project, values),
        "lessons": _having(Lesson, project, values),
    }
    shown = {name: rows for name, rows in found.items() if only in ("", name)}
    parts = {
        name: paginator.get_page(request.GET.get("page") if only else 1)
        for name, paginator in paginators(shown, 50 if only else FEW).items()
    }
    count_comments([row for name in ("decisions", "lessons") if name in parts for row in parts[name].object_list])
    issues = [_issue_row(issue, today) for issue in parts["issues"].object_list] if "issues" in parts else []
    changes = [_change_row(c, page, today) for c in parts["changes"].object_list] if "changes" in parts else []
    context = {
        "filter_form": form,
        "only": only,
        "parts": parts,
        "page": parts[only] if only else None,
        "noun": only,
        "views": _views(pk, only),
        "issue_columns": [
            Column(c)
            for c in (gettext("Issue"), gettext("Severity"), gettext("Owner"), gettext("Due date"), gettext("Status"))
        ],
        "issue_rows": issues,
        "change_columns": [
            Column(c, numeric=c == "Impact")
            for c in (
                gettext("Change request"),
                gettext("Impact"),
                gettext("Owner"),
                gettext("Decision due"),
                gettext("Status"),
            )
        ],
        "change_rows": changes,
        "agreed": agreed(ChangeRequest.objects.filter(project=project), project.currency, sees_money=page.sees_money)
        if "changes" in parts
        else "",
        "user_pk": request.user.pk,
        "is_filtered": bool(values.get("q") or values.get("status")),
        "issues_empty": Empty(
            gettext("No open issues") if not values.get("q") else gettext("No matching issues"),
            gettext("Record problems that need action now, with an owner and a due date."),
        ),
        "changes_empty": Empty(
            gettext("No change requests") if not values.get("q") else gettext("No matching change requests"),
            gettext(
                "Record requested changes to the agreed scope with their effect on time and price, and who decided."
            ),
        ),
    }
    return render(request, "projects/log.html", page.context | context)


def paginators(rows: dict[str, QuerySet[Any]], size: int) -> dict[str, Paginator[Any]]:
    """One for each name of ``rows``, all counted in one query."""
    found = {name: Paginator(each, size) for name, each in rows.items()}
    first, *others = (
        each.order_by().annotate(name=Value(name)).values("name").annotate(rows=Count("pk")).values_list("name", "rows")
        for name, each in rows.items()
    )
    counts = dict(first.union(*others, all=True) if others else first)
    for name, paginator in found.items():
        paginator.count = counts.get(name, 0)  # type: ignore[misc]
    return found


def _views(pk: int, only: str) -> list[Tab]:
    url = reverse("project-log", args=[pk])
    kinds = [
        ("", gettext("All")),
        ("issues", gettext("Issues")),
        ("changes", gettext("Change requests")),
        ("decisions", gettext("Decisions")),
    ]
    kinds.append(("lessons", gettext("Lessons")))
    return [Tab(label, f"{url}?kind={name}" if name else url, active=name == only) for name, label in kinds]


def _issues(project: Project, values: dict[str, Any]) -> QuerySet[Issue]:
    rows = _having(Issue, project, values).order_by("-severity", "due_on", "number")
    if values.get("status") == "over":
        return rows.filter(status=Issue.Status.RESOLVED)
    return rows if values.get("status") == "all" else rows.exclude(status=Issue.Status.RESOLVED)


def _changes(project: Project, values: dict[str, Any]) -> QuerySet[ChangeRequest]:
    rows = _having(ChangeRequest, project, values)
    if values.get("status") == "over":
        return rows.filter(status__in=ChangeRequest.OVER)
    return rows if values.get("status") == "all" else rows.exclude(status__in=ChangeRequest.OVER)


def _having(model: Any, project: Project, values: dict[str, Any]) -> QuerySet[Any]:
    """The project's entries of one kind that hold the words asked for, the newest first."""
    rows = model.objects.filter(project=project).select_related("owner", "raised_by", "project").order_by("-number")
    q = values.get("q")
    return rows.filter(search(model, q)) if q else rows  # type: ignore[no-any-return]


def _issue_row(issue: Issue, today: date) -> Row:
    solved = issue.status == Issue.Status.RESOLVED
    words = issue.resolution if solved else issue.description
    cells = [
        Cell(f"{issue.key}  {issue.title}", sub=Truncator(words).chars(140)),
        Cell(issue.get_severity_display(), badge=True, tone=SEVERITY_TONES[issue.severity]),
        owner_cell(issue.owner),
        due_cell(issue.due_on, today, over=solved),
        Cell(
            issue.get_status_display(),
            badge=True,
            tone=ISSUE_TONES[Issue.Status(issue.status)],
            sub=day(issue.done_at) if issue.done_at else "",
        ),
    ]
    return Row(issue.pk, address(issue), cells)


def _change_row(change: ChangeRequest, page: ProjectPage, today: date) -> Row:
    cells = [
        Cell(f"{change.key}  {change.title}", sub=Truncator(change.answer or change.description).chars(140)),
        effect_cell(change, page.project.currency, sees_money=page.sees_money),
        owner_cell(change.owner),
        due_cell(change.due_on, today, over=change.status != ChangeRequest.Status.PROPOSED),
        Cell(
            change.get_status_display(),
            badge=True,
            tone=CHANGE_TONES[ChangeRequest.Status(change.status)],
            sub=day(change.decided_on) if change.decided_on else "",
        ),
    ]
    return Row(change.pk, address(change), cells)
