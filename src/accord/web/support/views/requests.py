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
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.accounts.models import CustomField
from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
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
    new = Action(gettext("New request"), reverse("request-new", args=[pk]), icon="plus", drawer=True)
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
            gettext("No open requests"),
            gettext("Record questions, incidents, feature requests and complaints, each with an owner."),
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
    solved = Panel(gettext("Resolution"), "support/parts/request.html#resolution", {"row": row})
    works = {"row": row, "works": list(works_of(row, request.user))}
    return RecordPage(
        record=row,
        title=row.title,
        of=account_link(row.account),
        subtitle=row.key,
        above=account_crumbs(row.account, gettext("Requests"), TAB),
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
            Panel(gettext("Description"), "support/parts/request.html#description", {"body_html": markdown(row.body)}),
            *([solved] if row.solution or row.cause else []),
            comments(),
            history(text=gettext("Changes and comments appear here.")),
            Panel(
                gettext("Linked work"),
                "support/parts/request.html#works",
                works,
                id="works",
                side=True,
                action=Action(gettext("Link work"), reverse("request-work-new", args=[pk]), icon="link")
                if may_change
                else None,
            ),
            files(side=True),
            Panel(
                "",
                "support/parts/internal_requests.html",
                {
                    "internal_requests": list(internal),
                    "new_url": f"{reverse('internal-request-new', args=[row.account_id])}?request={row.pk}",
                },
                side=True,
            ),
        ],
    ).response(request)


def _facts(row: Request) -> list[Fact]:
    now = timezone.now()

    def kept(label: str, by: Any, done: Any, *, is_late: bool) -> Fact:
        if by is None:
            value = moment(done) if done else None
        elif done is None:
            value = (gettext("by %(due)s, late") if is_late else gettext("by %(due)s")) % {"due": moment(by)}
        else:
            text = gettext("%(done)s, due %(due)s") if is_late else gettext("%(done)s, on time")
            value = text % {"done": moment(done), "due": moment(by)}
        return Fact(label, value, missing=gettext("No target"), tone="bad" if is_late else "")

    return [
        Fact(gettext("Requester"), row.contact, missing=gettext("Not set")),
        Fact(gettext("Owner"), row.owner, missing=gettext("Unassigned")),
        Fact(gettext("Type"), row.get_kind_display()),
        Fact(gettext("Reported"), moment(row.reported_at)),
        kept(gettext("First response"), row.first_response_due, row.responded_at, is_late=row.answer_is_late(now)),
        kept(gettext("Resolution"), row.resolution_due, row.resolved_at, is_late=row.solution_is_late(now)),
        Fact(
            gettext("Waiting for client"),
            gettext("%(waited_minutes)s working hours") % {"waited_minutes": f"{row.waited_minutes / 60:.1f}"}
            if row.waited_minutes
            else None,
            missing=gettext("Never"),
        ),
        Fact(
            gettext("Topic"),
            row.topic,
            url=f"{reverse('requests')}?status=all&topic={row.topic_id}" if row.topic_id else "",
            missing=gettext("None"),
        ),
        Fact(gettext("Recorded by"), row.raised_by, missing=gettext("Not known")),
        *custom_facts(row),
    ]


def _actions(row: Request) -> list[Action]:
    def action(label: str, name: str, icon: str, method: Any = "post", **more: Any) -> Action:
        return Action(label, reverse(f"request-{name}", args=[row.pk]), icon=icon, method=method, **more)

    edit = Action.edit(reverse("request-edit", args=[row.pk]))
    if row.status == Request.Status.RESOLVED:
        closed = action(gettext("Close request"), "closure", "circle-check", primary=True)
        return [edit, action(gettext("Reopen"), "solution", "arrow-back-up", method="delete"), closed]
    if row.status == Request.Status.CLOSED:
        return [edit, action(gettext("Reopen"), "solution", "arrow-back-up", method="delete")]
    actions = [edit]
    if row.responded_at is None:
        actions.append(action(gettext("Mark as responded"), "answer", "message-reply"))
    if row.status == Request.Status.WAITING:
        actions.append(action(gettext("Resume"), "waiting", "player-play", method="delete"))
    else:
        actions.append(action(gettext("Wait for client"), "waiting", "player-pause"))
    return [*actions, action(gettext("Resolve"), "solution", "circle-check", method="", drawer=True, primary=True)]


