"""The voice of the clients: what several of them ask for, and what the firm says to it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.access import Permission, can, may_create
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.insight.queries import latest_analysis
from accord.insight.queries_voice_of_customer import voice_of_customer
from accord.people.models import Firm
from accord.support.models import Topic
from accord.web.shell.list_parts import short_cell
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import number
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.lists import Cell, Column, ListPage, Row
from accord.web.support import forms as forms

TONES = {
    Topic.Status.UNDER_REVIEW: "info",
    Topic.Status.PLANNED: "accent",
    Topic.Status.DONE: "good",
    Topic.Status.DECLINED: "neutral",
}


class TopicList(ListPage):
    title = gettext_lazy("Voice of the customer")
    under = (gettext_lazy("Requests"), "requests")
    noun = "topics"
    subtitle = gettext_lazy("Topics that clients ask for, ranked by the lifetime value of those who ask.")
    filter_class = forms.TopicFilter
    default_sort = "-worth"
    columns = [
        Column(gettext_lazy("Topic"), "name"),
        Column(gettext_lazy("Clients"), "clients", numeric=True),
        Column(gettext_lazy("Requests"), "asked", numeric=True),
        Column(gettext_lazy("Lifetime value"), "worth", money=True),
        Column(gettext_lazy("Status"), "status"),
        Column(gettext_lazy("Owner"), "owner__name", hide_small=True),
        Column(gettext_lazy("Actions"), action=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[Topic]:
        self.analysis = latest_analysis(user) if can(user, Permission.VIEW_MONEY, Firm()) else None
        return voice_of_customer(user)

    def filtered(self, rows: QuerySet[Topic], values: dict[str, Any]) -> QuerySet[Topic]:
        if q := values.get("q"):
            rows = rows.filter(search(Topic, q))
        return rows.filter(status=values["status"]) if "status" in values else rows

    def row(self, record: Any) -> Row:
        worth = short_cell(record.worth, self.analysis.currency) if self.analysis else Cell(None)
        may_change = can(self.request.user, Permission.CHANGE, record)
        edit = (
            Cell(gettext("Edit"), url=reverse("topic-edit", args=[record.pk]), drawer=True) if may_change else Cell("")
        )
        return Row(
            record.pk,
            f"{reverse('requests')}?status=all&topic={record.pk}",
            [
                Cell(record.name, sub=record.answer[:160]),
                Cell(number(record.clients), numeric=True, raw=record.clients),
                Cell(number(record.asked), numeric=True, raw=record.asked),
                worth,
                Cell(record.get_status_display(), badge=True, tone=TONES[Topic.Status(record.status)]),
                Cell(record.owner, who=str(record.owner))
                if record.owner
                else Cell(gettext("Unassigned"), tone="unknown"),
                edit,
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, Topic):
            return []
        return [Action.new(gettext("New topic"), reverse("topic-new"))]

    def empty(self) -> Empty:
        text = gettext(
            "Group similar requests under a topic to see how many clients ask for it and their combined lifetime value."
        )
        action = self.main_action
        return Empty(gettext("No topics yet"), text, icon="speakerphone", action=action)


class TopicPages(FormPages):
    route, model, form_class, back = "topic", Topic, forms.TopicForm, "topics"
    consequence = gettext_lazy("Its requests are kept without a topic.")
