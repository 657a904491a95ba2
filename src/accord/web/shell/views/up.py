"""The health check: what a monitor needs to know, and nothing about the firm."""

from __future__ import annotations

import shutil
import threading
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accord import __version__
from accord.core.models import HealthCheck, WorkerPresence
from accord.core.storage_trouble import Trouble, trouble_of

FRESH = 5.0  # seconds for which a finding is given to others who ask: strangers may, and writing costs
WAIT = 2  # seconds for a lock
LOW = 500_000_000  # bytes of free disk below which a monitor should warn
FULL = 20_000_000

_finding = threading.Lock()
_last: tuple[float, dict[str, Any]] = (-FRESH, {})


@login_not_required
@require_safe
def up(request: HttpRequest) -> JsonResponse:
    """200 while the database can be written, 503 when it cannot.

    ``status`` is ``up``, ``degraded`` (pages work, and something needs attention) or ``down``; ``database`` is ``ok``,
    ``busy``, ``full`` or ``unavailable``; ``disk`` ``ok``, ``low`` or ``full``; ``worker`` ``ok``, ``missing`` or,
    while the database cannot tell, ``unknown``.
    """
    global _last
    with _finding:
        if time.monotonic() - _last[0] >= FRESH:
            _last = (time.monotonic(), _look())
        found = _last[1]
    return JsonResponse(found, status=503 if found["status"] == "down" else 200)


def forget() -> None:
    """Look anew the next time."""
    global _last
    _last = (-FRESH, {})


def _look() -> dict[str, Any]:
    database, disk = _database(), _disk()
    worker = "unknown" if database != "ok" else "ok" if WorkerPresence.is_any() else "missing"
    if database not in ("ok", "busy"):
        status = "down"
    else:
        status = "up" if (database, disk, worker) == ("ok", "ok", "ok") else "degraded"
    return {"status": status, "version": __version__, "database": database, "disk": disk, "worker": worker}


def _database() -> str:
    """Write one row, waiting for a lock a short while only: a long import may hold the only one of SQLite."""
    is_sqlite = connection.vendor == "sqlite"
    try:
        connection.ensure_connection()
        if is_sqlite:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")
        with transaction.atomic():
            if not is_sqlite:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}s'")
            HealthCheck.note()
    except (Error, OSError) as error:
        return {Trouble.FULL: "full", Trouble.BUSY: "busy"}.get(trouble_of(error) or Trouble.AWAY, "unavailable")
    finally:
        # Its own patience is that of pages again with the next connection.
        if is_sqlite and not connection.in_atomic_block:
            connection.close()
    return "ok"


def _disk() -> str:
    free = shutil.disk_usage(settings.HOME).free
    return "full" if free < FULL else "low" if free < LOW else "ok"
