"""Hourly rates: the list with its history, which one applies, repricing hours."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, can, may_create, require, require_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.reprice_time import Repriced, Repricing, reprice_time, repricing
from accord.money.models import RateCard, TimeEntry
from accord.money.models.rate_card import PRECEDENCE
from accord.money.queries_rates import (
    RateAnswer,
    Work,
    current_rates,
    matching_rates,
    which_rates,
    work_of,
    work_of_entry,
    work_of_resource,
)
from accord.people.models import Firm, Person
from accord.projects.models import Assignment, Project
from accord.web.money.forms_rates import PeriodForm, RateFilter, RateForm, WorkForm, this_month
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import day, hours, money
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import go
from accord.web.shell.views.lists import Cell, ListPage, Row, date_cell

SHOWN = 100  # entries of a preview
NAMES = {
    "project": gettext_lazy("project"),
    "agreement": gettext_lazy("agreement"),
    "account": gettext_lazy("account"),
    "work_type": gettext_lazy("type of work"),
    "person": gettext_lazy("person"),
    "job_role": gettext_lazy("job role"),
}


def precedence() -> str:
    """The order in which rates win, in words."""
    return ", ".join(str(NAMES[name]) for name in PRECEDENCE)


class RateList(ListPage):
    title = gettext_lazy("Rates")
    under = (gettext_lazy("Money"), "money")
    noun = "rates"
    default_sort = "-starts_on"
    filter_class = RateFilter
    columns = [
        Column(gettext_lazy("Scope")),
        Column(gettext_lazy("Type"), "side"),
        Column(gettext_lazy("Rate"), "amount", money=True),
        Column(gettext_lazy("Valid from"), "starts_on"),
        Column(gettext_lazy("Status")),
        Column(gettext_lazy("Note"), hide_small=True),
    ]

    @property
    def subtitle(self) -> str:  # type: ignore[override]
        text = gettext("The most specific rate wins, in this order: %(order)s, firm. Logged time keeps its rates.")
        return text % {"order": precedence()}

    def rows_of(self, user: Any) -> QuerySet[RateCard]:
        return RateCard.objects.visible_to(user).select_related(*PRECEDENCE)

    def filtered(self, rows: QuerySet[RateCard], values: dict[str, Any]) -> QuerySet[RateCard]:
        return matching_rates(rows, values, timezone.localdate())

    def prepare(self, records: list[Any]) -> None:
        self.in_force = set(current_rates(timezone.localdate()))

    def row(self, record: Any) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        edit = reverse("rate-edit", args=[record.pk]) if may_change else ""
        amount = None if record.amount is None else money(record.amount, record.currency)
        named = [str(NAMES[name]) for name in record.shape]
        return Row(
            record.pk,
            "",
            [
                Cell(record.scope_text, url=edit, drawer=bool(edit), sub=", ".join(named)),
                Cell(record.get_side_display()),
                Cell(amount, numeric=True),
                date_cell(record.starts_on),
                self._status(record),
                Cell(record.note or None),
            ],
        )

    def _status(self, record: RateCard) -> Cell:
        if record.amount is None:
            return Cell(gettext("Ends the rate"), badge=True, tone="neutral")
        if record.starts_on > timezone.localdate():
            return Cell(gettext("Planned"), badge=True, tone="info")
        if record.pk in self.in_force:
            return Cell(gettext("In force"), badge=True, tone="good")
        return Cell(gettext("Replaced"), badge=True, tone="neutral")

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, RateCard):
            return []
        return [
            Action(gettext("Find rate"), reverse("rate-answer"), icon="search"),
            Action(gettext("Reprice time"), reverse("repricing"), icon="refresh"),
            Action.new(gettext("New rate"), reverse("rate-new")),
        ]

    def empty(self) -> Empty:
        text = gettext("Start with a rate for the firm, then add job roles, people and clients that differ.")
        return Empty(gettext("No rates yet"), text, icon="coins", action=self.main_action)


class RatePages(FormPages):
    route, model, form_class, back, related = "rate", RateCard, RateForm, "rates", PRECEDENCE
    consequence = gettext_lazy("Logged time keeps its rates. Future time uses the rate before, or a less specific one.")

    def blank(self) -> Record:
        """``?person=1``, ``?account=1`` or ``?project=1`` say what the rate is for."""
        named: dict[str, Any] = {}
        for name, model in (("person", Person), ("account", Account), ("project", Project)):
            key = self.request.GET.get(name, "")
            if key.isdecimal() and len(key) < 19:
                named[name] = fetch(model, self.request.user, pk=int(key))
        place = named.get("project") or named.get("account")
        currency = getattr(place, "currency", "") or Firm.current().currency
        return RateCard(starts_on=timezone.localdate(), currency=currency, **named)

    def above(self, record: Any) -> str:
        return reverse("rates")


@require_safe
def rate_answer(request: HttpRequest) -> HttpResponse:
    """Which rates apply to an entry, an assignment, or any hour that one asks for; and what they beat."""
    user: Any = request.user
    require_create(user, RateCard)
    form = WorkForm(request.GET or None, user=user)
    asked = _named_work(request)
    if asked is None and form.is_valid():
        values = form.cleaned_data
        work_type = values["work_type"].pk if values["work_type"] else None
        role = values["job_role"].pk if values["job_role"] else None
        work = work_of(values["project"], values["person"], role, work_type)
        asked = work, values["day"] or timezone.localdate(), None
    context = {
        "form": form,
        "precedence": precedence(),
        "crumbs": [Crumb(gettext("Money"), reverse("money")), Crumb(gettext("Rates"), reverse("rates")),
                   Crumb(gettext("Find rate"))],
    }  # fmt: skip
    if asked is not None:
        work, on, entry = asked
        context |= {"answers": [_answer(each) for each in which_rates(work, on, user)], "day": on,
                    "entry": entry, "entry_facts": _copied(entry)}  # fmt: skip
    return render(request, "money/rate_answer.html", context)


def _named_work(request: HttpRequest) -> tuple[Work, Any, TimeEntry | None] | None:
    """The work of ``?entry=1`` or ``?assignment=1``, and its day."""
    for name in ("entry", "assignment"):
        key = request.GET.get(name, "")
        if not key.isdecimal() or len(key) > 18:
            continue
        if name == "entry":
            entry = fetch(TimeEntry, request.user, "project", "person", pk=int(key))
            return work_of_entry(entry), entry.day, entry
        row = fetch(Assignment, request.user, "resource__project", "resource__person", "task", pk=int(key))
        begins = row.task.start.date() if row.task.start else timezone.localdate()
        return (work_of_resource(row.resource) if row.resource else Work()), begins, None
    return None


def _answer(answer: RateAnswer) -> dict[str, Any]:
    return {"label": RateCard.Side(answer.side).label, "card": answer.card, "beaten": answer.beaten}


def _copied(entry: TimeEntry | None) -> list[Fact]:
    """The rates that an entry was logged with."""
    if entry is None:
        return []
    return [
        Fact(gettext("Cost rate"), money(entry.cost_rate, entry.currency)),
        Fact(gettext("Billing rate"), money(entry.bill_rate, entry.currency)),
    ]


@require_http_methods(["GET", "POST"])
def repricing_page(request: HttpRequest) -> HttpResponse:
    """What today's rates change in the open hours of a period, and then the change itself."""
    user: Any = request.user
    require(user, Permission.CHANGE, RateCard())
    form = PeriodForm(request.POST or request.GET or this_month())
    found = None
    if form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        if request.method == "POST":
            count = len(reprice_time(first=first, last=last, by=user).changed)
            text = ngettext("1 entry repriced.", "%(count)s entries repriced.", count) % {"count": count}
            messages.success(request, text)
            return go(request, reverse("rates"))
        found = repricing(first=first, last=last, by=user)
    context = {
        "form": form,
        "found": found,
        "crumbs": [Crumb(gettext("Money"), reverse("money")), Crumb(gettext("Rates"), reverse("rates")),
                   Crumb(gettext("Reprice time"))],
        "empty": Empty(gettext("Nothing to reprice"), gettext("All open entries of the period have today's rates.")),
    }  # fmt: skip
    if found is not None:
        context |= _preview(found)
    return render(request, "money/repricing.html", context, status=422 if request.method == "POST" else 200)


