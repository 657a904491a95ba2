"""The week of hours: its grid, handing it in, and correcting it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, archived_sentence, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.add_rows import copy_last_week
from accord.money.actions.decide_week import approve_weeks
from accord.money.actions.submit_week import submit_week, withdraw_week
from accord.money.models import TimeEntry, Timesheet
from accord.money.queries_approvals import to_approve, waiting
from accord.money.queries_targets import overtime
from accord.money.queries_weeks import Week, week_of
from accord.people.models import Role
from accord.people.queries import person_of
from accord.web.money.forms_time import CorrectionForm, ReturnForm
from accord.web.money.week_page import (
    address_of_week,
    badge_of,
    cell_label,
    columns_of,
    decisions,
    earlier_weeks,
    evidence_of,
    exceptions_of,
    offers_of,
    row_note,
    shortfall,
    steps_of,
    timer_bar,
    title_of,
)
from accord.web.shell.parts import Crumb
from accord.web.shell.timeline import record_entries
from accord.web.shell.views.forms import EditPage, go

Status = Timesheet.Status
WEEK = timedelta(weeks=1)


@require_safe
def time(request: HttpRequest) -> HttpResponse:
    """One's own week; ``?week=`` names a day in it."""
    user: Any = request.user
    person = person_of(user)
    if person is None:
        context = {"may_add": user.has_role(Role.ADMINISTRATOR), "crumbs": [Crumb(gettext("Timesheets"))]}
        return render(request, "money/time_unlinked.html", context)
    return _page(request, Timesheet.of(person, day_of(request.GET.get("week"))))


@require_safe
def timesheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A week by its key: one's own, or that of somebody whose weeks one sees."""
    return _page(request, fetch(Timesheet, request.user, "person", "decided_by", pk=pk))


def _page(request: HttpRequest, sheet: Timesheet) -> HttpResponse:
    user: Any = request.user
    today = timezone.localdate()
    is_own = sheet.person.user_id == user.pk
    may_edit = sheet.status == Status.DRAFT and can(user, Permission.CHANGE, sheet)
    week = week_of(sheet, user, today, suggesting=may_edit and is_own)
    columns = columns_of(week, today)
    suggested = sum(column.suggested for column in columns)
    shown = next((n for n, column in enumerate(columns) if column.is_today), 0)
    approvals = to_approve(user).count() if is_own else 0
    (checked,) = waiting([sheet]) if sheet.status == Status.SUBMITTED else [None]
    context = {
        "week": week, "sheet": sheet, "columns": columns, "shown": shown, "groups": _groups(week), "is_own": is_own,
        "today": today, "may_edit": may_edit, "title": title_of(sheet), "badge": badge_of(sheet, week.locked_until),
        "steps": steps_of(sheet, week.locked_until), "earlier": earlier_weeks(sheet, week.locked_until),
        "balance": overtime(sheet.person, sheet.week),
        "warning": shortfall(week, today, suggested) if is_own else "",
        "actions": decisions(sheet, user), "approvals": approvals, "offers": offers_of(week),
        "timer": timer_bar(sheet.person, timezone.now()) if is_own else None,
        "may_time": is_own and may_edit and sheet.week <= today <= sheet.ends_on,
        "exceptions": exceptions_of(checked.findings) if checked else [],
        "may_submit": may_edit and sheet.week <= today, "may_withdraw": _may_withdraw(user, sheet),
        "may_correct": sheet.status == Status.APPROVED and can(user, Permission.APPROVE, sheet),
        "previous": _week_url(sheet, -WEEK, is_own), "following": _week_url(sheet, WEEK, is_own),
        "this_week": today - timedelta(days=today.weekday()), "suggested": suggested,
        "history": record_entries(sheet, user, limit=12) if sheet.pk else [],
        "crumbs": [Crumb(gettext("Timesheets"), reverse("time")), Crumb(str(sheet.person))]
        if not is_own else [Crumb(gettext("Timesheets"))],
    }  # fmt: skip
    return render(request, "money/time.html", context)


def _groups(week: Week) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "rows": [
                {
                    "row": row,
                    "note": row_note(row),
                    "cells": [
                        {"cell": cell, "label": cell_label(group, row, cell), "evidence": evidence_of(cell),
                         "is_rest": not week.targets[cell.day],
                         "is_open": not group.hidden and not week.is_closed(cell.day)}
                        for cell in row.cells
                    ],
                }
                for row in group.rows
            ],
        }
        for group in week.groups
    ]  # fmt: skip


