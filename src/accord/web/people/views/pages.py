"""The firm's people: list, page, forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import Permission, can, may_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.money.models import RateCard, TimeEntry
from accord.money.queries_rates import rates_of
from accord.people.models import Person, Role, Team
from accord.projects.models import Project, ProjectMember
from accord.projects.queries_staffing import names_and_staffed
from accord.web.people.forms import PeopleFilter, PersonForm, TeamForm
from accord.web.people.views.capacity import quarter_of
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import RecordPage
from accord.web.shell.templatetags.shell import day, hours
from accord.web.shell.views.forms import CreatePage, EditPage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, date_cell


class PeopleList(ListPage):
    title = gettext_lazy("People")
    noun = "people"
    default_sort = "name"
    filter_class = PeopleFilter
    columns = [
        Column(gettext_lazy("Name"), "name", second=gettext_lazy("Position")),
        Column(gettext_lazy("Team"), "team__name"),
        Column(gettext_lazy("Roles"), hide_small=True),
        Column(gettext_lazy("Start date"), "joined_on", hide_small=True),
        Column(gettext_lazy("Hours, last 4 weeks"), "recent", numeric=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[Person]:
        since = timezone.localdate() - timedelta(weeks=4)
        entries = (
            TimeEntry.objects.visible_to(user).filter(person=OuterRef("pk"), day__gte=since).order_by().values("person")
        )
        recent = Subquery(entries.annotate(total=Sum("minutes")).values("total"))
        return (
            Person.objects.visible_to(user).filter(left_on=None).select_related("team", "user").annotate(recent=recent)
        )

    def filtered(self, rows: QuerySet[Person], values: dict[str, Any]) -> QuerySet[Person]:
        q = values.get("q")
        return rows.filter(search(Person, q) | search(Team, q, "team")) if q else rows

    def row(self, record: Person) -> Row:
        recent = record.recent  # type: ignore[attr-defined]
        roles = ", ".join(record.user.role_names) if record.user else gettext("No user account")
        return Row(
            record.pk,
            reverse("person", args=[record.pk]),
            [
                Cell(record.name, sub=record.title, who=record.name),
                Cell(record.team or None),
                Cell(roles),
                date_cell(record.joined_on),
                Cell(hours(recent) if recent else None, numeric=True, raw=recent and round(recent / 60, 2)),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, Person):
            return []
        return [
            Action(gettext("New person"), reverse("person-new"), icon="user-plus", primary=True, drawer=True, key="n")
        ]

    def empty(self) -> Empty:
        return Empty(
            gettext("No people yet"),
            gettext("Add the people who do the work, with or without a user account."),
            icon="users",
        )


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: what they work on and the hours they booked."""
    row = fetch(Person, request.user, "team", "user", "calendar", "job_role", pk=pk)
    user: Any = request.user
    today = timezone.localdate()
    entries = TimeEntry.objects.visible_to(user).filter(person=row).select_related("project", "task", "work_type")[:25]
    weeks = _weeks(row, user, today)
    projects = (
        Project.objects.visible_to(user)
        .filter(
            Q(pk__in=ProjectMember.objects.filter(user=row.user_id).values("project")) | Q(manager=row.user_id)
            if row.user_id
            else Q(resources__person=row),
            status=Project.Status.ACTIVE,
        )
        .select_related("account")
        .distinct()[:12]
    )
    may_change = can(user, Permission.CHANGE, row)
    sees_rates = may_create(user, RateCard, person=row)
    return RecordPage(
        record=row,
        title=row.name,
        subtitle=" · ".join(str(p) for p in (row.title, row.team) if p),
        above=[Crumb(gettext("People"), reverse("people"))],
        badges=[Badge(gettext("Left"))] if row.left_on else [],
        facts=[
            Fact(gettext("Email"), row.email, url=f"mailto:{row.email}"),
            Fact(
                gettext("User account"), ", ".join(row.user.role_names) if row.user else None, missing=gettext("None")
            ),
            Fact(gettext("Calendar"), row.calendar or gettext("Firm default")),
            Fact(gettext("Job role"), row.job_role, missing=gettext("Not set")),
            Fact(gettext("Working time"), f"{row.share}%"),
            Fact(gettext("Start date"), day(row.joined_on) if row.joined_on else None),
            Fact(gettext("End date"), day(row.left_on) if row.left_on else None, missing=gettext("None")),
        ],
        actions=[Action.edit(reverse("person-edit", args=[pk]))] if may_change else [],
    ).response(
        request,
        "people/person.html",
        person=row,
        projects=list(projects),
        weeks=weeks,
        entries=list(entries),
        rates=rates_of(user, person=row) if sees_rates else [],
        sets_rates=sees_rates,
        **_time_of(row, user, today, keeps=may_change),
    )


def _time_of(row: Person, user: Any, today: date, *, keeps: bool) -> dict[str, Any]:
    """What the person can do, when they are away, to whom their time is promised, and their load."""
    allocations = list(row.allocations.filter(ends_on__gte=today).order_by("starts_on"))
    projects = {a.project_id for a in allocations}
    seen, staffed = names_and_staffed(projects, user) if projects else ({}, set())
    return {
        "own_or_keeps": keeps or row.user_id == user.pk,
        "absences": list(row.absences.filter(ends_on__gte=today - timedelta(weeks=4)).order_by("starts_on")[:12]),
        "skills": list(row.skills.select_related("skill")),
        "allocations": [
            {"allocation": a, "name": seen.get(a.project_id), "may_change": a.project_id in staffed}
            for a in allocations
        ],
        "may_allocate": keeps and row.left_on is None,
        "quarter": quarter_of(row, today),
    }


def _weeks(row: Person, user: Any, today: date) -> list[dict[str, Any]]:
    """Minutes booked in each of the last eight weeks (those that the reader may see)."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=7)
    days = (
        TimeEntry.objects.visible_to(user)
        .filter(person=row, day__gte=first)
        .order_by()
        .values("day")
        .annotate(total=Sum("minutes"))
    )
    sums: dict[Any, int] = {}
    for found in days:
        week = found["day"] - timedelta(days=found["day"].weekday())
        sums[week] = sums.get(week, 0) + found["total"]
    weeks = [monday - timedelta(weeks=7 - n) for n in range(8)]
    return [
        {"monday": week, "minutes": sums.get(week, 0), "share": min(100, round(sums.get(week, 0) / 24))}
        for week in weeks
    ]


class PersonNew(CreatePage):
    """A new person; ``?user=me`` fills it in for the administrator who adds themselves."""

    model, form_class = Person, PersonForm

    def blank(self) -> Record:
        user: Any = self.request.user
        if self.request.GET.get("user") == "me" and not hasattr(user, "person") and user.has_role(Role.ADMINISTRATOR):
            return Person(user=user, name=user.name, email=user.email)
        return Person()

    def after(self, record: Record) -> str:
        return reverse("person", args=[record.pk]) if record.pk else reverse("people")


class PersonEdit(EditPage):
    model, form_class = Person, PersonForm


class TeamNew(CreatePage):
    model, form_class = Team, TeamForm
    back = "settings"
