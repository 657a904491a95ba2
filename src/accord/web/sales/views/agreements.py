"""One agreement and what it has been used for, its renewal, and the renewals ahead across clients."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.accounts.models import Account, CustomField
from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.money import Money
from accord.core.search.queries import search
from accord.engines.customers.retainer import Month
from accord.money.models import Invoice
from accord.money.queries_agreements import AgreementUse, use_of
from accord.people.models import Firm, Role
from accord.projects.models import Project
from accord.rates.queries import sum_in
from accord.sales.models import Agreement
from accord.sales.models.agreement import AHEAD, RENEWED, RENEWS_BY_NATURE
from accord.web.accounts.page import account_crumbs, account_link, audit_link
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.sales import forms
from accord.web.sales import forms as forms_commerce
from accord.web.sales.views.opportunities import check_managing
from accord.web.shell.custom_fields import custom_facts, with_field_rows
from accord.web.shell.list_groups import by_choice, by_record
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Action, Badge, Empty, Fact
from accord.web.shell.record_page import Mark, Panel, RecordPage, comments, files, history, text_panel
from accord.web.shell.templatetags.shell import day, money, number
from accord.web.shell.views.forms import CreatePage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, amount_cell, date_cell, owner_cell

Kind, Status = Agreement.Kind, Agreement.Status
URGENT = timedelta(days=30)  # from when on somebody must act
NEARLY = Decimal("0.8")  # the share of a cap from which one should speak with the client
RENEWAL_TONES = {
    Agreement.RenewalStatus.UNKNOWN: "unknown",
    Agreement.RenewalStatus.SURE: "good",
    Agreement.RenewalStatus.LIKELY: "info",
    Agreement.RenewalStatus.AT_RISK: "warn",
    Agreement.RenewalStatus.LOST: "bad",
}


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement: its terms, what was worked and invoiced under it, hours left, and its renewal."""
    rows = with_field_rows(Agreement)
    row = fetch(Agreement, request.user, "account__owner", "owner", "predecessor", rows=rows, pk=pk)
    today, may_change = timezone.localdate(), can(request.user, Permission.CHANGE, row)
    use = use_of(row, request.user, today)
    successor = row.renewals.order_by("-pk").first()
    actions = []
    if may_change:
        actions.append(Action.edit(reverse("agreement-edit", args=[pk])))
        if successor is None and row.is_renewable(today):
            url = reverse("agreement-renewal", args=[pk])
            actions.append(Action("Renew", url, icon="refresh", drawer=True, primary=True))
    under = Project.objects.filter(agreement__in=use.agreements)
    invoiced = Invoice.objects.visible_to(request.user).filter(
        project__agreement__in=use.agreements, issued_on__range=use.span
    )
    invoices = list(invoiced[:12])
    in_force = row.in_force(today)
    months = [_month(month, today) for month in reversed(use.months)]
    usage: dict[str, Any] = {"use": use, "used": _used(row, use), "share": _share(row, use), "is_used": under.exists()}
    return RecordPage(
        record=row,
        title=row.title,
        of=account_link(row.account),
        subtitle=row.service,
        above=account_crumbs(row.account, "Agreements", "account-agreements"),
        mark=Mark(row.account.name, icon="contract"),
        badges=[
            Badge(row.get_kind_display()),
            Badge(
                "Active" if in_force else row.get_status_display(),
                "good" if in_force else "info" if row.status == Status.DRAFT else "neutral",
            ),
        ],
        facts=_facts(row),
        actions=actions,
        may_change=may_change,
        panels=[
            _panel("Usage", "use", **usage),
            *([_panel("Hours by month", "hours", row=row, months=months)] if months else []),
            text_panel("Terms", row.terms, missing="No terms recorded."),
            comments(),
            files(),
            history("Activity", link=audit_link(row)),
            _panel("Renewal", "renewal", side=True, row=row, successor=successor),
            _panel("Projects", "under", side=True, projects=under.visible_to(request.user).order_by("-status", "name")),
            *([_panel("Invoices", "invoices", side=True, invoices=invoices)] if invoices else []),
        ],
    ).response(request)


def _panel(title: str, name: str, *, side: bool = False, **values: Any) -> Panel:
    return Panel(title, f"sales/parts/agreement.html#{name}", values, id=name, side=side)