def _week_url(sheet: Timesheet, by: timedelta, is_own: bool) -> str:
    """The week before or after: one's own always, that of others where there is one to decide on."""
    monday = sheet.week + by
    if is_own:
        return f"{reverse('time')}?week={monday}"
    other = Timesheet.objects.filter(person=sheet.person_id, week=monday).first()
    return address_of_week(other) if other else ""


def _may_withdraw(user: Any, sheet: Timesheet) -> bool:
    return sheet.status == Status.SUBMITTED and can(user, Permission.CHANGE, sheet)


def day_of(text: str | None) -> date:
    """The day that an address names; today where it names none."""
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        return timezone.localdate()


@require_POST
def submission(request: HttpRequest) -> HttpResponse:
    """Hand in one's own week with the day ``week`` in it."""
    monday, person = day_of(request.POST.get("week")), person_of(request.user)
    if person is None:
        return go(request, reverse("time"))
    try:
        sheet = submit_week(person=person, day=monday, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return go(request, f"{reverse('time')}?week={monday}")
    messages.success(request, gettext("Week submitted."))
    return go(request, reverse("timesheet", args=[sheet.pk]))


@require_POST
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = fetch(Timesheet, request.user, "person", pk=pk)
    require(request.user, Permission.CHANGE, sheet)
    try:
        withdraw_week(sheet=sheet, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, gettext("Week withdrawn."))
    return go(request, reverse("timesheet", args=[pk]))


@require_POST
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the week that the page shows."""
    sheet = fetch(Timesheet, request.user, "person", pk=pk)
    require(request.user, Permission.APPROVE, sheet)
    try:
        approve_weeks(versions={sheet.pk: sheet.version}, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, gettext("Week approved."))
    return go(request, reverse("timesheet", args=[pk]))


@require_POST
def rows_of_last_week(request: HttpRequest) -> HttpResponse:
    """Add the rows of the week before, without their hours."""
    monday, person = day_of(request.POST.get("week")), person_of(request.user)
    if person is None:
        return go(request, reverse("time"))
    try:
        copy_last_week(person=person, day=monday, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return go(request, f"{reverse('time')}?week={monday}")


class TimesheetReturn(EditPage):
    """Return a week with a reason."""

    model, form_class, related = Timesheet, ReturnForm, ("person",)
    submit_label, saved_message = gettext_lazy("Return week"), gettext_lazy("Week returned.")

    def record(self) -> Record:
        sheet = fetch(Timesheet, self.request.user, "person", pk=self.kwargs["pk"])
        require(self.request.user, Permission.APPROVE, sheet)
        return sheet

    def title(self, record: Any) -> str:
        return gettext("Return %(sheet)s") % {"sheet": record}

    def after(self, record: Any) -> str:
        return reverse("timesheet", args=[record.pk])


class TimeCorrection(EditPage):
    """Correct an entry of an approved week."""

    model, form_class = TimeEntry, CorrectionForm
    submit_label, saved_message = gettext_lazy("Correct hours"), gettext_lazy("Hours corrected.")

    def record(self) -> Record:
        entry = fetch(TimeEntry, self.request.user, "person", "project", "task", "work_type", pk=self.kwargs["pk"])
        self.sheet = Timesheet.of(entry.person, entry.day)
        require(self.request.user, Permission.APPROVE, self.sheet)
        if entry.project is not None and entry.is_frozen:
            raise PermissionDenied(archived_sentence(entry.project, gettext("correct time")))
        return entry

    def title(self, record: Any) -> str:
        return gettext("Correct %(what)s") % {"what": record.task or record.project or record.work_type}

    def after(self, record: Any) -> str:
        return address_of_week(self.sheet)


@require_safe
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries that make up the same cell of the week as the entry ``pk``."""
    one = fetch(TimeEntry, request.user, "project", "task", "work_type", "person", pk=pk)
    about = {"project": one.project_id, "task": one.task_id, "work_type": one.work_type_id}
    entries = TimeEntry.objects.visible_to(request.user).filter(person=one.person_id, day=one.day, **about)
    found = list(entries.order_by("pk"))
    sheet = Timesheet.of(one.person, one.day)
    context = {
        "entries": found,
        "title": one.task or one.work_type or one.project,
        "day": one.day,
        "total": sum(entry.minutes for entry in found),
        "may_correct": sheet.status == Status.APPROVED and can(request.user, Permission.APPROVE, sheet),
        "is_open": sheet.status == Status.DRAFT,
        "crumbs": [Crumb(gettext("Timesheets"), reverse("time"))],
    }
    return render(request, "money/time_cell.html", context)
