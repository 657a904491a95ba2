"""The set-up page of a new installation, opened by a link that works once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accord.people.actions.set_up_firm import set_up_firm
from accord.people.set_up_link import opens_set_up
from accord.web.people.forms_set_up import SetUpForm


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Administrator, firm and working week; afterwards the administrator is signed in."""
    if not opens_set_up(token):
        return _private(render(request, "people/set_up.html", {"is_void": True}, status=404))
    form = SetUpForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            user = set_up_firm(
                token=token, email=values["email"], name=values["name"], password=values["password"],
                firm=form.firm, week=form.week, logo=values["logo"] or b"",
            )  # fmt: skip
        except ValidationError as refused:
            form.add_error(None, ValidationError(refused.messages))
        else:
            login(request, user)
            messages.success(request, gettext("Accord is set up."))
            return HttpResponseRedirect(reverse("home"))
    status = 422 if request.method == "POST" else 200
    return _private(render(request, "people/set_up.html", {"form": form, "sections": form.sections()}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: it must not travel on in a referrer, nor be found by a search engine."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
