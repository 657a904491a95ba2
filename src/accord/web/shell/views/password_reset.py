"""Asking for a new password, where that can work: without email there is nothing to promise."""

from __future__ import annotations

from allauth.account.views import password_reset
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accord.core.email import email_is_configured


@login_not_required
def reset(request: HttpRequest) -> HttpResponse:
    """allauth's page; while email is off, who to ask instead."""
    if not email_is_configured():
        return render(request, "account/password_reset_off.html")
    try:
        answer: HttpResponse = password_reset(request)
    except OSError:  # smtplib's errors are OSErrors, too
        return render(request, "account/password_reset_off.html", {"is_refused": True}, status=503)
    return answer
