"""Asking for a levelled plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.level_plans import level_plans
from accord.projects.models import Levelling, Project
from accord.projects.plan_rows import Invalid
from accord.projects.queries_levelling import to_level_with
from accord.web.shell.forms import RecordForm


class LevellingForm(RecordForm):
    together = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Include projects"),
        queryset=Project.objects.none(),
        required=False,
        help_text=(
            gettext_lazy(
                "Projects that share people with this one. Other projects keep their plan, and their work "
                "counts against the same people."
            )
        ),
    )
    sections = [("", ["seconds", "together"]), (gettext_lazy("For reproducible results"), ["seed"])]

    class Meta:
        model = Levelling
        fields = ["seconds", "seed"]
        help_texts = {
            "seconds": gettext_lazy(
                "A longer search finds a better plan. It stops early when the plan is proven optimal."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levelling: Any = self.instance
        if levelling.plan.is_current:
            self.fields["together"].queryset = to_level_with(levelling.plan, self.user)  # type: ignore[attr-defined]
        else:
            del self.fields["together"]  # a what-if is levelled alone

    def grouped_fields(self) -> list[dict[str, Any]]:
        *shown, last = super().grouped_fields()
        return [*shown, last | {"folded": not self["seed"].errors}]

    def save_for_user(self) -> Record:
        levelling: Any = self.instance
        try:
            return level_plans(levelling=levelling, others=self.cleaned_data.get("together", ()), by=self.user)
        except Invalid as refused:
            raise ValidationError(refused.message) from refused
