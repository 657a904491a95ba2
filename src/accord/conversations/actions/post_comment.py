"""Saying something about a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.events import CommentEvent
from accord.conversations.models import Comment, NoticeKind
from accord.conversations.subjects import those_who_see
from accord.conversations.watching import watch_after_comment, watchers_of
from accord.core import editing
from accord.core.access import Permission, archived_sentence, require, what_is_archived
from accord.core.events import record_event
from accord.core.files.actions import save_files
from accord.core.files.contents import Stored
from accord.core.models import Record
from accord.people.models import User

MENTION = re.compile(r"@([\w.+-]+@[\w-]+\.[\w.-]+|\w+(?:[ ]\w+)?)")


@transaction.atomic
def post_comment(*, subject: Record, by: User, body: str, stored: Sequence[Stored] = ()) -> Comment:
    """Add ``body`` (Markdown) to ``subject``, with the files ``stored`` for it a moment ago.

    Whoever is mentioned or watches, and may see it, is notified once.

    A mention is ``@`` with an e-mail address, a full name or a first name that only one colleague has.
    """
    require(by, Permission.VIEW, subject)
    if subject.is_frozen:
        raise PermissionDenied(archived_sentence(what_is_archived(by, subject) or subject, gettext("comment on it")))
    comment = Comment.objects.create(
        subject_type=subject._meta.label_lower, subject_id=subject.pk, body=_said(body), author=by
    )
    save_files(subject=comment, stored=stored, by=by)
    told: dict[str, Any] = {"comment": comment.body[:200]}
    if stored:
        told["files"] = ", ".join(each.name for each in stored)
    record_event(by=by, kind=CommentEvent.POSTED, subject=subject, after=told)
    named = _mention(subject, by, mentioned(body))
    others = [user for user in watchers_of(subject) if user not in named]
    notify(
        others,
        gettext("%(by)s commented on %(subject)s") % {"by": by, "subject": subject},
        kind=NoticeKind.COMMENT,
        about=subject,
        by=by,
    )
    watch_after_comment(user=by, record=subject)
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, by: User, version: int, body: str) -> Comment:
    """Change one's own comment that is still at ``version``; only who is newly mentioned is notified."""
    before = mentioned(comment.body)
    changed = editing.change(comment, by=by, version=version, action="edit_comment", body=_said(body))
    if comment.subject is not None:
        _mention(comment.subject, by, [user for user in mentioned(body) if user not in before])
    return changed


def _said(body: str) -> str:
    said = body.strip()
    if not said:
        raise ValidationError({"body": gettext("Enter a comment.")})
    return said


def _mention(subject: Record, by: User, people: list[User]) -> list[User]:
    """Tell those of ``people`` who may see ``subject``; returns them."""
    named = those_who_see(subject, people)
    text = gettext("%(by)s mentioned you in a comment on %(subject)s") % {"by": by, "subject": subject}
    notify(named, text, kind=NoticeKind.MENTION, about=subject, by=by)
    return named


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
