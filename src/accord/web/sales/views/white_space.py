"""Opportunities across clients with the forecast, one opportunity, stages, and who buys what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.insight.queries_commerce import white_space
from accord.web.sales import forms as forms
from accord.web.sales.views.opportunities import check_managing
from accord.web.shell.parts import Crumb, Empty
from accord.web.shell.templatetags.shell import percent


@require_safe
def white_space_page(request: HttpRequest) -> HttpResponse:
    """Services × clients: who buys what, and what similar clients buy beside."""
    check_managing(request)
    found = white_space(request.user)
    context = {
        "title": gettext("White space"),
        "subtitle": gettext("Which services each client buys, and what similar clients buy as well."),
        "crumbs": [Crumb(gettext("Accounts"), reverse("accounts")), Crumb(gettext("White space"))],
        "services": found.services,
        "buyers": [
            {
                "buyer": buyer,
                "cells": [service in buyer.services for service in found.services],
                "suggestions": [
                    {
                        "service": s.service,
                        "why": gettext("%(share)s of %(similar)s similar clients")
                        % {"share": percent(s.share, 0), "similar": s.similar},
                    }
                    for s in buyer.suggestions
                ],
            }
            for buyer in found.buyers
        ],
        "empty": Empty(
            gettext("No services bought yet"),
            gettext("This page fills up from won opportunities, projects and agreements that have a service."),
            icon="layout-dashboard",
        ),
    }
    return render(request, "sales/white_space.html", context)
