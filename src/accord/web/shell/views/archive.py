"""Archiving, restoring and deleting: what accounts and projects have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views import View

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.texts import gettext_lazy
from accord.money.actions.archive import archive, delete_empty, restore, what_keeps
from accord.web.shell.addresses import address
from accord.web.shell.parts import Action
from accord.web.shell.views.forms import RemovePage, go


class Archiving(View):
    """Put it away; the page of the record then offers to restore it."""

    model: ClassVar[Any]
    done: ClassVar[str] = "archived"

    def act(self, record: Any) -> None:
        archive(record=record, by=self.request.user, now=timezone.now())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = fetch(self.model, request.user, pk=pk)
        require(request.user, Permission.ARCHIVE, record)
        try:
            self.act(record)
            messages.success(request, f"{self.model._meta.verbose_name.capitalize()} {self.done}.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return go(request, address(record))


class Restoration(Archiving):
    done = "restored"

    def act(self, record: Any) -> None:
        restore(record=record, by=self.request.user)


class EmptyRemove(RemovePage):
    """Only what is empty is deleted; for the rest, the page says what hangs on it and offers to archive."""

    consequence = gettext_lazy("It is deleted for everyone. The audit log keeps a copy. This can’t be undone.")

    def cancel(self, record: Any) -> str:
        return address(record)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.record()
        kind = record._meta.verbose_name
        kept = what_keeps(record)  # type: ignore[arg-type]
        context = {
            "title": gettext("Delete %(kind)s “%(record)s”?") % {"kind": kind, "record": record}
            if not kept
            else gettext("This %(kind)s isn’t empty") % {"kind": kind},
            "text": self.consequence
            if not kept
            else gettext("Only an empty %(kind)s can be deleted. “%(record)s” has:") % {"kind": kind, "record": record},
            "consequences": kept,
            "submit_label": gettext("Delete %(kind)s") % {"kind": kind},
            "cancel_url": self.cancel(record),
            "form_url": request.get_full_path(),
            "version": record.version,
        }
        if kept:
            archived = record.archived_at is not None  # type: ignore[attr-defined]
            context |= {
                "form_url": "" if archived else reverse(f"{kind}-archiving", args=[record.pk]),
                "submit_label": gettext("Archive %(kind)s") % {"kind": kind},
                "danger": False,
                "no_action": archived,
            }
        return render(request, "shell/confirm.html", context)

    def remove(self, record: Any) -> None:
        delete_empty(record=record, by=self.request.user)


def archive_actions(record: Any, user: Any) -> list[Action]:
    """What a record's page offers of this: in its menu while it is in use, as buttons once it is archived."""
    kind, is_archived = record._meta.verbose_name, record.archived_at is not None
    found: list[Action] = []
    if record.allows(user, Permission.ARCHIVE):
        route, label, icon = (
            ("restoration", gettext("Restore"), "refresh")
            if is_archived
            else ("archiving", gettext("Archive"), "archive")
        )
        found.append(
            Action(label, reverse(f"{kind}-{route}", args=[record.pk]), icon=icon, method="post", more=not is_archived,
                   primary=is_archived)
        )  # fmt: skip
    if record.allows(user, Permission.DELETE):
        url = reverse(f"{kind}-removal", args=[record.pk])
        found.append(
            Action(gettext("Delete %(kind)s") % {"kind": kind}, url, icon="trash", danger=True, drawer=True, more=True)
        )
    return found
