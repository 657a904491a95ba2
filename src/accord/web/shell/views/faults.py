"""Answers when nothing else can be answered. They ask the database for nothing."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from accord.core.storage_trouble import trouble_of

RETRY_AFTER = "30"  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where disk or database are in trouble that passes, else 500: a page, or JSON for programs.

    Django calls it for whatever a page, the API or a middleware raised; the transaction was rolled back by then.
    """
    trouble = trouble_of(sys.exc_info()[1])
    title, text = (
        (gettext("Something broke"), gettext("The error was written to the log.")) if trouble is None else trouble.value
    )
    status = 500 if trouble is None else 503
    is_program = request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")
    if is_program or request.headers.get("HX-Request") == "true":  # the page that is open shows the message
        error = gettext("server error") if trouble is None else "unavailable"
        answer: HttpResponse = JsonResponse({"error": error, "message": f"{title}. {text}"}, status=status)
    else:
        answer = HttpResponse(render_to_string(f"{status}.html", {"title": title, "text": text}), status=status)
    answer["Cache-Control"] = "no-store"
    if trouble is not None:
        answer["Retry-After"] = RETRY_AFTER
    return answer
