"""What the firm sets about time: types of work, and up to which day time is locked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, can, may_create
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.models import PeriodLock, WorkType
from accord.web.money.forms_time import PeriodLockForm, WorkTypeForm
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import day, moment
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row


class WorkTypeList(ListPage):
    title = gettext_lazy("Types of work")
    subtitle = gettext_lazy("What hours are for, beside the task.")
    under = (gettext_lazy("Timesheets"), "time")
    noun = "types of work"
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Name"), "name"),
        Column(gettext_lazy("Billable"), "billable"),
        Column(gettext_lazy("Used for"), "internal"),
        Column(gettext_lazy("Status"), "active"),
    ]

    def rows_of(self, user: Any) -> QuerySet[WorkType]:
        return WorkType.objects.visible_to(user)

    def row(self, record: Any) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        edit = reverse("work-type-edit", args=[record.pk]) if may_change else ""
        billable = record.billable and not record.internal
        return Row(
            record.pk,
            "",
            [
                Cell(record.name, url=edit, drawer=bool(edit)),
                Cell(gettext("Billable") if billable else gettext("Not billable")),
                Cell(gettext("Work without a project") if record.internal else gettext("Projects")),
                Cell(gettext("Active"), badge=True, tone="good")
                if record.active
                else Cell(gettext("Inactive"), badge=True, tone="neutral"),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, WorkType):
            return []
        return [Action.new(gettext("New type of work"), reverse("work-type-new"))]

    def empty(self) -> Empty:
        text = gettext("Add types such as consulting or travel, and team meetings for time without a project.")
        return Empty(gettext("No types of work yet"), text, icon="tag", action=self.main_action)


class WorkTypePages(FormPages):
    route, model, form_class, back = "work-type", WorkType, WorkTypeForm, "work-types"
    consequence = gettext_lazy("A type with logged time can't be deleted. To stop offering it, deactivate it instead.")


class PeriodLockList(ListPage):
    title = gettext_lazy("Locked periods")
    subtitle = gettext_lazy("Up to this day no one can change time. The newest line applies.")
    under = (gettext_lazy("Timesheets"), "time")
    noun = "locks"
    default_sort = "-created_at"
    columns = [
        Column(gettext_lazy("Locked until"), "until"),
        Column(gettext_lazy("Reason")),
        Column(gettext_lazy("Set"), "created_at"),
    ]

    def rows_of(self, user: Any) -> QuerySet[PeriodLock]:
        return PeriodLock.objects.visible_to(user)

    def row(self, record: Any) -> Row:
        return Row(record.pk, "", [Cell(day(record.until)), Cell(record.note or None), Cell(moment(record.created_at))])

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, PeriodLock):
            return []
        return [Action.new(gettext("Lock period"), reverse("period-lock-new"))]

    def empty(self) -> Empty:
        text = gettext("Lock a month once it is invoiced, so that its hours stay as they are.")
        return Empty(gettext("Nothing is locked"), text, icon="lock", action=self.main_action)


class PeriodLockNew(CreatePage):
    model, form_class, back = PeriodLock, PeriodLockForm, "period-locks"
    submit_label, new_title = gettext_lazy("Lock period"), gettext_lazy("Lock period")
    saved_message = gettext_lazy("Period locked.")

    def blank(self) -> Record:
        return PeriodLock(until=timezone.localdate().replace(day=1) - timedelta(days=1))
