"""What a client fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.success.models import Survey


class AnswerForm(forms.Form):
    """One answer on the survey's scale, and why."""

    score = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Please choose an option.")}
    )
    reason = forms.CharField(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lowest, highest = survey.bounds
        score: Any = self.fields["score"]
        score.choices = [(value, str(value)) for value in range(lowest, highest + 1)]
        score.label = survey.label
        self.fields["reason"].label = survey.reason_question


class DecisionForm(forms.Form):
    """The client's word on a quote."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=150)
    note = forms.CharField(
        label=gettext_lazy("Comment"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    decision = forms.ChoiceField(
        choices=[("accept", gettext_lazy("Accept")), ("decline", gettext_lazy("Decline"))], widget=forms.HiddenInput
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I am authorised to accept this quote on behalf of my company."), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "accept" and not cleaned.get("agreed"):
            self.add_error("agreed", gettext("Please confirm that you are authorised to accept this quote."))
        return cleaned
