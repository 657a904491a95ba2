"""The comment box of a record's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accord.conversations.actions.post_comment import post_comment
from accord.core.models import Record
from accord.web.shell.once import only_once


class CommentForm(forms.Form):
    body = forms.CharField(
        label="Comment",
        max_length=10_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "Comment for your colleagues. Type @ to mention someone."}
        ),
    )


def comment_on(request: HttpRequest, record: Record, url: str) -> HttpResponse:
    """Add what was sent to ``record``, and show its page, ``url``."""
    form = CommentForm(request.POST)
    by: Any = request.user
    if form.is_valid():
        with only_once(request) as done:
            post_comment(subject=record, by=by, body=form.cleaned_data["body"])
            done.url = url
    else:
        messages.error(request, "Enter a comment.")
    return HttpResponseRedirect(url)
