"""Something new of an account, from anywhere: first the account, then its form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.accounts.queries import changeable_accounts
from accord.core.texts import gettext_lazy
from accord.web.shell.creations import OF_ACCOUNTS


class AccountChoice(forms.Form):
    account = forms.ModelChoiceField(
        Account.objects.none(), error_messages={"required": gettext_lazy("Choose an account.")}
    )

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = rows  # type: ignore[attr-defined]


@require_safe
def for_account(request: HttpRequest, what: str) -> HttpResponse:
    """Ask for the account and go on to the form; where the address names one already, go on at once."""
    new = OF_ACCOUNTS.get(what)
    if new is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    user = request.user
    rows = changeable_accounts(user) if new.changes else Account.objects.visible_to(user).filter(archived_at=None)
    form = AccountChoice(request.GET if "account" in request.GET else None, rows=rows)
    if form.is_valid():
        return redirect(new.route, form.cleaned_data["account"].pk)
    context = {
        "title": new.label,
        "form": form,
        "address": reverse("new-for-account", args=[what]),
        "has_accounts": rows.exists(),
        "cancel_url": reverse("accounts"),
    }
    return render(request, "accounts/for_account.html", context, status=422 if form.is_bound else 200)