def _facts(row: Agreement) -> list[Fact]:
    by_kind: list[Fact] = []
    if row.kind == Kind.CAPPED:
        by_kind.append(Fact("Cap", money(row.cap, row.currency)))
    if row.kind == Kind.RETAINER:
        hours = f"{number(row.hours)} a month" if row.hours is not None else None
        lapse = "expire at month end"
        if row.rollover_months:
            lapse = f"roll over for {row.rollover_months} month{'s' if row.rollover_months > 1 else ''}"
        by_kind += [
            Fact("Hours a month", hours, missing="Not set"),
            Fact("Unused hours", lapse),
        ]
    month = " a month" if row.kind == Kind.RETAINER else ""
    worth = f"{money(row.value, row.currency)}{month}" if row.value is not None else None
    return [
        Fact("Value", worth, missing="Not set"),
        *by_kind,
        Fact("Signed", day(row.signed_on) if row.signed_on else None, missing="Not yet"),
        Fact("Starts", day(row.starts_on)),
        Fact(
            "Ends",
            f"{day(row.ends_on)}{', renews automatically' if row.renews_automatically else ''}"
            if row.ends_on
            else "Open-ended",
        ),
        Fact("Notice deadline", day(row.notice_on) if row.notice_on else None, missing="No date"),
        Fact("Owner", row.owner or row.account.owner, missing="Unassigned"),
        *custom_facts(row),
    ]


def _used(row: Agreement, use: AgreementUse) -> list[Fact]:
    """The sums that matter for its kind."""
    found = [
        Fact("Billable hours", _hours(use.minutes)),
        Fact("Billable value", money(use.worked, row.currency)),
        Fact("Invoiced", money(use.invoiced, row.currency)),
    ]
    if row.kind in (Kind.TIME_AND_MATERIAL, Kind.CAPPED):
        found.append(Fact("Unbilled", money(max(use.to_invoice, Decimal(0)), row.currency)))
    elif row.value is not None and row.kind != Kind.RETAINER:
        found.append(Fact("Remaining to invoice", money(row.value - use.invoiced, row.currency)))
    return found


def _share(row: Agreement, use: AgreementUse) -> dict[str, Any] | None:
    """How much of its limit is used, for the bar: a cap by what was worked, a price by what was invoiced."""
    limit, spent, words = (row.cap, use.worked, "Used of cap")
    if row.kind != Kind.CAPPED:
        limit, spent, words = (row.value, use.invoiced, "Invoiced of value")
    if not limit or row.kind in (Kind.RETAINER, Kind.TIME_AND_MATERIAL):
        return None
    share = spent / limit
    tone = ""
    if row.kind == Kind.CAPPED:
        tone = "bad" if share > 1 else "warn" if share >= NEARLY else ""
    return {"percent": round(share * 100), "tone": tone, "words": words}


def _hours(minutes: Decimal | int) -> str:
    return number(Decimal(minutes) / 60, 1)


def _month(month: Month, today: date) -> dict[str, Any]:
    """A month of a retainer: hours used of those there were, and what became of the rest."""
    words = [
        f"{_hours(value)} {word}"
        for value, word in (
            (month.carried, "carried over"),
            (month.over, "over the allowance"),
            (month.lapsed, "lapsed"),
            (month.left, "left"),
        )
        if value
    ]
    return {
        "span": f"{day(month.starts)} – {day(month.ends)}",
        "runs": month.starts <= today <= month.ends,
        "used": _hours(month.used),
        "available": _hours(month.available),
        "words": " · ".join(words),
        "over": bool(month.over),
    }


class AgreementPages(AccountFormPages):
    route, model, form_class, tab = "agreement", Agreement, forms.AgreementForm, "account-agreements"
    consequence = "Projects under this agreement are kept without one."

    def blank(self) -> Record:
        return Agreement(account=self.account, currency=self.account.currency, starts_on=timezone.localdate())


class AgreementRenewal(CreatePage):
    """The agreement that follows one, filled in with its terms, the next term and the uplift."""

    model, form_class = Agreement, forms.AgreementForm
    submit_label, saved_message = (
        "Renew",
        "Next term created as a draft. The agreement counts as renewed once the draft is signed.",
    )

    def blank(self) -> Record:
        ending = fetch(Agreement, self.request.user, "account", pk=self.kwargs["pk"])
        require(self.request.user, Permission.CHANGE, ending)
        if not ending.is_renewable(timezone.localdate()):
            raise Http404(f"{ending} can't be renewed in its current state.")
        return ending.renewed()

    def title(self, record: Record) -> str:
        return f"Renew {record}"

    def cancel(self, record: Record) -> str:
        return reverse("agreement", args=[self.kwargs["pk"]])


