"""What is owed, exchange rates, and the hours of one's week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import require_create
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.models import Invoice, TimeEntry
from accord.money.queries import overdue_invoices
from accord.money.queries_receivables import sees_invoices
from accord.people.models import Firm, Role
from accord.rates.models import ExchangeRate
from accord.web.money.forms import ExchangeRateForm, TimeForm
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Crumb
from accord.web.shell.templatetags.shell import day, money, number
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage
from accord.web.shell.views.lists import Cell, Row


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The invoices that wait for payment."""
    user: Any = request.user
    today = timezone.localdate()
    open_sums = (
        Invoice.objects.visible_to(user)
        .filter(status=Invoice.Status.SENT, account__archived_at=None)
        .order_by()
        .values("currency")
        .annotate(total=Sum("total"))
    )
    context = {
        "sees_invoices": sees_invoices(user),
        "overdue": list(overdue_invoices(user, today)[:12]),
        "open_sums": [money(row["total"], row["currency"]) for row in open_sums],
        "crumbs": [Crumb(gettext("Money"))],
    }
    return render(request, "money/overview.html", context)


@require_safe
def time(request: HttpRequest) -> HttpResponse:
    """One's own week of hours."""
    user: Any = request.user
    today = timezone.localdate()
    monday = _monday(request.GET.get("week"), today)
    entries = list(
        TimeEntry.objects.filter(person__user=user, day__gte=monday, day__lt=monday + timedelta(days=7))
        .select_related("project", "task")
        .order_by("day", "pk")
    )
    days = [monday + timedelta(days=n) for n in range(7)]
    context = {
        "days": [
            {
                "day": d,
                "entries": [e for e in entries if e.day == d],
                "minutes": sum(e.minutes for e in entries if e.day == d),
            }
            for d in days
        ],
        "week_minutes": sum(e.minutes for e in entries),
        "monday": monday,
        "previous_week": f"?week={monday - timedelta(days=7)}",
        "next_week": f"?week={monday + timedelta(days=7)}",
        "has_person": hasattr(user, "person"),
        "may_add": user.has_role(Role.ADMINISTRATOR),
        "crumbs": [Crumb(gettext("Time"))],
        "today": today,
    }
    return render(request, "money/time.html", context)


def _monday(text: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


class TimeNew(CreatePage):
    """Book time on any project that one works on."""

    model, form_class = TimeEntry, TimeForm
    submit_label, saved_message, new_title = (
        gettext_lazy("Log time"),
        gettext_lazy("Time logged."),
        gettext_lazy("Log time"),
    )
    back = "time"

    def record(self) -> Record:
        return TimeEntry(day=_day(self.request.GET.get("day")))


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        return timezone.localdate()


@require_safe
def exchange_rates(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    require_create(user, ExchangeRate)
    rates = ExchangeRate.objects.visible_to(user).order_by("-starts_on", "currency")
    page = Paginator(rates, 50).get_page(request.GET.get("page"))
    context = {
        "columns": [Column(gettext("Currency")), Column(gettext("Valid from")), Column(gettext("Rate"), numeric=True)],
        "rows": [_rate_row(rate) for rate in page.object_list],
        "page": page,
        "noun": gettext("exchange rates"),
        "firm": Firm.current(),
        "crumbs": [Crumb(gettext("Money"), reverse("money")), Crumb(gettext("Exchange rates"))],
    }
    return render(request, "money/exchange_rates.html", context)


def _rate_row(rate: ExchangeRate) -> Row:
    edit = reverse("exchange-rate-edit", args=[rate.pk])
    exact = rate.rate.normalize()
    places = max(4, -int(exact.as_tuple().exponent))  # four as rates are quoted, more where it has them
    return Row(
        rate.pk,
        "",
        [
            Cell(rate.currency, url=edit, drawer=True),
            Cell(day(rate.starts_on)),
            Cell(number(exact, places), numeric=True),
        ],
    )


class ExchangeRatePages(FormPages):
    route, model, form_class, back = "exchange-rate", ExchangeRate, ExchangeRateForm, "exchange-rates"
    consequence = gettext_lazy("From the next recalculation, figures use the previous rate.")

    def blank(self) -> Record:
        return ExchangeRate(starts_on=timezone.localdate())
