"""What every request to the API passes: values that no database can keep, and writes that are sent twice."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext

from accord.api.auth import AUTH
from accord.core.models import StoredAnswer
from accord.core.texts import gettext_lazy

View = Callable[..., HttpResponse]

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST_KEY = 200
AT_WORK = timedelta(minutes=5)  # after that a request that did not answer is taken for dead
ODD = gettext_lazy("It contains a character that can't be stored (NUL or half of a surrogate pair). Remove it.")


def guarded(view: View) -> View:
    """``view`` behind both checks."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        odd = list(_odd_values(request, kwargs))
        if odd:
            reason = str(ODD)
            message = f"{odd[0]}: {reason}" if odd[0] else reason
            return _refused(422, "invalid", message, fields={name: [reason] for name in odd})
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method not in WRITES:
            return view(request, *args, **kwargs)
        if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
            text = gettext("Idempotency-Key: use 1 to %(most)s printable ASCII characters, for example a UUID.")
            message = text % {"most": LONGEST_KEY}
            return _refused(422, "invalid", message, fields={"Idempotency-Key": [message]})
        user = _caller(request)
        if user is None:
            return view(request, *args, **kwargs)  # which says why not
        return _once(user, key, request, lambda: view(request, *args, **kwargs))

    return answer


def _once(user: Any, key: str, request: HttpRequest, action: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it and store the answer in one transaction; or give the answer that was stored.

    The claim is committed before the action, so that a second request finds it while the first is at work. Whoever
    takes over a dead claim changes it, and a first request that lives after all can then no longer store its answer:
    its whole transaction is undone.
    """
    fingerprint = _fingerprint(request)
    claim, now = secrets.token_hex(16), timezone.now()
    known = StoredAnswer.objects.filter(user_id=user.pk, key=key)
    known.filter(claimed_at__lt=now - timedelta(hours=StoredAnswer.KEEPS_HOURS)).delete()
    if not _claimed(user, key, fingerprint, claim):
        found = known.first()
        if found is not None and found.fingerprint != fingerprint:
            message = gettext("This Idempotency-Key was used for another request. Use a new key for each request.")
            return _refused(422, "key reused", message)
        if found is not None and found.status is not None:
            answer = HttpResponse(found.body, status=found.status, content_type="application/json; charset=utf-8")
            answer["Idempotent-Replayed"] = "true"
            return answer
        dead = known.filter(status=None, claimed_at__lt=now - AT_WORK)
        if found is None or not dead.update(claim=claim, claimed_at=now):
            busy = _refused(
                409, "in progress", gettext("The first request with this Idempotency-Key is still in progress.")
            )
            busy["Retry-After"] = "1"
            return busy
    mine = known.filter(claim=claim, status=None)
    stored = False
    try:
        with transaction.atomic():
            response = action()
            if response.status_code >= 400:
                transaction.set_rollback(True)  # nothing happened, so the same key may be tried with it put right
            elif mine.update(status=response.status_code, body=response.content.decode()):
                stored = True
            else:
                transaction.set_rollback(True)
                return _refused(409, "in progress", gettext("Another request with this Idempotency-Key took over."))
    finally:
        if not stored:
            mine.delete()
    return response


def _claimed(user: Any, key: str, fingerprint: str, claim: str) -> bool:
    try:
        with transaction.atomic():
            StoredAnswer.objects.create(user_id=user.pk, key=key, fingerprint=fingerprint, claim=claim)
    except IntegrityError:
        return False
    return True


def _fingerprint(request: HttpRequest) -> str:
    """Of everything that decides what the request does."""
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    said.update(request.body)
    return said.hexdigest()


def _caller(request: HttpRequest) -> Any:
    """Who calls, by the same means as the routes; ``None`` if they are to be refused, which the route does in words."""
    try:
        for means in AUTH:
            if means(request):
                return request.user
    except Exception:
        return None
    return None


def _odd_values(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[str]:
    """The names of what cannot be stored, or even compared, in the address, the query and the body."""
    for name, value in kwargs.items():
        if isinstance(value, str) and _is_odd(value):
            yield name
    for name, values in request.GET.lists():
        if _is_odd(name) or any(_is_odd(value) for value in values):
            yield name.replace("\0", "")
    if request.method in WRITES and request.content_type == "application/json":
        body = request.body
        if b"\\u" in body or b"\0" in body:  # nothing else can spell them
            try:
                yield from _odd_in(json.loads(body), "")
            except RecursionError:  # nested deeper than anything that is meant
                yield ""
            except ValueError:  # no JSON, as the route will say
                if b"\0" in body:
                    yield ""


def _odd_in(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, str):
        if _is_odd(value):
            yield name
    elif isinstance(value, dict):
        for key, item in value.items():
            if _is_odd(key):
                yield name
            yield from _odd_in(item, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _odd_in(item, f"{name}.{place}" if name else str(place))


def _is_odd(text: str) -> bool:
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


def _refused(status: int, error: str, message: str, **more: Any) -> JsonResponse:
    return JsonResponse({"error": error, "message": message, **more}, status=status)