def _preview(found: Repricing) -> dict[str, Any]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in found.changed:
        sums[each.entry.currency][0] += each.cost_difference
        sums[each.entry.currency][1] += each.bill_difference
    facts = [
        Fact(gettext("Changed"), str(len(found.changed))),
        Fact(gettext("Unchanged"), str(found.unchanged)),
        Fact(gettext("Locked, not changed"), str(found.locked)),
    ]
    if found.without_exchange_rate:
        facts.append(Fact(gettext("No exchange rate"), str(found.without_exchange_rate), tone="bad"))
    for currency, (cost, bill) in sorted(sums.items()):
        facts.append(Fact(gettext("Cost, difference in %(currency)s") % {"currency": currency}, money(cost, currency)))
        label = gettext("Billable value, difference in %(currency)s") % {"currency": currency}
        facts.append(Fact(label, money(bill, currency)))
    columns = [
        Column(gettext("Date")),
        Column(gettext("Person")),
        Column(gettext("Project")),
        Column(gettext("Hours"), numeric=True),
        Column(gettext("Cost rate"), numeric=True),
        Column(gettext("Billing rate"), numeric=True),
    ]
    rows = [_preview_row(each) for each in found.changed[:SHOWN]]
    more = max(0, len(found.changed) - SHOWN)
    return {"facts": facts, "columns": columns, "rows": rows, "more": more}


def _preview_row(each: Repriced) -> Row:
    entry = each.entry
    return Row(
        entry.pk,
        "",
        [
            Cell(day(entry.day), url=rate_of_entry(entry.pk)),
            Cell(entry.person),
            Cell(entry.project or None),
            Cell(hours(entry.minutes), numeric=True),
            _from_to(entry.cost_rate, each.cost_rate, entry.currency),
            _from_to(entry.bill_rate, each.bill_rate, entry.currency),
        ],
    )


def rate_of_entry(entry: int) -> str:
    """Where it is said which rates apply to a time entry."""
    return f"{reverse('rate-answer')}?entry={entry}"


def _from_to(old: Decimal, new: Decimal, currency: str) -> Cell:
    if old == new:
        return Cell(money(new, currency), numeric=True)
    was = gettext("was %(amount)s") % {"amount": money(old, currency)}
    return Cell(money(new, currency), sub=was, numeric=True)
