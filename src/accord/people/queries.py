"""What can be asked about the firm's people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accord.engines.calendars.working_time import WorkCalendar, compile_calendars
from accord.people.models import Calendar, Firm, Person, Role, User


def present_people(user: Any) -> QuerySet[Person]:
    """Those who are with the firm."""
    return Person.objects.visible_to(user).filter(left_on=None).select_related("team", "user", "calendar")


def person_of(user: Any) -> Person | None:
    """Whom ``user`` is among the people who do the work, if they are linked to one."""
    return Person.objects.filter(user=user.pk).first()


def users_with_role(*roles: Role) -> list[User]:
    """Active users who hold any of ``roles``; the list is short, so it is filtered here alike on both databases."""
    return [user for user in User.objects.filter(is_active=True) if user.has_role(*roles)]


def firm_working_time() -> WorkCalendar:
    """The firm's usual working time, with what its calendar inherits."""
    usual = Firm.current().calendar
    assert usual is not None
    rows, above = {usual.pk: usual}, usual.base_id
    while above is not None and above not in rows:
        base = Calendar.objects.get(pk=above)
        rows[base.pk], above = base, base.base_id
    return compile_calendars(tuple(row.spec() for row in rows.values()))[usual.pk]
