"""Forms of the catalogue, quotes, negotiations, stages and the hand-over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Contact
from accord.core import editing
from accord.core.formfields import HoursField
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.people.queries import users_with_role
from accord.projects.actions.hand_over import hand_over
from accord.projects.actions.name_manager import MANAGING
from accord.projects.actions.start_project import MORNING
from accord.projects.models import Project
from accord.sales.actions.quote_work import save_line, write_quote
from accord.sales.actions.renew_agreement import renew_agreement
from accord.sales.models import (
    Agreement,
    NegotiationEntry,
    Opportunity,
    OpportunityStage,
    Quote,
    QuoteLine,
    Service,
    stages,
)
from accord.web.shell.custom_fields import CustomFieldsForm
from accord.web.shell.forms import RecordForm
from accord.web.shell.list_filters import ListFilter


class ServiceForm(RecordForm):
    class Meta:
        model = Service
        fields = ["name", "unit", "price", "currency", "description", "active"]


class StageForm(RecordForm):
    class Meta:
        model = OpportunityStage
        fields = ["name", "key", "chance", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["key"]  # opportunities and imports name it


class QuoteForm(RecordForm):
    sections = [
        ("", ["title", "opportunity", "contact", "valid_until", "currency", "tax_percent"]),
        (gettext_lazy("Texts"), ["intro", "terms"]),
    ]

    class Meta:
        model = Quote
        fields = ["title", "opportunity", "contact", "valid_until", "currency", "tax_percent", "intro", "terms"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance.account
        self.fields["opportunity"].queryset = Opportunity.objects.filter(account=account)
        self.fields["contact"].queryset = Contact.objects.filter(affiliations__account=account).distinct()

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            return write_quote(quote=self.instance, by=self.user, today=timezone.localdate())
        return super().save_for_user()


class DecisionRecordForm(RecordForm):
    """What the client decided elsewhere, with the evidence for it."""

    decision = forms.ChoiceField(
        choices=[("accept", gettext_lazy("Accepted")), ("decline", gettext_lazy("Declined"))],
        widget=forms.RadioSelect,
        initial="accept",
    )
    decided_by = forms.CharField(label=gettext_lazy("Who at the client"), max_length=150)
    on = forms.DateTimeField(label=gettext_lazy("When"))
    via = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[choice for choice in Quote.Via.choices if choice[0] != Quote.Via.LINK]
    )
    reference = forms.CharField(
        max_length=200, required=False, help_text=gettext_lazy("For example the number of the purchase order.")
    )
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = Quote
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.contact is not None:
            self.fields["decided_by"].initial = self.instance.contact.name
        self.fields["on"].initial = timezone.localtime().replace(second=0, microsecond=0)


class WithdrawalForm(RecordForm):
    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For your team. The client sees only that the quote was withdrawn."),
    )  # fmt: skip

    class Meta:
        model = Quote
        fields: list[str] = []


class QuoteLineForm(RecordForm):
    class Meta:
        model = QuoteLine
        fields = ["service", "quantity", "unit", "unit_price", "discount", "description", "optional"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.filter(active=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        service, quote = cleaned.get("service"), self.instance.quote
        if service is not None and cleaned.get("unit_price") is None and service.currency != quote.currency:
            self.add_error(
                "unit_price",
                gettext("The list price is in %(list_currency)s. Enter a price in %(quote_currency)s.")
                % {"list_currency": service.currency, "quote_currency": quote.currency},
            )
        return cleaned

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            return save_line(line=self.instance, by=self.user)
        self.instance.fill()
        values = {name: getattr(self.instance, name) for name in self.stored_values}
        return editing.change(self.instance, by=self.user, version=self.cleaned_data["version"], **values)


class NegotiationForm(RecordForm):
    class Meta:
        model = NegotiationEntry
        fields = ["on", "contact", "asked", "given", "in_return"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance.account
        self.fields["contact"].queryset = Contact.objects.filter(affiliations__account=account).distinct()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("in_return") and not cleaned.get("given"):
            self.add_error("given", gettext("Enter the concession this was in return for."))
        return cleaned


class HandoverForm(RecordForm):
    """Who leads the project of a won order, and from when."""

    manager = forms.ModelChoiceField(
        label=gettext_lazy("Project manager"), queryset=User.objects.none(), required=False
    )
    start = forms.DateField(label=gettext_lazy("Start date"))

    class Meta:
        model = Opportunity
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = users_with_role(*MANAGING)
        manager: Any = self.fields["manager"]
        manager.queryset = User.objects.filter(pk__in=[user.pk for user in leaders]).order_by("name")
        self.fields["start"].initial = timezone.localdate()

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        made: Project = hand_over(
            opportunity=self.instance, manager=values["manager"], by=self.user,
            start=datetime.combine(values["start"], MORNING),
        )  # fmt: skip
        return made


class OpportunityFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search opportunities"), required=False)
    stage = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(
        choices=[("", gettext_lazy("Anyone")), ("me", gettext_lazy("Me")), ("nobody", gettext_lazy("Unassigned"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(stage.key, stage.name) for stage in stages().values()]
        self.fields["stage"].choices = [("", gettext("Open")), *names, ("all", gettext("All"))]


class RenewalFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search agreements"), required=False)
    within = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("120 days")),
            ("30", gettext_lazy("30 days")),
            ("60", gettext_lazy("60 days")),
            ("365", gettext_lazy("A year")),
        ],
        required=False,
    )
    owner = forms.ChoiceField(choices=[("", gettext_lazy("Anyone")), ("me", gettext_lazy("Me"))], required=False)


class ServiceFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search services"), required=False)


class OpportunityForm(CustomFieldsForm):
    class Meta:
        model = Opportunity
        fields = [
            "name", "stage", "amount", "currency", "probability", "expected_on", "service", "owner", "opened_on",
            "closed_on", "reason",
        ]  # fmt: skip

    stage = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(stage.key, stage.name) for stage in stages().values()]
        if self.instance.stage not in dict(offered):
            offered.insert(0, (self.instance.stage, self.instance.stage))
        self.fields["stage"].choices = offered
        offer_services(self.fields["service"])
        self.fields["owner"].queryset = self.fields["owner"].queryset.filter(is_active=True)


class OutcomeForm(RecordForm):
    """When an opportunity was won or lost, and why."""

    closed_on = forms.DateField(label=gettext_lazy("Closed on"))

    class Meta:
        model = Opportunity
        fields = ["closed_on", "reason"]

    def __init__(self, *args: Any, stage: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage = stage
        if self.instance.closed_on is None:
            self.initial["closed_on"] = timezone.localdate()

    def save_for_user(self) -> Record:
        values = self.stored_values | {"stage": self.stage}
        return editing.change(self.instance, by=self.user, version=self.cleaned_data["version"], **values)


def offer_services(field: Any) -> None:
    """Offer the names of the catalogue while somebody types; any other name may be typed, too."""
    field.widget = forms.TextInput()
    field.widget.datalist = [service.name for service in Service.objects.filter(active=True)]


class AgreementForm(CustomFieldsForm):
    sections = [
        ("", ["title", "kind", "status", "service", "value", "currency"]),
        (gettext_lazy("Billing"), ["cap", "hours", "rollover_months"]),
        (
            gettext_lazy("Term"),
            ["signed_on", "starts_on", "ends_on", "notice_on", "renews_automatically", "uplift_percent"],
        ),
        (gettext_lazy("Renewal"), ["renewal_status", "owner", "end_reason", "end_note"]),
        (gettext_lazy("More details"), ["terms"]),
    ]

    class Meta:
        model = Agreement
        fields = [
            "title", "kind", "status", "service", "value", "currency", "cap", "hours", "rollover_months", "signed_on",
            "starts_on", "ends_on", "notice_on", "renews_automatically", "uplift_percent", "renewal_status",
            "owner", "end_reason", "end_note", "terms",
        ]  # fmt: skip
        field_classes = {"hours": HoursField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = self.fields["owner"].queryset.filter(is_active=True)
        offer_services(self.fields["service"])

    def save_for_user(self) -> Record:
        if self.instance.pk is None and self.instance.predecessor_id:
            return renew_agreement(following=self.instance, today=timezone.localdate(), by=self.user)
        return super().save_for_user()
