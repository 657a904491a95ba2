"""Keys and links end: the longest that each kind may last is stated with its model and checked here."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import day_text


def check_expiry(day: date | None, longest: int, *, field: str = "expires_on", stored: date | None = None) -> date:
    """Refuse an expiry that is missing, past or more than ``longest`` days away; one ``stored`` earlier may stay."""
    today = timezone.localdate()
    if day is None:
        raise ValidationError(
            {field: gettext("Enter a day, at most %(longest)s days from now.") % {"longest": longest}}
        )
    if stored == day:
        return day
    if day < today:
        raise ValidationError({field: gettext("Choose today or a later day.")})
    if day > today + timedelta(days=longest):
        last = today + timedelta(days=longest)
        raise ValidationError(
            {
                field: gettext("Choose %(last)s or earlier: at most %(longest)s days from now.")
                % {"last": day_text(last), "longest": longest}
            }
        )
    return day
