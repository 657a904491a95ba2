"""Clients' requests: of one client, of all, and what is done with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.accounts.models import CustomField
from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.people.models import Role
from accord.projects.models import RequestWork
from accord.projects.queries_requests import works_of
from accord.support.actions import handle_request as handle
from accord.support.actions.move_request import move_request, needs_resolution
from accord.support.models import InternalRequest, Request, Severity
from accord.support.queries import levels_of, service_record
from accord.web.accounts.page import account_page
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.shell.addresses import address
from accord.web.shell.cells.requests import SEVERITY_TONES, TONES
from accord.web.shell.comments import talk_about
from accord.web.shell.custom_fields import custom_facts, with_field_rows
from accord.web.shell.list_groups import by_choice, by_record
from accord.web.shell.templatetags.shell import moment
from accord.web.shell.text import markdown
from accord.web.shell.timeline import record_entries
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage, go
from accord.web.shell.views.lists import ListPage, Row
from accord.web.support import forms as forms
from accord.web.support.requests import COLUMNS, matching, record_facts, request_row

TAB = "account-requests"
RELATED = ("account__owner", "owner", "contact", "topic", "raised_by")


@require_safe
def account_requests(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of one client: requests, how promises were kept and are made, what is asked for the client."""
    page = account_page(request, pk, TAB)
    now = timezone.now()
    whole = Request.objects.visible_to(request.user).filter(account=page.account)
    form = forms.AccountRequestFilter(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    found = matching(whole, values, request.user, now).select_related("account", "owner", "contact")
    part = Paginator(
        found.order_by(
            F("resolved_at").desc(nulls_first=True), F("resolution_due").asc(nulls_last=True), "-severity", "pk"
        ),
        50,
    ).get_page(request.GET.get("page"))
    levels, steps = levels_of(page.account)
    new = {"label": "New request", "url": reverse("request-new", args=[pk]), "icon": "plus", "drawer": True}
    is_filtered = any(values.values())
    context = {
        "filter_form": form,
        "columns": [{"label": column.label} for column in COLUMNS[:-1]],
        "rows": [request_row(row, now, with_client=False) for row in part.object_list],
        "page": part,
        "noun": "requests",
        "new_link": new,
        "empty": {"title": "No matching requests", "text": "Try other filters or clear them.", "icon": "filter"}
        if is_filtered
        else {
            "title": "No open requests",
            "text": "Record questions, incidents, feature requests and complaints, each with an owner.",
            "icon": "message-question",
            "action": new,
        },
        "record_facts": record_facts(service_record(whole, now)),
        "levels": levels,
        "steps": steps,
        "internal_requests": list(
            InternalRequest.objects.visible_to(request.user)
            .filter(account=page.account)
            .select_related("owner", "asked_by", "request")
            .order_by("done_at", "due_on", "pk")[:20]
        ),
        "today": timezone.localdate(),
    }
    return render(request, "support/requests.html", page.context | context)


@require_safe
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what they ask, what was promised and kept, what works on it, what was said and done."""
    row = fetch(Request, request.user, *RELATED, rows=with_field_rows(Request), pk=pk)
    may_change = can(request.user, Permission.CHANGE, row)
    context = {
        "row": row,
        "record_title": row.title,
        "record_of": {"label": str(row.account), "url": reverse("account", args=[row.account_id])},
        "record_subtitle": row.key,
        "badges": [
            {"label": row.get_status_display(), "tone": TONES[Request.Status(row.status)]},
            {"label": row.get_severity_display(), "tone": SEVERITY_TONES[row.severity]},
        ],
        "facts": _facts(row),
        "actions": _actions(row) if may_change else [],
        "may_change": may_change,
        "crumbs": [
            {"label": "Accounts", "url": reverse("accounts")},
            {"label": row.account.name, "url": reverse("account", args=[row.account_id])},
            {"label": "Requests", "url": reverse(TAB, args=[row.account_id])},
            {"label": row.key, "url": ""},
        ],
        "body_html": markdown(row.body),
        "works": list(works_of(row, request.user)),
        "internal_requests": list(
            InternalRequest.objects.visible_to(request.user).filter(request=row).select_related("owner")
        ),
        "new_url": f"{reverse('internal-request-new', args=[row.account_id])}?request={row.pk}",
        "talk": talk_about(row, request.user),
        "entries": record_entries(row, request.user),
        "empty": {"title": "No activity yet", "text": "Changes and comments appear here."},
    }
    return render(request, "support/request.html", context)


def _facts(row: Request) -> list[dict[str, Any]]:
    now = timezone.now()

    def kept(by: Any, done: Any, *, is_late: bool) -> dict[str, Any]:
        if by is None:
            value = moment(done) if done else None
        elif done is None:
            value = f"by {moment(by)}{', late' if is_late else ''}"
        else:
            value = f"{moment(done)}{f', due {moment(by)}' if is_late else ', on time'}"
        return {"value": value, "missing": "No target", "tone": "bad" if is_late else ""}

    return [
        {"label": "Requester", "value": row.contact, "missing": "Not set"},
        {"label": "Owner", "value": row.owner, "missing": "Unassigned"},
        {"label": "Type", "value": row.get_kind_display()},
        {"label": "Reported", "value": moment(row.reported_at)},
        {"label": "First response", **kept(row.first_response_due, row.responded_at, is_late=row.answer_is_late(now))},
        {"label": "Resolution", **kept(row.resolution_due, row.resolved_at, is_late=row.solution_is_late(now))},
        {
            "label": "Waiting for client",
            "value": f"{row.waited_minutes / 60:.1f} working hours" if row.waited_minutes else None,
            "missing": "Never",
        },
        {
            "label": "Topic",
            "value": row.topic,
            "url": f"{reverse('requests')}?status=all&topic={row.topic_id}" if row.topic_id else "",
            "missing": "None",
        },
        {"label": "Recorded by", "value": row.raised_by, "missing": "Not known"},
        *custom_facts(row),
    ]


def _actions(row: Request) -> list[dict[str, Any]]:
    def action(label: str, name: str, icon: str, **more: Any) -> dict[str, Any]:
        return {
            "label": label,
            "url": reverse(f"request-{name}", args=[row.pk]),
            "icon": icon,
            "method": "post",
            **more,
        }

    edit = {
        "label": "Edit", "url": reverse("request-edit", args=[row.pk]), "icon": "pencil", "drawer": True, "key": "e"
    }  # fmt: skip
    if row.status == Request.Status.RESOLVED:
        closed = action("Close request", "closure", "circle-check", primary=True)
        return [edit, action("Reopen", "solution", "arrow-back-up", method="delete"), closed]
    if row.status == Request.Status.CLOSED:
        return [edit, action("Reopen", "solution", "arrow-back-up", method="delete")]
    actions = [edit]
    if row.responded_at is None:
        actions.append(action("Mark as responded", "answer", "message-reply"))
    if row.status == Request.Status.WAITING:
        actions.append(action("Resume", "waiting", "player-play", method="delete"))
    else:
        actions.append(action("Wait for client", "waiting", "player-pause"))
    solve = action("Resolve", "solution", "circle-check", drawer=True, primary=True)
    del solve["method"]
    return [*actions, solve]


def _do(request: HttpRequest, pk: int, do: Callable[[Request], Any], done: str) -> HttpResponse:
    """Do it and show the request; say why where it cannot be done."""
    row = fetch(Request, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, row)
    try:
        do(row)
        messages.success(request, f"{row.key} {done}")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, address(row))


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The client has heard from us."""
    return _do(
        request,
        pk,
        lambda row: handle.respond_to_request(request=row, by=request.user, at=timezone.now()),
        "is marked as responded.",
    )


@require_http_methods(["POST", "DELETE"])
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: it is the client's turn; DELETE: they have answered."""
    now, by = timezone.now(), request.user
    if request.method == "DELETE":
        return _do(request, pk, lambda row: handle.resume_request(request=row, by=by, at=now), "is in progress again.")
    return _do(
        request, pk, lambda row: handle.wait_for_client(request=row, by=by, at=now), "is waiting for the client."
    )


@require_POST
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """The client is content."""
    return _do(request, pk, lambda row: handle.close_request(request=row, by=request.user), "is closed.")


class Solution(EditPage):
    """GET asks how it was solved, POST solves it, DELETE opens it again."""

    model, form_class, related = Request, forms.RequestSolutionForm, ("account",)
    submit_label, saved_message = "Resolve", "Request resolved."

    def title(self, record: Record) -> str:
        return f"Resolve {record}"

    def after(self, record: Record) -> str:
        assert isinstance(record, Request)
        return address(record)

    def delete(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        now, by = timezone.now(), request.user
        return _do(
            request, kwargs["pk"], lambda row: handle.reopen_request(request=row, by=by, at=now), "is open again."
        )


class RequestNew(AccountFormPage, CreatePage):
    model, form_class, tab = Request, forms.RequestForm, TAB

    def blank(self) -> Record:
        return Request(account=self.account, owner=self.request.user, reported_at=timezone.now())

    def after(self, record: Record) -> str:
        assert isinstance(record, Request)
        return address(record) if record.pk else reverse(TAB, args=[self.account.pk])


class RequestEdit(EditPage):
    model, form_class, related = Request, forms.RequestForm, ("account",)
    removal = "request-removal"

    def after(self, record: Record) -> str:
        assert isinstance(record, Request)
        return address(record)


class RequestRemove(RemovePage):
    model = Request
    consequence = "The request and its comments are deleted. Linked project work is kept."

    def after(self, record: Record) -> str:
        assert isinstance(record, Request)
        return reverse(TAB, args=[record.account_id])


class RequestFormPage(FormPage):
    def after(self, record: Record) -> str:
        assert isinstance(record, RequestWork)
        return address(record.request)


class WorkNew(RequestFormPage, CreatePage):
    model, form_class = RequestWork, forms.RequestWorkForm
    submit_label = "Save"

    def record(self) -> Record:
        asked = fetch(Request, self.request.user, "account", pk=self.kwargs["asked"])
        require(self.request.user, Permission.CHANGE, asked)
        return RequestWork(request=asked)

    def title(self, record: Record) -> str:
        assert isinstance(record, RequestWork)
        return f"Link work to {record.request}"


class WorkRemove(RemovePage):
    model = RequestWork
    consequence = "Only the link is removed. The linked work is kept."

    def after(self, record: Record) -> str:
        assert isinstance(record, RequestWork)
        return address(record.request)


class RequestList(ListPage):
    title = "Requests"
    default_sort = "resolution_due"
    custom_on = CustomField.On.REQUEST
    edit_page = RequestEdit
    editors = tuple(Role)  # whoever serves the client, or sees to the request
    group_by = (
        by_choice("status", "Status", Request.Status.choices),
        by_choice("severity", "Severity", list(reversed(Severity.choices))),
        by_choice("kind", "Type", Request.Kind.choices),
        by_record("owner", "Owner", none="Unassigned"),
        by_record("account", "Account"),
        by_record("topic", "Topic", none="No topic"),
    )
    filter_class = forms.RequestFilter
    columns = COLUMNS

    def movers(self) -> dict[str, Callable[[Any, str, int], Any]]:
        def move(record: Request, value: str, version: int) -> Any:
            return move_request(
                request=record, status=value, by=self.request.user, version=version, at=timezone.now()
            )  # fmt: skip

        return {"status": move}

    def asks(self, record: Request, field: str, value: str) -> str:
        is_asked = field == "status" and needs_resolution(record, value)
        return reverse("request-solution", args=[record.pk]) if is_asked else ""

    def rows_of(self, user: Any) -> QuerySet[Request]:
        rows = Request.objects.visible_to(user).filter(account__archived_at=None)
        return rows.select_related("account", "owner", "contact")

    def _filter_form(self, request: HttpRequest) -> Any:
        return forms.RequestFilter(request.GET)  # always bound: with nothing asked it leaves out what is solved

    def filtered(self, rows: QuerySet[Request], values: dict[str, Any]) -> QuerySet[Request]:
        return matching(rows, values, self.request.user, timezone.now())

    def row(self, record: Request) -> Row:
        return request_row(record, timezone.now())

    def actions(self) -> list[dict[str, Any]]:
        return [{"label": "Service levels", "url": reverse("service-levels"), "icon": "stopwatch"}]

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        if is_filtered:
            return {"title": "No matching requests", "text": "Try other filters or clear them.", "icon": "filter"}
        text = "Add requests on an account's Requests tab. Open requests are listed here."
        return {"title": "No open requests", "text": text, "icon": "message-question"}

    def extra(self) -> dict[str, Any]:
        crumbs = [{"label": "Requests", "url": ""}]
        return {"crumbs": crumbs, "noun": "requests"}
