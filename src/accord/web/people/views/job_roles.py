"""Job roles: what people are hired and sold as."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.access import Permission, can, may_create
from accord.core.texts import gettext_lazy
from accord.people.models import JobRole
from accord.web.people.forms import JobRoleForm
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import number
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.lists import Cell, ListPage, Row


class JobRoleList(ListPage):
    title = gettext_lazy("Job roles")
    subtitle = gettext_lazy("Rates can be set for a role, and plans can count on one before it has a name.")
    under = (gettext_lazy("People"), "people")
    noun = "job roles"
    default_sort = "name"
    columns = [Column(gettext_lazy("Name"), "name"), Column(gettext_lazy("People"), "holders", numeric=True)]

    def rows_of(self, user: Any) -> QuerySet[JobRole]:
        return JobRole.objects.visible_to(user).annotate(holders=Count("persons", filter=Q(persons__left_on=None)))

    def row(self, record: Any) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        edit = reverse("job-role-edit", args=[record.pk]) if may_change else ""
        return Row(
            record.pk,
            "",
            [
                Cell(record.name, url=edit, drawer=bool(edit)),
                Cell(number(record.holders), numeric=True, raw=record.holders),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, JobRole):
            return []
        return [Action.new(gettext("New job role"), reverse("job-role-new"))]

    def empty(self) -> Empty:
        text = gettext("Add roles such as consultant or developer, to set rates for them and plan with them.")
        return Empty(gettext("No job roles yet"), text, icon="id-badge", action=self.main_action)


class JobRolePages(FormPages):
    route, model, form_class, back = "job-role", JobRole, JobRoleForm, "job-roles"
    consequence = gettext_lazy("People and plans lose the role. A role with rates can't be deleted.")
