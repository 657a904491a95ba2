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
from accord.support.queries import levels_of, matching_requests, service_record
from accord.web.accounts.page import account_crumbs, account_link, account_page
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.shell.addresses import address
from accord.web.shell.cells.requests import SEVERITY_TONES, TONES
from accord.web.shell.custom_fields import custom_facts, with_field_rows
from accord.web.shell.list_groups import by_choice, by_record
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Badge, Empty, Fact, no_matching
from accord.web.shell.record_page import Mark, Panel, RecordPage, comments, files, history
from accord.web.shell.templatetags.shell import moment
from accord.web.shell.text import markdown
from accord.web.shell.views.forms import CreatePage, EditPage, ModelPage, RemovePage, go
from accord.web.shell.views.lists import ListPage, Row
from accord.web.support import forms as forms
from accord.web.support.requests import COLUMNS, record_facts, request_row

TAB = "account-requests"
RELATED = ("account__owner", "owner", "contact", "topic", "raised_by")


@require_safe
def account_requests(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of one client: requests, how targets were met and are set, what is asked for the client."""
    page = account_page(request, pk, TAB)
    now = timezone.now()
    whole = Request.objects.visible_to(request.user).filter(account=page.account)
    form = forms.AccountRequestFilter(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    found = matching_requests(whole, values, request.user, now).select_related("account", "owner", "contact")
    part = Paginator(
        found.order_by(
            F("resolved_at").desc(nulls_first=True), F("resolution_due").asc(nulls_last=True), "-severity", "pk"
        ),
        50,
    ).get_page(request.GET.get("page"))
    levels, steps = levels_of(page.account)
    new = Action("New request", reverse("request-new", args=[pk]), icon="plus", drawer=True)
    is_filtered = any(values.values())
    context = {
        "filter_form": form,
        "columns": [Column(column.label) for column in COLUMNS[:-1]],
        "rows": [request_row(row, now, with_client=False) for row in part.object_list],
        "page": part,
        "noun": "requests",
        "new_link": new,
        "empty": no_matching("requests")
        if is_filtered
        else Empty(
            "No open requests",
            "Record questions, incidents, feature requests and complaints, each with an owner.",
            icon="message-question",
            action=new,
        ),
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
    """One request: what they ask, its targets and whether they were met, what works on it, what was said and done."""
    row = fetch(Request, request.user, *RELATED, rows=with_field_rows(Request), pk=pk)
    may_change = can(request.user, Permission.CHANGE, row)
    internal = InternalRequest.objects.visible_to(request.user).filter(request=row).select_related("owner")
    solved = Panel("Resolution", "support/parts/request.html#resolution", {"row": row})
    works = {"row": row, "works": list(works_of(row, request.user))}
    return RecordPage(
        record=row,
        title=row.title,
        of=account_link(row.account),
        subtitle=row.key,
        above=account_crumbs(row.account, "Requests", TAB),
        crumb=row.key,
        mark=Mark(row.account.name, text=row.key),
        badges=[
            Badge(row.get_status_display(), TONES[Request.Status(row.status)]),
            Badge(row.get_severity_display(), SEVERITY_TONES[row.severity]),
        ],
        facts=_facts(row),
        actions=_actions(row) if may_change else [],
        may_change=may_change,
        panels=[
            Panel("Description", "support/parts/request.html#description", {"body_html": markdown(row.body)}),
            *([solved] if row.solution or row.cause else []),
            comments(),
            history(text="Changes and comments appear here."),
            Panel(
                "Linked work", "support/parts/request.html#works", works, id="works", side=True,
                action=Action("Link work", reverse("request-work-new", args=[pk]), icon="link") if may_change else None,
            ),
            files(side=True),
            Panel(
                "", "support/parts/internal_requests.html",
                {
                    "internal_requests": list(internal),
                    "new_url": f"{reverse('internal-request-new', args=[row.account_id])}?request={row.pk}",
                },
                side=True,
            ),
        ],
    ).response(request)  # fmt: skip


def _facts(row: Request) -> list[Fact]:
    now = timezone.now()

    def kept(label: str, by: Any, done: Any, *, is_late: bool) -> Fact:
        if by is None:
            value = moment(done) if done else None
        elif done is None:
            value = f"by {moment(by)}{', late' if is_late else ''}"
        else:
            value = f"{moment(done)}{f', due {moment(by)}' if is_late else ', on time'}"
        return Fact(label, value, missing="No target", tone="bad" if is_late else "")

    return [
        Fact("Requester", row.contact, missing="Not set"),
        Fact("Owner", row.owner, missing="Unassigned"),
        Fact("Type", row.get_kind_display()),
        Fact("Reported", moment(row.reported_at)),
        kept("First response", row.first_response_due, row.responded_at, is_late=row.answer_is_late(now)),
        kept("Resolution", row.resolution_due, row.resolved_at, is_late=row.solution_is_late(now)),
        Fact(
            "Waiting for client",
            f"{row.waited_minutes / 60:.1f} working hours" if row.waited_minutes else None,
            missing="Never",
        ),
        Fact(
            "Topic",
            row.topic,
            url=f"{reverse('requests')}?status=all&topic={row.topic_id}" if row.topic_id else "",
            missing="None",
        ),
        Fact("Recorded by", row.raised_by, missing="Not known"),
        *custom_facts(row),
    ]


def _actions(row: Request) -> list[Action]:
    def action(label: str, name: str, icon: str, method: Any = "post", **more: Any) -> Action:
        return Action(label, reverse(f"request-{name}", args=[row.pk]), icon=icon, method=method, **more)

    edit = Action.edit(reverse("request-edit", args=[row.pk]))
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
    return [*actions, action("Resolve", "solution", "circle-check", method="", drawer=True, primary=True)]


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


class RequestPages(AccountFormPages):
    route, model, form_class, tab = "request", Request, forms.RequestForm, TAB
    consequence = "The request and its comments are deleted. Linked project work is kept."

    def blank(self) -> Record:
        return Request(account=self.account, owner=self.request.user, reported_at=timezone.now())


class RequestWorkPage(ModelPage):
    model = RequestWork

    def after(self, record: Any) -> str:
        return address(record.request)


class WorkNew(RequestWorkPage, CreatePage):
    form_class = forms.RequestWorkForm
    submit_label = "Save"

    def record(self) -> Record:
        asked = fetch(Request, self.request.user, "account", pk=self.kwargs["asked"])
        require(self.request.user, Permission.CHANGE, asked)
        return RequestWork(request=asked)

    def title(self, record: Record) -> str:
        assert isinstance(record, RequestWork)
        return f"Link work to {record.request}"


class WorkRemove(RequestWorkPage, RemovePage):
    consequence = "Only the link is removed. The linked work is kept."


class RequestList(ListPage):
    title = "Requests"
    noun = "requests"
    default_sort = "resolution_due"
    custom_on = CustomField.On.REQUEST
    edit_page = RequestPages.Edit
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
        return matching_requests(rows, values, self.request.user, timezone.now())

    def row(self, record: Request) -> Row:
        return request_row(record, timezone.now())

    def actions(self) -> list[Action]:
        return [Action("Service levels", reverse("service-levels"), icon="stopwatch")]

    def empty(self) -> Empty:
        text = "Add requests on an account's Requests tab. Open requests are listed here."
        return Empty("No open requests", text, icon="message-question")
