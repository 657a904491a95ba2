"""The API with its routers and the answers it gives when something is wrong."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import ValidationError as SchemaError

from accord import __version__
from accord.api.answers import describe_only
from accord.api.auth import AUTH, TooManyWrongKeys
from accord.api.door import guarded
from accord.core.editing import Conflict
from accord.projects.plan_changes import Invalid

api = NinjaAPI(title="Accord", version=__version__, auth=AUTH, docs_url=None, urls_namespace="api")
api.add_decorator(describe_only(api))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"error": "not found"}, status=404)


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return api.create_response(request, {"error": "forbidden", "message": str(error)}, status=403)


@api.exception_handler(Conflict)
def conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    """409 with the difference and, for a plan, the task as it is now."""
    from accord.api.plan import current_tasks

    differences = [
        {"record": str(error.record), "field": d.field, "yours": d.yours, "theirs": d.theirs} for d in error.differences
    ]
    body = {
        "error": "conflict",
        "message": str(error),
        "differences": differences,
        "tasks": current_tasks(error.record),
    }
    return api.create_response(request, body, status=409)


@api.exception_handler(Invalid)
def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    body = {"error": error.kind, "message": error.message, "field": error.field, "tasks": error.tasks}
    return api.create_response(request, body, status=422)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, Any] = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    first = next(iter(fields.values()))[0]
    return api.create_response(request, {"error": "invalid", "message": first, "fields": fields}, status=422)


@api.exception_handler(OverflowError)
@api.exception_handler(DataError)
@api.exception_handler(UnicodeError)
def not_storable(request: HttpRequest, error: Exception) -> HttpResponse:
    """A value that passed every check and that the database still cannot keep or compare: too large as a rule."""
    message = gettext("One of the values is too large or can't be stored.")
    return api.create_response(request, {"error": "invalid", "message": message, "fields": {}}, status=422)


@api.exception_handler(TooManyWrongKeys)
def slow_down(request: HttpRequest, error: TooManyWrongKeys) -> HttpResponse:
    message = gettext("Too many wrong API keys came from this address. Wait an hour, or use a right one.")
    response = api.create_response(request, {"error": "too many requests", "message": message}, status=429)
    response["Retry-After"] = "3600"
    return response


@api.exception_handler(SchemaError)
def not_understood(request: HttpRequest, error: SchemaError) -> HttpResponse:
    fields = {".".join(str(p) for p in e["loc"][1:]): [e["msg"]] for e in error.errors}
    message = "; ".join(f"{name}: {texts[0]}" for name, texts in fields.items())
    return api.create_response(request, {"error": "invalid", "message": message, "fields": fields}, status=422)


def _mount() -> None:
    from accord.api import (
        accounts,
        archive,
        billing,
        charter,
        comments,
        due,
        expenses,
        files,
        insight,
        levellings,
        money,
        people,
        plan,
        plan_review,
        projects,
        rates,
        register,
        simulations,
        staffing,
        status_reports,
        surveys,
        tasks,
        timer,
        timesheets,
        what_if_runs,
        what_ifs,
    )

    api.add_router("/accounts", accounts.router)
    api.add_router("/accounts", archive.of_account)
    api.add_router("/projects", archive.of_project)
    api.add_router("/projects", projects.router)
    api.add_router("/projects", plan.router)
    api.add_router("/projects", plan_review.router)
    api.add_router("/projects", what_ifs.of_project)
    api.add_router("/what-ifs", what_ifs.router)
    api.add_router("/what-ifs", what_if_runs.router)
    api.add_router("/projects", simulations.router)
    api.add_router("/projects", levellings.router)
    api.add_router("/projects", register.router)
    api.add_router("/projects", status_reports.of_project)
    api.add_router("/status-reports", status_reports.router)
    api.add_router("/projects", charter.of_project)
    api.add_router("/deliverables", charter.deliverable_router)
    api.add_router("/templates", charter.template_router)
    api.add_router("/money", money.router)
    api.add_router("/money", timesheets.router)
    api.add_router("/money/timer", timer.router)
    api.add_router("/money", rates.router)
    api.add_router("/money", expenses.router)
    api.add_router("/money", billing.router)
    api.add_router("/projects", staffing.of_project)
    api.add_router("/staffing", staffing.requests_router)
    api.add_router("/comments", comments.router)
    api.add_router("/tasks", tasks.router)
    api.add_router("/due", due.router)
    api.add_router("/people", people.router)
    api.add_router("/numbers", insight.router)
    api.add_router("/files", files.router)
    api.add_router("/surveys", surveys.router)


_mount()

# The API answers strangers itself, with 401, instead of sending programs to the sign-in page.
urls = api.urls
for pattern in urls[0]:
    pattern.callback = login_not_required(guarded(pattern.callback))  # type: ignore[arg-type]
