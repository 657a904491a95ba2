"""The stages of opportunities."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.access import Permission, can, may_create
from accord.core.texts import gettext_lazy
from accord.sales.models import OpportunityStage
from accord.web.sales import forms as forms
from accord.web.shell.parts import Action
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.lists import Cell, Column, ListPage, Row


class StageList(ListPage):
    title = gettext_lazy("Stages of opportunities")
    crumb = gettext_lazy("Stages")
    under = (gettext_lazy("Opportunities"), "opportunities")
    noun = "stages"
    subtitle = gettext_lazy("The steps of your firm's sales pipeline.")
    default_sort = "order"
    columns = [
        Column(gettext_lazy("Stage"), "name"),
        Column(gettext_lazy("Default probability"), "chance", percent=True),
        Column(gettext_lazy("Key")),
        Column(gettext_lazy("Position"), "order", numeric=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[OpportunityStage]:
        return OpportunityStage.objects.visible_to(user)

    def row(self, record: OpportunityStage) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        url = reverse("stage-edit", args=[record.pk]) if may_change else ""
        return Row(
            record.pk, "",
            [
                Cell(record.name, url=url, drawer=True),
                Cell(f"{record.chance}%", numeric=True, raw=record.chance / 100),
                Cell(record.key),
                Cell(record.order, numeric=True, raw=record.order),
            ],
        )  # fmt: skip

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, OpportunityStage):
            return []
        return [Action(gettext("New stage"), reverse("stage-new"), icon="plus", primary=True, drawer=True)]


class StagePages(FormPages):
    route, model, form_class, back = "stage", OpportunityStage, forms.StageForm, "stages"
    consequence = gettext_lazy("Opportunities in this stage stay in it with a probability of 0% until you move them.")
