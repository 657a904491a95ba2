"""An import whose process has ended in the middle."""

from __future__ import annotations

from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.exchange.models import Import
from accord.exchange.progress import Progress

Status = Import.Status

# What becomes of it, and what is to be done, when it is not tried again.
ENDS: dict[str, tuple[Import.Status, str]] = {
    Status.CHECKING: (Status.FAILED, gettext_lazy("The file was not checked. Check it again.")),
    Status.WRITING: (Status.FAILED, gettext_lazy("Nothing was written. Check the file and import it again.")),
    Status.UNDOING: (
        Status.DONE,
        gettext_lazy("The import was not undone, and everything it wrote is still there. Try again."),
    ),
}


def interrupted(run: Import, *, given_up: str) -> None:
    """Forget how far it got: its transaction was rolled back. ``given_up`` says why nobody will go on with it."""
    if not run.is_busy:
        return
    Progress(run.path).forget_stand()
    if not given_up:
        return
    status, remedy = ENDS[run.status]
    if run.status == Status.CHECKING and not run.shape:  # the upload was never read
        status, remedy = Status.REFUSED, gettext("The file was not read. Upload it again.")
    Progress(run.path).clear()
    Import.objects.filter(pk=run.pk, status=run.status).update(status=status, error=f"{given_up} {remedy}")
