"""The pages of Explore, each with what it finds just now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import Permission, can
from accord.insight.queries import latest_analysis
from accord.people.models import Firm
from accord.web.insight.explore.changes import ChangePage
from accord.web.insight.explore.cohorts import CohortPage
from accord.web.insight.explore.concentration import ConcentrationPage
from accord.web.insight.explore.groups import GroupPage
from accord.web.insight.explore.next_services import NextPage
from accord.web.insight.explore.page import Answer, ExplorePage, no_run
from accord.web.insight.explore.places import tabs
from accord.web.insight.explore.rfm import RfmPage
from accord.web.insight.explore.scatter import ScatterPage
from accord.web.shell.parts import Crumb
from accord.web.shell.templatetags.shell import day

PAGES: tuple[type[ExplorePage], ...] = (
    RfmPage, CohortPage, ConcentrationPage, ScatterPage, GroupPage, ChangePage, NextPage,
)  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What each page would say without filters, and the way to it."""
    user: Any = request.user
    analysis = latest_analysis(user)
    findings = []
    for page_class in PAGES if analysis is not None else ():
        page = page_class()
        page.setup(request)
        found = page.unfiltered(analysis)
        findings.append(
            {
                "title": page.title,
                "subtitle": page.subtitle,
                "url": reverse(page.route),
                "sentence": found.sentence if isinstance(found, Answer) else "",
                "missing": "" if isinstance(found, Answer) else f"{found.title}. {found.text}",
            }
        )
    context: dict[str, Any] = {
        "title": gettext("Explore"),
        "tabs": tabs(""),
        "as_of": "" if analysis is None else day(analysis.as_of),
        "crumbs": [Crumb(gettext("Reports"), reverse("numbers")), Crumb(gettext("Explore"))],
        "findings": findings,
    }
    if analysis is None:
        context |= {"empty": no_run(), "may_analyse": can(user, Permission.CHANGE, Firm.current())}
    return render(request, "insight/explore/overview.html", context)
