"""Work that may take longer than somebody waits, as a row: how far it is, who asked for it, and how it ended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy


class BackgroundRun(models.Model):
    """What a leased job (:mod:`accord.core.jobs`) does, as pages show it.

    The job moves it from status to status by :meth:`move`, so that of two who try at once one succeeds, and the wish to
    stop, which is such a move as well, is seen by the work at its next report.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", gettext_lazy("Queued")
        RUNNING = "running", gettext_lazy("Running")
        DONE = "done", gettext_lazy("Done")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    BUSY = (Status.WAITING, Status.RUNNING)
    AFTER_FAILURE: str | Promise = gettext_lazy("Run it again.")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def is_busy(self) -> bool:
        return self.status in self.BUSY

    @classmethod
    def from_the_start(cls) -> dict[str, Any]:
        """The fields of one whose work has not begun."""
        return {}

    @classmethod
    def interrupted(cls, pk: int, given_up: str) -> None:
        """The process that ran it has ended: it waits for its turn again or, ``given_up``, has failed."""
        rows = cls._base_manager.filter(pk=pk, status__in=cls.BUSY)
        if given_up:
            text = gettext("%(given_up)s %(remedy)s") % {"given_up": given_up, "remedy": cls.AFTER_FAILURE}
            rows.update(status=cls.Status.FAILED, error=text, done_at=timezone.now())
        else:
            rows.update(status=cls.Status.WAITING, **cls.from_the_start())

    def move(self, *, to: BackgroundRun.Status, only_from: tuple[BackgroundRun.Status, ...], **values: object) -> bool:
        """Change the status if it is still one of ``only_from``; of two who try at once, one succeeds."""
        won = type(self)._base_manager.filter(pk=self.pk, status__in=only_from).update(status=to, **values)
        if won:
            self.status = to
            for name, value in values.items():
                setattr(self, name, value)
        return bool(won)
