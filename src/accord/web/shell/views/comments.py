"""Comments on any record, who watches it, and who can be mentioned: one set of pages for all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.conversations.actions.post_comment import post_comment
from accord.conversations.models import Comment
from accord.conversations.queries import can_be_mentioned
from accord.conversations.subjects import name_of, subject_of
from accord.conversations.watching import set_watching
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.web.shell.addresses import address, has_page
from accord.web.shell.comments import MOST, CommentEditForm, CommentForm, talk_about
from accord.web.shell.files import taken_in
from accord.web.shell.once import go, only_once
from accord.web.shell.parts import Crumb
from accord.web.shell.views.forms import EditPage, RemovePage


def _subject(request: HttpRequest) -> Record:
    return subject_of(request.user, request.GET.get("subject", ""))


@require_http_methods(["GET", "POST"])
def comment_new(request: HttpRequest) -> HttpResponse:
    """GET shows all that was said about ``?subject=label:number``; POST adds a comment.

    A script that asks for the part alone gets it back with the new comment; a browser without one, the record's page.
    """
    user: Any = request.user
    record = _subject(request)
    form = CommentForm(request.POST or None, subject=name_of(record))
    status = 200
    if request.method == "POST":
        if form.is_valid() and (url := _post(request, record, form)):
            if not request.headers.get("HX-Request"):
                return go(request, url)
            form = CommentForm(subject=name_of(record))
            form.fields["body"].widget.attrs["autofocus"] = True
        else:
            status = 422
    title = str(record)
    context = {
        "title": gettext("Comments on %(title)s") % {"title": title},
        "talk": talk_about(record, user, limit=MOST, form=form),
        "record_url": address(record),
        "files_of": record if record.holds_files and not has_page(record) else None,
        "crumbs": [Crumb(title, address(record)), Crumb(gettext("Comments"))],
    }
    return render(request, "shell/comments.html", context, status=status)


def _post(request: HttpRequest, record: Record, form: CommentForm) -> str:
    """Post the comment with its files; returns where that leads, or nothing where ``form`` says why not."""
    user: Any = request.user
    try:
        with taken_in(request) as stored, only_once(request) as done:
            post_comment(subject=record, by=user, body=form.cleaned_data["body"], stored=stored)
            done.url = address(record)
    except ValidationError as error:
        form.add_error("body", error.messages)  # type: ignore[arg-type]
        return ""
    return done.url


class CommentEdit(EditPage):
    model, form_class = Comment, CommentEditForm
    removal = "comment-removal"

    def title(self, record: Record) -> str:
        return gettext("Edit comment")

    shows_files = True

    def after(self, record: Record) -> str:
        return _page(record)


class CommentRemove(RemovePage):
    model = Comment
    consequence = gettext_lazy(
        "The comment is deleted for everyone, with its files. The audit log keeps a copy of its text."
    )

    def after(self, record: Record) -> str:
        return _page(record)


def _page(comment: Any) -> str:
    """Where the record is seen that a comment is about."""
    return address(comment.subject) if comment.subject is not None else reverse("home")


@require_POST
def watches(request: HttpRequest) -> HttpResponse:
    """Be told of comments on the record."""
    return _watch(request, on=True)


@require_POST
def watch_removal(request: HttpRequest) -> HttpResponse:
    """Be told of them no more."""
    return _watch(request, on=False)


def _watch(request: HttpRequest, *, on: bool) -> HttpResponse:
    record = _subject(request)
    set_watching(user=request.user, record=record, on=on)
    messages.success(request, gettext("You’re watching this.") if on else gettext("Stopped watching."))
    return go(request, address(record))


@require_safe
def mention_names(request: HttpRequest) -> JsonResponse:
    """Colleagues who may see the record, for ``?q=`` what stands behind the @."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    found = can_be_mentioned(_subject(request), words, by=request.user)
    return JsonResponse({"people": [{"name": user.name, "email": user.email} for user in found]})
