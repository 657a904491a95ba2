"""A file on its way to a browser: saved, and never a page of ours, whatever is in it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse

from accord.core.files.contents import opened
from accord.core.models import File

ALONE = "default-src 'none'; sandbox"  # whatever a browser makes of it, it is nobody's page and runs nothing


def content_of(file: File) -> Any:
    """The content as an attachment of the type that its bytes say. Whoever calls has asked for permission."""
    answer = FileResponse(opened(file), as_attachment=True, filename=file.name, content_type=file.media_type)
    answer["Content-Length"] = str(file.size)
    return alone(answer)


def alone(answer: Any) -> HttpResponse:
    """``answer`` with the headers that keep it from being anything else than it says."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = ALONE
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer  # type: ignore[no-any-return]
