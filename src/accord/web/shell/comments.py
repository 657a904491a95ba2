"""What is said about a record, on its own page or beside any other: one part, ``shell/parts/talk.html``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accord.conversations.actions.post_comment import edit_comment
from accord.conversations.models import Comment
from accord.conversations.queries import CommentLine, conversation
from accord.conversations.subjects import name_of
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.web.shell.forms import RecordForm
from accord.web.shell.page_files import Files, PageFiles, page_files
from accord.web.shell.text import markdown

SHOWN = 10
MOST = 500
LONGEST = 10_000


def _box(subject: str, rows: int = 3) -> forms.Textarea:
    hint = gettext("Comment for your colleagues. Type @ to mention someone.")
    names = f"{reverse('mention-names')}?{urlencode({'subject': subject})}"
    return forms.Textarea(attrs={"rows": rows, "placeholder": hint, "data-mentions": names})


class CommentForm(forms.Form):
    body = forms.CharField(label=gettext_lazy("Comment"), max_length=LONGEST)

    def __init__(self, *args: Any, subject: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget = _box(subject)
        self.fields["body"].widget.is_required = True


class CommentEditForm(RecordForm):
    """One's own comment; its text goes through the action that tells whom it newly mentions."""

    class Meta:
        model = Comment
        fields = ("body",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = gettext("Comment")
        self.fields["body"].widget = _box(f"{self.instance.subject_type}:{self.instance.subject_id}", 5)

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > LONGEST:
            raise forms.ValidationError(gettext("Use at most %(longest)s characters.") % {"longest": f"{LONGEST:,}"})
        return body

    def save_for_user(self) -> Record:
        comment: Any = self.instance
        stored = Comment.objects.get(pk=comment.pk)
        return edit_comment(
            comment=stored, by=self.user, version=self.cleaned_data["version"], body=self.cleaned_data["body"]
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One comment; the addresses are there for its author alone."""

    pk: int
    author: str
    at: datetime
    body_html: SafeString
    is_edited: bool
    files: Files
    edit_url: str = ""
    delete_url: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """The comments on a record, oldest first, with the box for another and whether the reader watches."""

    comments: list[Said]
    has_more: bool
    form: CommentForm
    is_frozen: bool
    is_watching: bool
    query: str

    @property
    def url(self) -> str:
        return f"{reverse('comment-new')}?{self.query}"

    @property
    def watch_url(self) -> str:
        return f"{reverse('watch-removal' if self.is_watching else 'watches')}?{self.query}"


def talk_about(record: Record, user: Any, *, limit: int = SHOWN, form: CommentForm | None = None) -> Talk:
    """The part for ``record``, which ``user`` may see: the latest ``limit`` comments, or the box alone."""
    subject, is_frozen = name_of(record), record.is_frozen
    rows, is_watching = conversation(record, user, limit + 1)
    files = page_files(record, user)
    return Talk(
        comments=[_said(row, user, files, is_frozen=is_frozen) for row in reversed(rows[:limit])],
        has_more=len(rows) > limit,
        form=form or CommentForm(subject=subject),
        is_frozen=is_frozen,
        is_watching=is_watching,
        query=urlencode({"subject": subject}),
    )


def _said(row: CommentLine, user: Any, files: PageFiles, *, is_frozen: bool) -> Said:
    own = files.of(Comment(pk=row.pk))
    said = Said(row.pk, row.author, row.created_at, markdown(row.body), row.is_edited, own)
    if row.author_id != user.pk or is_frozen:
        return said
    edit, delete = reverse("comment-edit", args=[row.pk]), reverse("comment-removal", args=[row.pk])
    return replace(said, edit_url=edit, delete_url=delete)
