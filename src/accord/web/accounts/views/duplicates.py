"""Finding records that are there twice, making one of two, and taking them apart again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.accounts.actions.merge_records import (
    Twins,
    default_choice,
    differing,
    mark_distinct,
    merge_records,
    undo_merge,
)
from accord.accounts.models import Account, Merge
from accord.accounts.models.merge import MergeKind
from accord.accounts.queries_duplicates import Pair, duplicate_accounts, duplicate_contacts
from accord.core.access import Permission, may_create, require
from accord.core.fetch import fetch
from accord.web.shell.addresses import address
from accord.web.shell.once import only_once
from accord.web.shell.parts import Crumb, Tab
from accord.web.shell.templatetags.shell import day, number
from accord.web.shell.views.forms import go

PAGE, LATEST = 25, 10
FINDERS: dict[str, Callable[[Any], list[Pair]]] = {
    MergeKind.ACCOUNT: duplicate_accounts,
    MergeKind.CONTACT: duplicate_contacts,
}


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that seem to be the same, and what was merged lately."""
    _check(request)
    kind = request.GET.get("kind", MergeKind.ACCOUNT)
    if kind not in FINDERS:
        raise Http404
    part = Paginator(FINDERS[kind](request.user), PAGE).get_page(request.GET.get("page"))
    shown = {pk for pair in part.object_list for pk in (pair.first, pair.second)}
    records = Merge.MODELS[kind].objects.visible_to(request.user).in_bulk(shown)
    url = reverse("duplicates")
    context = {
        "title": gettext("Duplicates"),
        "crumbs": [Crumb(gettext("Accounts"), reverse("accounts")), Crumb(gettext("Duplicates"))],
        "switch_label": gettext("Kinds of records"),
        "switch": [Tab(f"{twin.label}s", f"{url}?kind={twin}", active=twin == kind) for twin in MergeKind],
        "kind": kind,
        "pairs": [
            {"pair": pair, "first": records[pair.first], "second": records[pair.second]}
            for pair in part.object_list
            if pair.first in records and pair.second in records
        ],
        "page": part,
        "merges": list(
            Merge.objects.visible_to(request.user).filter(kind=kind, undone_at=None).select_related("by")[:LATEST]
        ),
    }
    return render(request, "accounts/duplicates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, kind: str, first: int, second: int) -> HttpResponse:
    """Two records side by side: which one stays, and which values it has afterwards."""
    one, two = _both(request, kind, first, second)
    error = ""
    if request.method == "POST":
        kept, gone, other = (two, one, "first") if request.POST.get("keep") == "second" else (one, two, "second")
        take = {name for name in differing(one, two) if request.POST.get(f"value-{name}") == other}
        try:
            with only_once(request) as done:
                made = merge_records(kept=kept, gone=gone, take=take, by=request.user)
                done.url = address(made.record)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            said = gettext("%(gone_name)s was merged into %(record)s. You can undo this under Duplicates.") % {
                "gone_name": made.gone_name,
                "record": made.record,
            }
            messages.success(request, said)
            return go(request, done.url)
    context = {
        "title": gettext("Merge %(one)s and %(two)s") % {"one": one, "two": two},
        "crumbs": [
            Crumb(gettext("Accounts"), reverse("accounts")),
            Crumb(gettext("Duplicates"), f"{reverse('duplicates')}?kind={kind}"),
            Crumb(gettext("Merge")),
        ],
        "kind": kind,
        "first": one,
        "second": two,
        "fields": _fields(one, two, request.user),
        "error": error,
        "back": f"{reverse('duplicates')}?kind={kind}",
    }
    return render(request, "accounts/merge.html", context, status=422 if error else 200)


@require_POST
def different(request: HttpRequest, kind: str, first: int, second: int) -> HttpResponse:
    """They are two."""
    one, two = _both(request, kind, first, second)
    mark_distinct(first=one, second=two, by=request.user)
    messages.success(request, gettext("Marked as different. This pair won't be suggested again."))
    return go(request, f"{reverse('duplicates')}?kind={kind}")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take two apart that were made one."""
    made = fetch(Merge, request.user, pk=pk)
    require(request.user, Permission.CHANGE, made)
    try:
        undo_merge(merge=made, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, gettext("%(gone_name)s is a separate record again.") % {"gone_name": made.gone_name})
    return go(request, f"{reverse('duplicates')}?kind={made.kind}")


def _check(request: HttpRequest) -> None:
    if not may_create(request.user, Merge):
        raise PermissionDenied(gettext("Only account managers and administrators can merge records."))


def _both(request: HttpRequest, kind: str, first: int, second: int) -> tuple[Twins, Twins]:
    """Both records, visible and to be changed by the signed-in person."""
    if kind not in Merge.MODELS or first == second:
        raise Http404
    model = Merge.MODELS[kind]
    one, two = fetch(model, request.user, pk=first), fetch(model, request.user, pk=second)
    _check(request)
    for record in (one, two):
        require(request.user, Permission.CHANGE, record)
    return one, two


def _fields(one: Twins, two: Twins, user: Any) -> list[dict[str, Any]]:
    """What differs, in words, with the side that is chosen unless somebody chooses otherwise."""
    better = default_choice(one, two)
    return [
        {
            "name": name,
            "label": str(one._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
            "first": _text(one, name, user),
            "second": _text(two, name, user),
            "chosen": "second" if name in better else "first",
        }
        for name in differing(one, two)
    ]


def _text(record: Twins, name: str, user: Any) -> str:
    field = record._meta.get_field(name)
    choice = getattr(record, f"get_{name}_display", None)
    value = choice() if choice else getattr(record, name)
    if value in (None, ""):
        return ""
    if isinstance(value, Account) and not Account.objects.visible_to(user).filter(pk=value.pk).exists():
        return gettext("An account you can't see")
    if isinstance(field, models.DateField):
        return day(value)
    if isinstance(field, models.DecimalField | models.IntegerField) and not choice:
        return number(value)
    return str(value)
