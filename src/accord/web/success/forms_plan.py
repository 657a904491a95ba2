"""Forms of the account plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.link_goal_work import link_goal_work
from accord.projects.models import GoalSupport
from accord.projects.queries_goals import servable
from accord.success.models import Goal, Need, PlannedAction, Strategy, SwotNote
from accord.web.accounts.forms_parts import AccountPartForm
from accord.web.shell.forms import RecordForm


class NeedForm(AccountPartForm):
    class Meta:
        model = Need
        fields = ["title", "weight", "contact", "detail", "status"]


class GoalForm(AccountPartForm):
    sections = [
        ("", ["title", "need", "due_on", "contact", "owner"]),
        (gettext_lazy("Measurement"), ["measure", "unit", "baseline", "target", "current", "measured_on"]),
        (gettext_lazy("More details"), ["detail", "shared", "status"]),
    ]

    class Meta:
        model = Goal
        fields = [
            "title", "need", "due_on", "contact", "owner", "measure", "unit", "baseline", "target", "current",
            "measured_on", "detail", "shared", "status",
        ]  # fmt: skip


class SwotNoteForm(AccountPartForm):
    class Meta:
        model = SwotNote
        fields = ["quadrant", "text"]


class StrategyForm(AccountPartForm):
    class Meta:
        model = Strategy
        fields = ["title", "goal", "owner", "detail", "shared", "status"]


class PlannedActionForm(AccountPartForm):
    class Meta:
        model = PlannedAction
        fields = ["title", "strategy", "owner", "contact", "due_on", "shared"]


class GoalSupportForm(RecordForm):
    """What of the client's projects serves the goal."""

    what = forms.ChoiceField(label=gettext_lazy("Contributing work"))
    field_order = ["what", "evidence"]

    class Meta:
        model = GoalSupport
        fields = ["evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["what"]
            return
        choices: Any = self.fields["what"]
        choices.choices = [("", gettext("Choose")), *servable(self.instance.goal.account, self.user)]

    def save_for_user(self) -> Record:
        if self.instance.pk:
            return super().save_for_user()
        values = self.cleaned_data
        return link_goal_work(goal=self.instance.goal, what=values["what"], evidence=values["evidence"], by=self.user)
