"""The firm's logo, for every page, signed in or not."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.people.models import FirmLogo


@login_not_required
@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """A PNG that this program wrote; its address names its content, so browsers may keep it."""
    found = FirmLogo.objects.filter(digest=digest).first()
    if found is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    answer = HttpResponse(bytes(found.png), content_type="image/png")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
