"""The tabs of an account's page that sales has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.insight.explore.next_services import suggested
from accord.sales.models import Agreement, Opportunity
from accord.web.accounts.page import account_page, table_tab
from accord.web.shell.navigation import MANAGING
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import day, money, percent
from accord.web.shell.views.lists import Cell, Row

STAGE_TONES: dict[str, str] = {
    Opportunity.Stage.WON: "good",
    Opportunity.Stage.LOST: "neutral",
    Opportunity.Stage.NEGOTIATION: "accent",
}


@require_safe
def agreements(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-agreements")
    require(request.user, Permission.VIEW_MONEY, page.account)
    today = timezone.localdate()
    rows = []
    for a in Agreement.objects.visible_to(request.user).filter(account=page.account):
        tone = "good" if a.in_force(today) else "neutral"
        label = gettext("Active") if a.in_force(today) else a.get_status_display()
        rows.append(
            Row(
                a.pk,
                "",
                [
                    Cell(a.title, url=reverse("agreement", args=[a.pk]), sub=a.get_kind_display()),
                    Cell(label, badge=True, tone=tone),
                    Cell(
                        money(a.value, a.currency),
                        numeric=True,
                        sub=gettext("a month") if a.kind == Agreement.Kind.RETAINER else "",
                    ),
                    Cell(day(a.starts_on)),
                    Cell(
                        day(a.ends_on) if a.ends_on else "Open-ended",
                        sub=gettext("renews automatically") if a.renews_automatically else "",
                    ),
                    Cell(day(a.notice_on) if a.notice_on else None),
                ],
            )
        )
    return table_tab(
        request,
        page.context,
        title=gettext("Agreements"),
        columns=[
            gettext("Agreement"),
            gettext("Status"),
            gettext("Value"),
            gettext("Starts"),
            gettext("Ends"),
            gettext("Notice deadline"),
        ],
        numeric={gettext("Value")},
        rows=rows,
        new=("agreement-new", gettext("New agreement")) if page.may_change else None,
        empty=Empty(
            gettext("No agreements yet"),
            gettext("Add contracts, retainers and subscriptions to track their value, end dates and notice deadlines."),
        ),
    )


@require_safe
def opportunities(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-opportunities")
    user: Any = request.user
    require(user, Permission.VIEW_MONEY, page.account)
    rows = [
        Row(
            o.pk,
            "",
            [
                Cell(o.name, url=reverse("opportunity", args=[o.pk]), sub=o.service),
                Cell(o.stage_name, badge=True, tone=STAGE_TONES.get(o.stage, "info")),
                Cell(money(o.amount, o.currency), numeric=True),
                Cell(None if o.weighted is None else f"{o.chance}%", numeric=True),
                Cell(None if o.weighted is None else money(o.weighted, o.currency), numeric=True),
                Cell(
                    day(o.closed_on or o.expected_on),
                    sub="closed" if o.closed_on else "expected" if o.expected_on else "",
                ),
            ],
        )
        for o in Opportunity.objects.visible_to(user).filter(account=page.account).order_by("closed_on", "expected_on")
    ]
    return table_tab(
        request,
        page.context | {"next_services": _next_services(page.account, user), "sees_reports": user.has_role(*MANAGING)},
        template="sales/account_opportunities.html",
        title=gettext("Opportunities"),
        columns=[
            gettext("Opportunity"),
            gettext("Stage"),
            gettext("Amount, net"),
            gettext("Probability"),
            gettext("Weighted"),
            gettext("Close date"),
        ],
        numeric={gettext("Amount, net"), gettext("Probability"), gettext("Weighted")},
        rows=rows,
        new=("opportunity-new", gettext("New opportunity")) if page.may_change else None,
        empty=Empty(gettext("No opportunities yet"), gettext("Add what this client may buy next.")),
    )


def _next_services(account: Account, user: Any) -> list[tuple[str, str]]:
    """What clients like this one bought next, each with the count behind it."""
    text = gettext(
        "%(bought)s of %(buyers)s clients who bought %(first)s bought it within %(months)s months: %(share)s, "
        "80%% likely %(low)s to %(high)s. After other services: %(base)s."
    )
    return [
        (
            each.then,
            text
            % {
                "bought": each.bought,
                "buyers": each.buyers,
                "first": each.first,
                "months": each.months,
                "share": percent(each.share, 0),
                "low": percent(each.low, 0),
                "high": percent(each.high, 0),
                "base": percent(each.base, 0),
            },
        )
        for each in suggested(account, user)
    ]
