"""Who is calling, and who works here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from accord.api.pages import Paging, page, values
from accord.people.queries import present_people

router = Router(tags=["people"])


@router.get("/me")
def me(request: HttpRequest) -> dict[str, Any]:
    return values(request.user, "name", "email", "roles", "time_zone")


@router.get("")
def people(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page(present_people(request.user), paging, lambda p: values(p, "name", "email", "title", "team"))
