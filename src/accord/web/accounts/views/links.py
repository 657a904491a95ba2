"""Sharing a client's projects with one of their people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accord.accounts.actions.share_with_client import revoke_link, share_with_client
from accord.accounts.models import Affiliation, ClientLink
from accord.accounts.models.client_link import LONGEST_DAYS
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.links import absolute
from accord.core.texts import format_lazy, gettext_lazy
from accord.web.shell.forms import DateInput
from accord.web.shell.once import only_once
from accord.web.shell.views.forms import go


class LinkForm(forms.Form):
    expires_on = forms.DateField(
        label=gettext_lazy("Expires on"),
        widget=DateInput(),
        help_text=format_lazy(gettext_lazy("At most {days} days from now."), days=LONGEST_DAYS),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for the contact of one affiliation; the answer shows the address, once."""
    place = fetch(Affiliation, request.user, "account", "contact", pk=pk)
    require(request.user, Permission.CHANGE, place)
    form = LinkForm(request.POST or None, initial={"expires_on": timezone.localdate() + timedelta(days=180)})
    context: dict[str, Any] = {
        "title": gettext("Share projects with %(contact)s") % {"contact": place.contact},
        "subtitle": gettext(
            "They can see the progress and milestones of %(account)s's projects. They see no financial data and no "
            "other accounts."
        )
        % {"account": place.account},
        "form": form,
        "submit_label": gettext("Create link"),
        "cancel_url": reverse("account-contacts", args=[place.account_id]),
        "form_url": request.get_full_path(),
    }
    if request.method == "POST" and form.is_valid():
        try:
            with only_once(request) as done:
                link, secret = share_with_client(
                    account=place.account,
                    contact=place.contact,
                    by=request.user,
                    expires_on=form.cleaned_data["expires_on"],
                )
                done.url = reverse("account-contacts", args=[place.account_id])
        except ValidationError as error:
            form.add_error(
                "expires_on" if "expires_on" in error.message_dict else None, ValidationError(error.messages)
            )
        else:
            address = absolute(reverse("client", args=[secret]))
            return render(request, "accounts/link.html", context | {"link": link, "address": address})
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    link = fetch(ClientLink, request.user, "account", pk=pk)
    revoke_link(link=link, by=request.user)
    messages.success(request, gettext("Client link revoked."))
    return go(request, reverse("account-contacts", args=[link.account_id]))
