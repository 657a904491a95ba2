"""How status and severity of a request look."""

from __future__ import annotations

from accord.support.models import Request

TONES = {
    Request.Status.NEW: "warn",
    Request.Status.IN_WORK: "info",
    Request.Status.WAITING: "neutral",
    Request.Status.RESOLVED: "good",
    Request.Status.CLOSED: "neutral",
}


SEVERITY_TONES = {1: "neutral", 2: "info", 3: "warn", 4: "bad"}
