"""Comments on any record: ``?subject=`` names it as ``label:number``, for example ``projects.task:7``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from accord.api.answers import Moment, Named, exactly, page_of
from accord.api.pages import Paging, page
from accord.conversations.actions.post_comment import post_comment
from accord.conversations.models import Comment
from accord.conversations.queries import comments_on
from accord.conversations.subjects import subject_of

router = Router(tags=["comments"])


class CommentIn(Schema):
    body: str = Field(description="Markdown; @ and an email address or a name mentions someone.", max_length=10_000)


COMMENT_OUT = exactly(
    "CommentOut",
    {
        "id": int,
        "subject": str,
        "author": Named,
        "body": str,
        "created_at": Moment,
        "is_edited": bool,
        "version": int,
    },
)


def _answer(row: Comment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "subject": f"{row.subject_type}:{row.subject_id}",
        "author": {"id": row.author_id, "name": str(row.author)},
        "body": row.body,
        "created_at": row.created_at.isoformat(),
        "is_edited": row.is_edited,
        "version": row.version,
    }


@router.get("", response=page_of(COMMENT_OUT))
def comments(request: HttpRequest, subject: str, paging: Query[Paging]) -> dict[str, Any]:
    """The comments on a record that you can see, newest first."""
    rows = comments_on(subject_of(request.user, subject)).order_by("-created_at", "-pk")
    return page(rows, paging, _answer, user=request.user)


@router.post("", response={201: COMMENT_OUT})
def create_comment(request: HttpRequest, subject: str, values: CommentIn) -> tuple[int, dict[str, Any]]:
    """Comment on a record that you can see; who is mentioned or watches it is notified."""
    user: Any = request.user
    record = subject_of(user, subject)
    return 201, _answer(post_comment(subject=record, by=user, body=values.body))
