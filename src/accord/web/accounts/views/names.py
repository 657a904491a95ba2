"""Whether an account of the same name exists, asked while the name is typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.web.shell.doubles import double_of, name_note, number_in


@require_safe
def account_names(request: HttpRequest) -> HttpResponse:
    """The account of the same name that one may see, as a note beside the field; empty without one."""
    return name_note(
        request, double_of(Account, request.user, request.GET.get("name", ""), number_in(request, "except"))
    )
