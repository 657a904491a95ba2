"""Who signs in, with what every page shows of them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accord.conversations.models import Notification
from accord.conversations.queries import due_now
from accord.people.models import User
from accord.web.shell.creations import reach


class WithUnreadNotices(AuthenticationBackend):  # type: ignore[misc]
    """The user of a session comes with ``unread_notices`` for the bell and their reach for the "+".

    So neither costs a page a query of its own.
    """

    def get_user(self, user_id: Any) -> User | None:
        waiting = Notification.objects.filter(due_now(timezone.now()), user=OuterRef("pk"), read_at=None)
        count = waiting.order_by().values("user").annotate(n=Count("pk")).values("n")
        unread = Coalesce(Subquery(count, output_field=IntegerField()), Value(0))
        rows = User.objects.annotate(unread_notices=unread, **reach())
        user = rows.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
