"""Saying something about a record."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accord.conversations.actions.tell import tell
from accord.conversations.models import Comment
from accord.core.access import Deed, require
from accord.core.events import record_event
from accord.core.models import Record
from accord.people.models import User

MENTION = re.compile(r"@([\w.+-]+@[\w-]+\.[\w.-]+|\w+(?:[ ]\w+)?)")


@transaction.atomic
def post_comment(*, subject: Record, by: User, body: str) -> Comment:
    """Add ``body`` (Markdown) to ``subject``. Whoever is mentioned and may see the subject is notified.

    A mention is ``@`` with an e-mail address, a full name or a first name that only one colleague has.
    """
    require(by, Deed.VIEW, subject)
    if subject.is_frozen:
        raise PermissionDenied(f"{subject} is archived. Restore it before you comment on it.")
    comment = Comment.objects.create(
        subject_type=subject._meta.label_lower, subject_id=subject.pk, body=body.strip(), author=by
    )
    record_event(by=by, verb="commented on", subject=subject, after={"comment": comment.body[:200]})
    people = [user for user in mentioned(body) if subject.permits(user, Deed.VIEW)]
    tell(people, f"{by} mentioned you in a comment on {subject}", about=subject, by=by)
    return comment


def mentioned(body: str) -> list[User]:
    """The users that ``body`` speaks to."""
    words = {m.group(1).strip().lower() for m in MENTION.finditer(body)}
    if not words:
        return []
    users = list(User.objects.filter(is_active=True))
    found: list[User] = []
    for user in users:
        name = user.name.lower()
        first = name.split(" ")[0]
        is_only = sum(u.name.lower().split(" ")[0] == first for u in users) == 1
        if user.email in words or name in words or (is_only and any(w.split(" ")[0] == first for w in words)):
            found.append(user)
    return found
