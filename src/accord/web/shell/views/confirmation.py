"""Confirming at the single sign-on who one is; with a password or a code, allauth's own pages do."""

from __future__ import annotations

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.web.shell.confirmation import ASKED, SINGLE_SIGN_ON, is_confirmed


@require_http_methods(["GET", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    """Say why, and lead to the single sign-on, which asks even those whom it knows."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if not apps:
        return HttpResponseRedirect(reverse("home"))
    following = get_next_redirect_url(request) or reverse("home")
    method = account_adapter().get_reauthentication_methods(request.user)[0]
    if method["id"] != SINGLE_SIGN_ON:  # whoever has a password or a second factor here confirms by that
        return HttpResponseRedirect(f"{method['url']}?{urlencode({'next': following})}")
    if request.method == "POST":
        provider = get_adapter().get_provider(request, apps[0]["provider_id"])
        back = f"{reverse('sign-in-confirmed')}?{urlencode({'next': following})}"
        asked = {"prompt": "login", "max_age": "0"}
        answer: HttpResponse = provider.redirect(
            request, AuthProcess.REDIRECT, next_url=back, data=ASKED, auth_params=asked
        )
        return answer
    return render(request, "account/confirm_by_single_sign_on.html", {"name": apps[0]["name"], "next": following})


@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """Back from the single sign-on: do what was waiting, or say that it was not confirmed."""
    if is_confirmed(request):
        resumed: HttpResponse | None = resume_request(request)
        return resumed or HttpResponseRedirect(reverse("home"))
    messages.error(request, gettext("Your identity wasn't confirmed. Nothing was changed."))
    return HttpResponseRedirect(get_next_redirect_url(request) or reverse("home"))
