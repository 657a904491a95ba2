"""What the pages of Explore are filtered by, and the conditions of a segment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.texts import gettext_lazy
from accord.engines.customers.rfm import SCORES
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries_segments import NOT_SET, RFM_KEYS
from accord.people.models import User
from accord.web.accounts.filters import AccountFilter
from accord.web.insight.explore.rfm_names import RFM_NAMES
from accord.web.shell.forms import DateInput
from accord.web.shell.list_filters import ANY, ListFilter

SCORE_CHOICES = [ANY, *((str(n), str(n)) for n in range(1, SCORES + 1))]


class ExploreFilter(ListFilter):
    """The clients that a page is about."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Type of client"), choices=[ANY, *ClientFigure.Kind.choices], required=False
    )
    whose = forms.ChoiceField(label=gettext_lazy("Account manager"), required=False)

    def __init__(self, *args: Any, user: Any, analysis: ClientFigures | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.analysis = analysis
        seen = Account.objects.visible_to(user).filter(archived_at=None)
        owners = User.objects.filter(pk__in=seen.order_by().values("owner")).order_by("name")
        self.fields["whose"].choices = [
            ("", gettext("Anyone")),
            ("me", gettext("Me")),
            ("nobody", gettext("Unassigned")),
            *((str(pk), name) for pk, name in owners.values_list("pk", "name")),
        ]
        self.add_segments(user)
        self.further = ()


def _amount(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=15, decimal_places=2)


def _date(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DateInput())


def _points(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2)


class SegmentFilter(AccountFilter):
    """The conditions of a segment: the filters of accounts, and figures. ``queries_segments`` reads the same names."""

    health_from = _points(gettext_lazy("Health from"))
    health_to = _points(gettext_lazy("Health up to"))
    risk_from = _points(gettext_lazy("Churn risk from (%)"))
    risk_to = _points(gettext_lazy("Churn risk up to (%)"))
    value_from = _amount(gettext_lazy("Lifetime value from"))
    value_to = _amount(gettext_lazy("Lifetime value up to"))
    margin_from = _amount(gettext_lazy("Margin, 12 months, from"))
    margin_to = _amount(gettext_lazy("Margin, 12 months, up to"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Type of client"), choices=[ANY, *ClientFigure.Kind.choices], required=False
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[ANY, *ClientFigure.State.choices], required=False)
    rfm = forms.ChoiceField(label=gettext_lazy("RFM group"), required=False)
    recency = forms.ChoiceField(label=gettext_lazy("Recency score"), choices=SCORE_CHOICES, required=False)
    frequency = forms.ChoiceField(label=gettext_lazy("Frequency score"), choices=SCORE_CHOICES, required=False)
    service = forms.CharField(label=gettext_lazy("Has bought"), required=False)
    lead_source = forms.ChoiceField(label=gettext_lazy("Lead source"), required=False)
    first_from = _date(gettext_lazy("First order from"))
    first_to = _date(gettext_lazy("First order until"))
    last_from = _date(gettext_lazy("Last order from"))
    last_to = _date(gettext_lazy("Last order until"))

    first: tuple[str, ...] = ("q", "health_to", "risk_from", "value_from", "last_to", "rfm", "whose")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        seen = Account.objects.visible_to(user).filter(archived_at=None)
        del self.fields["archived"]
        for name in ("segment", "lead_source"):
            names = seen.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
            choices = [ANY, *((text, text) for text in names), (NOT_SET, gettext("Not set"))]
            self.fields[name] = forms.ChoiceField(
                label={"segment": gettext("Segment on account"), "lead_source": gettext("Lead source")}[name],
                choices=choices,
                required=False,
            )
        self.fields["rfm"].choices = [ANY, *((key, str(RFM_NAMES[each])) for key, each in RFM_KEYS.items())]
        self.order_fields([*self.first, *(name for name in self.fields if name not in self.first)])
        self.further = tuple(name for name in self.fields if name not in self.first)
