"""Rounds of a negotiation."""

from __future__ import annotations

from django.urls import reverse

from accord.core.fetch import fetch
from accord.core.models import Record
from accord.sales.models import NegotiationEntry, Opportunity
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.sales import forms as forms
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage


class NegotiationNew(AccountFormPage, CreatePage):
    model, form_class = NegotiationEntry, forms.NegotiationForm

    @property
    def chance(self) -> Opportunity:
        if not hasattr(self, "_chance"):
            self._chance = fetch(Opportunity, self.request.user, "account", pk=self.kwargs["opportunity"])
        return self._chance

    def blank(self) -> Record:
        return NegotiationEntry(account=self.chance.account, opportunity=self.chance, by=self.request.user)

    def title(self, record: Record) -> str:
        return "Negotiation round"

    def after(self, record: Record) -> str:
        return reverse("opportunity", args=[record.opportunity_id])  # type: ignore[attr-defined]


class NegotiationEdit(EditPage):
    model, form_class, related = NegotiationEntry, forms.NegotiationForm, ("account", "opportunity")
    removal = "negotiation-removal"

    def after(self, record: Record) -> str:
        return reverse("opportunity", args=[record.opportunity_id])  # type: ignore[attr-defined]


class NegotiationRemove(RemovePage):
    model = NegotiationEntry

    def after(self, record: Record) -> str:
        return reverse("opportunity", args=[record.opportunity_id])  # type: ignore[attr-defined]