def _do(request: HttpRequest, pk: int, do: Callable[[Request], Any], done: str) -> HttpResponse:
    """Do it and show the request, with ``done`` about it; say why where it cannot be done."""
    row = fetch(Request, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, row)
    try:
        do(row)
        messages.success(request, done % {"request": row.key})
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
        gettext("%(request)s is marked as responded."),
    )


@require_http_methods(["POST", "DELETE"])
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: it is the client's turn; DELETE: they have answered."""
    now, by = timezone.now(), request.user
    if request.method == "DELETE":
        return _do(
            request,
            pk,
            lambda row: handle.resume_request(request=row, by=by, at=now),
            gettext("%(request)s is in progress again."),
        )
    return _do(
        request,
        pk,
        lambda row: handle.wait_for_client(request=row, by=by, at=now),
        gettext("%(request)s is waiting for the client."),
    )


@require_POST
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """The client is content."""
    return _do(
        request, pk, lambda row: handle.close_request(request=row, by=request.user), gettext("%(request)s is closed.")
    )


class Solution(EditPage):
    """GET asks how it was solved, POST solves it, DELETE opens it again."""

    model, form_class, related = Request, forms.RequestSolutionForm, ("account",)
    submit_label, saved_message = gettext_lazy("Resolve"), gettext_lazy("Request resolved.")

    def title(self, record: Record) -> str:
        return gettext("Resolve %(record)s") % {"record": record}

    def after(self, record: Record) -> str:
        assert isinstance(record, Request)
        return address(record)

    def delete(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        now, by = timezone.now(), request.user
        return _do(
            request,
            kwargs["pk"],
            lambda row: handle.reopen_request(request=row, by=by, at=now),
            gettext("%(request)s is open again."),
        )


class RequestPages(AccountFormPages):
    route, model, form_class, tab = "request", Request, forms.RequestForm, TAB
    consequence = gettext_lazy("The request and its comments are deleted. Linked project work is kept.")

    def blank(self) -> Record:
        return Request(account=self.account, owner=self.request.user, reported_at=timezone.now())


class RequestWorkPage(ModelPage):
    model = RequestWork

    def after(self, record: Any) -> str:
        return address(record.request)


class WorkNew(RequestWorkPage, CreatePage):
    form_class = forms.RequestWorkForm
    submit_label = gettext_lazy("Save")

    def record(self) -> Record:
        asked = fetch(Request, self.request.user, "account", pk=self.kwargs["asked"])
        require(self.request.user, Permission.CHANGE, asked)
        return RequestWork(request=asked)

    def title(self, record: Record) -> str:
        assert isinstance(record, RequestWork)
        return gettext("Link work to %(request)s") % {"request": record.request}


class WorkRemove(RequestWorkPage, RemovePage):
    consequence = gettext_lazy("Only the link is removed. The linked work is kept.")


class RequestList(ListPage):
    title = gettext_lazy("Requests")
    noun = "requests"
    default_sort = "resolution_due"
    custom_on = CustomField.On.REQUEST
    edit_page = RequestPages.Edit
    editors = tuple(Role)  # whoever serves the client, or sees to the request
    group_by = (
        by_choice("status", gettext_lazy("Status"), Request.Status.choices),
        by_choice("severity", gettext_lazy("Severity"), list(reversed(Severity.choices))),
        by_choice("kind", gettext_lazy("Type"), Request.Kind.choices),
        by_record("owner", gettext_lazy("Owner"), none=gettext_lazy("Unassigned")),
        by_record("account", gettext_lazy("Account")),
        by_record("topic", gettext_lazy("Topic"), none=gettext_lazy("No topic")),
    )
    client = "account"
    filter_class = forms.RequestFilter
    columns = COLUMNS

    def movers(self) -> dict[str, Callable[[Any, str, int], Any]]:
        def move(record: Request, value: str, version: int) -> Any:
            return move_request(request=record, status=value, by=self.request.user, version=version, at=timezone.now())

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
        return [Action(gettext("Service levels"), reverse("service-levels"), icon="stopwatch")]

    def empty(self) -> Empty:
        text = gettext("Add requests on an account's Requests tab. Open requests are listed here.")
        return Empty(gettext("No open requests"), text, icon="message-question")
