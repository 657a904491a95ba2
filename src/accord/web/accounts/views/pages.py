"""The tabs of an account's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.accounts.actions.complete_next_step import complete_next_step
from accord.accounts.models import Account, Affiliation, ClientLink, Interaction
from accord.accounts.queries import open_next_steps
from accord.core.fetch import fetch
from accord.insight.models import ClientFigure
from accord.insight.queries import WEEK, account_analysis, figure_before, latest_measures
from accord.insight.queries_hierarchy import group_of
from accord.people.models import Firm
from accord.projects.models import Project
from accord.sales.queries import open_opportunities, renewals_due
from accord.success.models import Goal
from accord.web.accounts.details import detail_links
from accord.web.accounts.forms import TimelineFilterForm
from accord.web.accounts.health import drivers, why
from accord.web.accounts.numbers import account_numbers
from accord.web.accounts.page import account_page
from accord.web.accounts.timeline import TimelineFilter, timeline
from accord.web.shell.comments import talk_about
from accord.web.shell.parts import Empty, Fact
from accord.web.shell.plain_numbers import beside_plain, plain_numbers
from accord.web.shell.views.forms import go

TIMELINE_STEP = 50
TIMELINE_MOST = 2000


def _entries_shown(request: HttpRequest) -> int:
    """How many entries of the timeline were asked for: a step, and one more with every "Show older entries"."""
    asked = request.GET.get("entries", "")
    return min(int(asked), TIMELINE_MOST) if asked.isascii() and asked.isdecimal() and int(asked) else TIMELINE_STEP


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account")
    account, user = page.account, request.user
    today = timezone.localdate()
    projects = Project.objects.visible_to(user).filter(
        account=account, status__in=(Project.Status.ACTIVE, Project.Status.PLANNED), archived_at=None
    )
    measures = latest_measures(projects, user, "finish")
    context = page.context | {
        "entries": timeline(account, user, limit=8, comments=False, events=False),
        "talk": talk_about(account, user),
        "next_steps": list(open_next_steps(user).filter(account=account)[:5]),
        "key_contacts": list(
            Affiliation.objects.visible_to(user)
            .filter(account=account, until=None)
            .exclude(buying_role="")
            .select_related("contact")
            .annotate(spoken_at=_last_spoken())[:5]
        ),
        "goals": list(account.goals.filter(status=Goal.Status.OPEN).order_by(F("due_on").asc(nulls_last=True))[:3]),
        "running": measures[:5],
        "today": today,
        "facts": None,
        "details": page.context["facts"],
        "empty": Empty(gettext("No conversations yet"), gettext("Log your first meeting, call or note.")),
    }
    if page.sees_money:
        row = account_analysis(account, user)
        numbers = account_numbers(account, row, measures, today)
        plain = plain_numbers(user, account.currency, today, account)
        is_known = not any(number.missing for number in numbers)
        context |= {
            "numbers": beside_plain(numbers, plain),
            "money": [Fact(each.label, each.value, tone=each.tone) for each in plain] if is_known else [],
            **_why(account, row),
            "open_opportunities": list(open_opportunities(user).filter(account=account)[:5]),
            "renewals": list(renewals_due(user, today, 180).filter(account=account)[:3]),
            "soon": today + timedelta(days=45),
        }
    return render(request, "accounts/overview.html", context)


def _last_spoken() -> Subquery:
    """When somebody was last spoken to, of a place in the account."""
    talks = Interaction.objects.filter(contacts=OuterRef("contact"), account=OuterRef("account")).order_by("-at")
    return Subquery(talks.values("at")[:1])


def _why(account: Account, row: ClientFigure | None) -> dict[str, Any]:
    """What makes the health, in short."""
    if row is None or not row.contributions:
        return {}
    before = figure_before(row, WEEK)
    since = None if before is None else before.analysis.as_of
    return {"why": why(row), "drivers": drivers(account, row, before, most=1), "since": since}


@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The companies of the account's group with their numbers, each with those of all below it."""
    page = account_page(request, pk, "account-group")
    members = group_of(page.account, request.user, timezone.localdate())
    context = {"group": members, "currency": Firm.current().currency}
    return render(request, "accounts/group.html", page.context | context)


@require_safe
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-contacts")
    rows = Affiliation.objects.visible_to(request.user).filter(account=page.account).select_related("contact")
    places = list(rows.prefetch_related("contact__emails", "contact__phones").order_by("until", "contact__name"))
    for place in places:
        place.reached = detail_links(place.contact)
    members = page.account.members.select_related("user")
    return render(
        request,
        "accounts/contacts.html",
        page.context
        | {
            "affiliations": places,
            "members": list(members),
            "client_links": list(
                ClientLink.objects.visible_to(request.user)
                .filter(account=page.account, revoked_at=None, expires_on__gte=timezone.localdate())
                .select_related("contact")
            ),
            "empty": Empty(gettext("No contacts yet"), gettext("Add the people you work with at this account.")),
        },
    )


@require_safe
def timeline_tab(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-timeline")
    form = TimelineFilterForm(request.GET or None, account=page.account)
    wanted = TimelineFilter(**form.cleaned_data) if form.is_valid() else TimelineFilter()
    limit = _entries_shown(request)
    entries = timeline(page.account, request.user, wanted, limit=limit + 1, money=page.sees_money)
    empty = Empty(
        gettext("No activity yet") if wanted == TimelineFilter() else gettext("No matching entries"),
        gettext("Log a meeting, call, email or note."),
    )
    context = {
        "entries": entries[:limit], "filter_form": form, "empty": empty,
        "talk": talk_about(page.account, request.user, limit=0),
        "further": limit + TIMELINE_STEP if len(entries) > limit else None, "facts": None,
    }  # fmt: skip
    return render(request, "accounts/timeline.html", page.context | context)


@require_http_methods(["POST", "DELETE"])
def next_step_done(request: HttpRequest, pk: int) -> HttpResponse:
    """POST ticks a next step off; DELETE opens it again."""
    interaction = fetch(Interaction, request.user, "account", pk=pk)
    at = timezone.now() if request.method == "POST" else None
    complete_next_step(interaction=interaction, by=request.user, at=at)
    messages.success(request, gettext("Next step completed.") if at else gettext("Next step reopened."))
    return go(request, reverse("account", args=[interaction.account_id]))
