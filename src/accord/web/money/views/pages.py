"""What is owed, exchange rates, and logging time."""

from __future__ import annotations

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
from accord.money.queries import overdue_invoices, with_outstanding
from accord.money.queries_receivables import is_open, sees_invoices
from accord.people.models import Firm
from accord.rates.models import ExchangeRate
from accord.web.money.forms import ExchangeRateForm
from accord.web.money.forms_time import TimeForm
from accord.web.money.views.timesheets import day_of
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
    open_rows = with_outstanding(Invoice.objects.visible_to(user)).filter(is_open(), account__archived_at=None)
    open_sums = open_rows.order_by().values("currency").annotate(total=Sum("outstanding"))
    context = {
        "sees_invoices": sees_invoices(user),
        "overdue": list(overdue_invoices(user, today)[:12]),
        "open_sums": [money(row["total"], row["currency"]) for row in open_sums],
        "crumbs": [Crumb(gettext("Money"))],
    }
    return render(request, "money/overview.html", context)


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
        return TimeEntry(day=day_of(self.request.GET.get("day")))


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