class RenewalList(ListPage):
    title = "Renewals"
    noun = "agreements"
    subtitle = "Agreements with an end date or notice deadline coming up."
    filter_class = forms_commerce.RenewalFilter
    default_sort = "ends_on"
    custom_on = CustomField.On.AGREEMENT
    edit_page = AgreementPages.Edit
    editors = (Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
    group_by = (
        by_choice("renewal_status", "Renewal status", Agreement.RenewalStatus.choices),
        by_choice("kind", "Type", Agreement.Kind.choices),
        by_record("owner", "Owner", none="Account manager"),
        by_record("account", "Account"),
    )
    columns = [
        Column("Agreement", "title", second="Account and type"),
        Column("Ends", "ends_on", second="Notice", edit="ends_on"),
        Column("Term value, net", money=True),
        Column("Renewal status", "renewal_status", edit="renewal_status"),
        Column("Forecast", money=True),
        Column("Owner", "owner__name", edit="owner"),
    ]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        check_managing(request)
        return super().get(request, **kwargs)

    def rows_of(self, user: Any) -> QuerySet[Agreement]:
        self.today = timezone.localdate()
        rows = Agreement.objects.visible_to(user).filter(
            RENEWS_BY_NATURE, status=Agreement.Status.SIGNED, account__archived_at=None
        )
        rows = rows.exclude(RENEWED)
        asked = self.request.GET.get("within", "")
        last = self.today + (timedelta(days=int(asked)) if asked in ("30", "60", "365") else AHEAD)
        soon = Q(ends_on__range=(self.today, last)) | Q(notice_on__range=(self.today, last))
        return rows.filter(soon).select_related("account__owner", "owner")

    def filtered(self, rows: QuerySet[Agreement], values: dict[str, Any]) -> QuerySet[Agreement]:
        if q := values.get("q"):
            rows = rows.filter(search(Agreement, q) | search(Account, q, "account"))
        if values.get("owner") == "me":
            rows = rows.filter(Q(owner=self.request.user) | Q(owner=None, account__owner=self.request.user))
        return rows

    def row(self, record: Agreement) -> Row:
        uplift = f", {record.uplift_percent.normalize():+f}% uplift" if record.uplift_percent else ""
        ends = ["renews automatically"] if record.renews_automatically else []
        if record.notice_on is not None:
            ends.insert(0, f"notice by {day(record.notice_on)}")
        urgent = record.decides_on is not None and record.decides_on <= self.today + URGENT
        return Row(
            record.pk,
            "",
            [
                Cell(
                    record.title, url=reverse("agreement", args=[record.pk]),
                    sub=f"{record.account} · {record.get_kind_display()}",
                ),
                date_cell(record.ends_on, sub=", ".join(ends), tone="bad" if urgent else ""),
                amount_cell(
                    record.term_value, record.currency,
                    sub=f"{money(record.value, record.currency)} a month"
                    if record.kind == Agreement.Kind.RETAINER and record.value is not None else "",
                ),
                Cell(
                    record.get_renewal_status_display() or "Not assessed", badge=True,
                    tone=RENEWAL_TONES[Agreement.RenewalStatus(record.renewal_status)],
                ),
                amount_cell(record.renewal_forecast, record.currency, sub=f"{record.renewal_chance}%{uplift}"),
                owner_cell(record.owner or record.account.owner),
            ],
        )  # fmt: skip

    def empty(self) -> Empty:
        return Empty(
            "No upcoming renewals",
            "Agreements appear here 120 days before they end or their notice deadline.",
            icon="contract",
        )

    def extra(self) -> dict[str, Any]:
        return {
            "numbers": self._totals(),
        }

    def _totals(self) -> list[Number]:
        """Term values and forecasts of all rows that the filters leave, in the firm's currency."""
        rows = list(self.found)
        known = [row for row in rows if row.term_value is not None]
        currency = Firm.current().currency
        found = []
        for label, name in (("Term value, net", "term_value"), ("Renewal forecast, net", "renewal_forecast")):
            amounts = ((Money(getattr(row, name), row.currency), self.today) for row in known)
            sums = sum_in(currency, amounts)
            left_out = "".join(f", without {money(m)}" for m in sums.unconverted.values())
            caption = f"{len(known)} of {len(rows)} agreements have a value{left_out}"
            found.append(Number(label, money(sums.total), caption))
        return found
