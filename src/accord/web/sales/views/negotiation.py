"""Rounds of a negotiation."""

from __future__ import annotations

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.sales.models import NegotiationEntry
from accord.web.sales import forms as forms
from accord.web.shell.views.form_pages import FormPages


class NegotiationPages(FormPages):
    route, model, form_class = "negotiation", NegotiationEntry, forms.NegotiationForm
    parent, parent_related, related = "opportunity", ("account",), ("account", "opportunity")
    new_title = gettext_lazy("Negotiation round")

    def blank(self) -> Record:
        chance = self.fetch_parent()
        return NegotiationEntry(account=chance.account, opportunity=chance, by=self.request.user)
