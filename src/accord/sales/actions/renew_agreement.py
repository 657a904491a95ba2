"""An agreement gets its next term."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.dates import day_text
from accord.sales.models import Agreement


@transaction.atomic
def renew_agreement(*, following: Agreement, today: date, by: Any) -> Agreement:
    """Save ``following`` (see `Agreement.renewed`).

    Raises ``ValidationError`` where there is a next term already, or none is due.
    """
    ending = Agreement.objects.select_for_update().get(pk=following.predecessor_id)
    standing = ending.renewals.first()
    if standing is not None:
        raise ValidationError(
            gettext("The next term of %(ending)s already exists, from %(starts_on)s.")
            % {"ending": ending, "starts_on": day_text(standing.starts_on)}
        )
    if not ending.is_renewable(today):
        raise ValidationError(gettext("%(ending)s can't be renewed in its current state.") % {"ending": ending})
    return editing.create(following, by=by)
