"""What speaks against a client, and how much."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.signals import SIGNALS, Component
from accord.insight.models import HealthOverride
from accord.insight.reasons import COMPONENTS
from accord.people.models import Firm
from accord.web.shell.forms import RecordForm

LABELS = {
    "contact": gettext_lazy("Months without contact"),
    "sponsor": gettext_lazy("Sponsor has left"),
    "answer": gettext_lazy("Low survey answers"),
    "late_requests": gettext_lazy("Late requests"),
    "schedule": gettext_lazy("Projects behind schedule"),
    "cost": gettext_lazy("Projects over budget"),
    "late_milestones": gettext_lazy("Late milestones"),
    "broken_promises": gettext_lazy("Missed promised dates"),
    "overdue": gettext_lazy("Overdue invoices"),
    "revenue_fall": gettext_lazy("Falling revenue"),
    "tenure": gettext_lazy("Years as a client"),
}
LARGEST = 3


class SignalWeightsForm(RecordForm):
    """The experts' weights of the firm: log-odds of leaving for one unit of each signal."""

    class Meta:
        model = Firm
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for signal in SIGNALS:
            self.fields[signal.name] = forms.FloatField(
                label=LABELS[signal.name],
                min_value=-LARGEST,
                max_value=LARGEST,
                initial=self.instance.signal_weights.get(signal.name, signal.weight),
                help_text=gettext("Standard weight: %(weight)s.") % {"weight": f"{signal.weight:.2f}"},
                widget=forms.NumberInput(attrs={"step": "0.05"}),
            )
        self.sections = [
            (str(COMPONENTS[component]), [s.name for s in SIGNALS if s.component == component])
            for component in Component
        ]

    @property
    def stored_values(self) -> dict[str, Any]:
        standard = {signal.name: signal.weight for signal in SIGNALS}
        return {"signal_weights": {k: v for k, v in self.cleaned_data.items() if k in standard and v != standard[k]}}


class HealthOverrideForm(RecordForm):
    """Health that a person sets by hand."""

    class Meta:
        model = HealthOverride
        fields = ["health", "reason", "until"]
