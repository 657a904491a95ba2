"""One's own API keys."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accord.core.texts import gettext_lazy
from accord.people.actions.make_key import make_key
from accord.people.models import ApiToken
from accord.web.people.forms import KeyForm
from accord.web.shell.confirmation import require_confirmation
from accord.web.shell.once import only_once
from accord.web.shell.views.forms import RemovePage


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a key; the answer shows it, once."""
    user: Any = request.user
    form = KeyForm(request.POST or None, user=user, instance=ApiToken(user=user))
    context: dict[str, Any] = {
        "title": gettext("New API key"),
        "subtitle": gettext("A program with this key has all your permissions."),
        "form": form,
        "submit_label": gettext("Create key"),
        "cancel_url": reverse("profile"),
        "form_url": request.get_full_path(),
    }
    if request.method == "POST" and form.is_valid():
        require_confirmation(request)
        values = form.cleaned_data
        with only_once(request) as done:
            token, key = make_key(user=user, name=values["name"], expires_on=values["expires_on"], by=user)
            done.url = reverse("profile")
        return render(request, "people/key.html", context | {"token": token, "key": key})
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)


class KeyRemove(RemovePage):
    model = ApiToken
    consequence = gettext_lazy("Programs using this key lose access immediately.")
    back = "profile"
