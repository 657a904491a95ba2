"""One agreement and what it has been used for, its renewal, and the renewals ahead across clients."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account, CustomField
from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.money import Money
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.engines.customers.retainer import Month
from accord.money.models import Invoice
from accord.money.queries_agreements import AgreementUse, use_of
from accord.people.models import Firm, Role
from accord.projects.models import Project
from accord.rates.queries import sum_in
from accord.sales.models import Agreement
from accord.sales.models.agreement import AHEAD, RENEWS_BY_NATURE
from accord.sales.queries import without_renewed
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
            actions.append(Action(gettext("Renew"), url, icon="refresh", drawer=True, primary=True))
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
        above=account_crumbs(row.account, gettext("Agreements"), "account-agreements"),
        mark=Mark(row.account.name, icon="contract"),
        badges=[
            Badge(row.get_kind_display()),
            Badge(
                gettext("Active") if in_force else row.get_status_display(),
                "good" if in_force else "info" if row.status == Status.DRAFT else "neutral",
            ),
        ],
        facts=_facts(row),
        actions=actions,
        may_change=may_change,
        panels=[
            _panel(gettext("Usage"), "use", **usage),
            *([_panel(gettext("Hours by month"), "hours", row=row, months=months)] if months else []),
            text_panel(gettext("Terms"), row.terms, missing=gettext("No terms recorded.")),
            comments(),
            files(),
            history(gettext("Activity"), link=audit_link(row)),
            _panel(gettext("Renewal"), "renewal", side=True, row=row, successor=successor),
            _panel(
                gettext("Projects"),
                "under",
                side=True,
                projects=under.visible_to(request.user).order_by("-status", "name"),
            ),
            *([_panel(gettext("Invoices"), "invoices", side=True, invoices=invoices)] if invoices else []),
        ],
    ).response(request)


def _panel(title: str, name: str, *, side: bool = False, **values: Any) -> Panel:
    return Panel(title, f"sales/parts/agreement.html#{name}", values, id=name, side=side)


def _facts(row: Agreement) -> list[Fact]:
    by_kind: list[Fact] = []
    if row.kind == Kind.CAPPED:
        by_kind.append(Fact(gettext("Cap"), money(row.cap, row.currency)))
    if row.kind == Kind.RETAINER:
        hours = gettext("%(hours)s a month") % {"hours": number(row.hours)} if row.hours is not None else None
        lapse = gettext("expire at month end")
        if row.rollover_months:
            lapse = ngettext(
                "roll over for %(rollover_months)s month",
                "roll over for %(rollover_months)s months",
                row.rollover_months,
            ) % {"rollover_months": row.rollover_months}
        by_kind += [
            Fact(gettext("Hours a month"), hours, missing=gettext("Not set")),
            Fact(gettext("Unused hours"), lapse),
        ]
    worth = money(row.value, row.currency) if row.value is not None else None
    if worth and row.kind == Kind.RETAINER:
        worth = gettext("%(amount)s a month") % {"amount": worth}
    ends = day(row.ends_on) if row.ends_on else gettext("Open-ended")
    if row.ends_on and row.renews_automatically:
        ends = gettext("%(date)s, renews automatically") % {"date": ends}
    return [
        Fact(gettext("Value"), worth, missing=gettext("Not set")),
        *by_kind,
        Fact(gettext("Signed"), day(row.signed_on) if row.signed_on else None, missing=gettext("Not yet")),
        Fact(gettext("Starts"), day(row.starts_on)),
        Fact(gettext("Ends"), ends),
        Fact(gettext("Notice deadline"), day(row.notice_on) if row.notice_on else None, missing=gettext("No date")),
        Fact(gettext("Owner"), row.owner or row.account.owner, missing=gettext("Unassigned")),
        *custom_facts(row),
    ]


def _used(row: Agreement, use: AgreementUse) -> list[Fact]:
    """The sums that matter for its kind."""
    found = [
        Fact(gettext("Billable hours"), _hours(use.minutes)),
        Fact(gettext("Billable value"), money(use.worked, row.currency)),
        Fact(gettext("Invoiced"), money(use.invoiced, row.currency)),
    ]
    if row.kind in (Kind.TIME_AND_MATERIAL, Kind.CAPPED):
        found.append(Fact(gettext("Unbilled"), money(max(use.to_invoice, Decimal(0)), row.currency)))
    elif row.value is not None and row.kind != Kind.RETAINER:
        found.append(Fact(gettext("Remaining to invoice"), money(row.value - use.invoiced, row.currency)))
    return found


def _share(row: Agreement, use: AgreementUse) -> dict[str, Any] | None:
    """How much of its limit is used, for the bar: a cap by what was worked, a price by what was invoiced."""
    limit, spent, words = (row.cap, use.worked, gettext("Used of cap"))
    if row.kind != Kind.CAPPED:
        limit, spent, words = (row.value, use.invoiced, gettext("Invoiced of value"))
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
            (month.carried, gettext("carried over")),
            (month.over, gettext("over the allowance")),
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
    consequence = gettext_lazy("Projects under this agreement are kept without one.")

    def blank(self) -> Record:
        return Agreement(account=self.account, currency=self.account.currency, starts_on=timezone.localdate())


class AgreementRenewal(CreatePage):
    """The agreement that follows one, filled in with its terms, the next term and the uplift."""

    model, form_class = Agreement, forms.AgreementForm
    submit_label, saved_message = (
        gettext_lazy("Renew"),
        gettext_lazy("Next term created as a draft. The agreement counts as renewed once the draft is signed."),
    )

    def blank(self) -> Record:
        ending = fetch(Agreement, self.request.user, "account", pk=self.kwargs["pk"])
        require(self.request.user, Permission.CHANGE, ending)
        if not ending.is_renewable(timezone.localdate()):
            raise Http404(gettext("%(ending)s can't be renewed in its current state.") % {"ending": ending})
        return ending.renewed()

    def title(self, record: Record) -> str:
        return gettext("Renew %(record)s") % {"record": record}

    def cancel(self, record: Record) -> str:
        return reverse("agreement", args=[self.kwargs["pk"]])


class RenewalList(ListPage):
    title = gettext_lazy("Renewals")
    noun = "agreements"
    subtitle = gettext_lazy("Agreements with an end date or notice deadline coming up.")
    filter_class = forms_commerce.RenewalFilter
    default_sort = "ends_on"
    custom_on = CustomField.On.AGREEMENT
    edit_page = AgreementPages.Edit
    editors = (Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
    group_by = (
        by_choice("renewal_status", gettext_lazy("Renewal status"), Agreement.RenewalStatus.choices),
        by_choice("kind", gettext_lazy("Type"), Agreement.Kind.choices),
        by_record("owner", gettext_lazy("Owner"), none=gettext_lazy("Account manager")),
        by_record("account", gettext_lazy("Account")),
    )
    columns = [
        Column(gettext_lazy("Agreement"), "title", second=gettext_lazy("Account and type")),
        Column(gettext_lazy("Ends"), "ends_on", second=gettext_lazy("Notice"), edit="ends_on"),
        Column(gettext_lazy("Term value, net"), money=True),
        Column(gettext_lazy("Renewal status"), "renewal_status", edit="renewal_status"),
        Column(gettext_lazy("Forecast"), money=True),
        Column(gettext_lazy("Owner"), "owner__name", edit="owner"),
    ]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        check_managing(request)
        return super().get(request, **kwargs)

    def rows_of(self, user: Any) -> QuerySet[Agreement]:
        self.today = timezone.localdate()
        signed = Agreement.objects.visible_to(user).filter(
            RENEWS_BY_NATURE, status=Agreement.Status.SIGNED, account__archived_at=None
        )
        rows = without_renewed(signed)
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
        renewal = f"{record.renewal_chance}%"
        if record.uplift_percent:
            renewal = gettext("%(chance)s, %(uplift)s%% uplift") % {
                "chance": renewal,
                "uplift": f"{record.uplift_percent.normalize():+f}",
            }
        ends = [gettext("renews automatically")] if record.renews_automatically else []
        if record.notice_on is not None:
            ends.insert(0, gettext("notice by %(notice_on)s") % {"notice_on": day(record.notice_on)})
        urgent = record.decides_on is not None and record.decides_on <= self.today + URGENT
        return Row(
            record.pk,
            "",
            [
                Cell(
                    record.title,
                    url=reverse("agreement", args=[record.pk]),
                    sub=f"{record.account} · {record.get_kind_display()}",
                ),
                date_cell(record.ends_on, sub=", ".join(ends), tone="bad" if urgent else ""),
                amount_cell(
                    record.term_value,
                    record.currency,
                    sub=gettext("%(record)s a month") % {"record": money(record.value, record.currency)}
                    if record.kind == Agreement.Kind.RETAINER and record.value is not None
                    else "",
                ),
                Cell(
                    record.get_renewal_status_display() or gettext("Not assessed"),
                    badge=True,
                    tone=RENEWAL_TONES[Agreement.RenewalStatus(record.renewal_status)],
                ),
                amount_cell(record.renewal_forecast, record.currency, sub=renewal),
                owner_cell(record.owner or record.account.owner),
            ],
        )

    def empty(self) -> Empty:
        return Empty(
            gettext("No upcoming renewals"),
            gettext("Agreements appear here 120 days before they end or their notice deadline."),
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
        for label, name in (
            (gettext("Term value, net"), "term_value"),
            (gettext("Renewal forecast, net"), "renewal_forecast"),
        ):
            amounts = ((Money(getattr(row, name), row.currency), self.today) for row in known)
            sums = sum_in(currency, amounts)
            caption = ngettext(
                "%(count)s of %(all)s agreement has a value", "%(count)s of %(all)s agreements have a value", len(rows)
            ) % {
                "count": len(known),
                "all": len(rows),
            }
            if sums.unconverted:
                left = ", ".join(money(amount) for amount in sums.unconverted.values())
                caption = gettext("%(caption)s, without %(amounts)s") % {"caption": caption, "amounts": left}
            found.append(Number(label, money(sums.total), caption))
        return found
