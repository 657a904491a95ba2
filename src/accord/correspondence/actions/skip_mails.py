"""Mails that could not be read: tried once more, then skipped, and said in the mailbox's log."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from accord.correspondence.models import MailFolder, SkippedMail


def note_failed(folder: MailFolder, failed: Sequence[SkippedMail], *, tried: Sequence[int]) -> None:
    """Remember the ``failed`` mails of a folder, and forget those ``tried`` that could be read this time."""
    rows = SkippedMail.objects.filter(mailbox=folder.mailbox, folder=folder.name, uid_validity=folder.uid_validity)
    before = {row.uid: row for row in rows.filter(uid__in=[*tried, *(row.uid for row in failed)])}
    still = {row.uid for row in failed}
    rows.filter(uid__in=[uid for uid in tried if uid not in still]).delete()
    for row in failed:
        if earlier := before.get(row.uid):
            row.pk, row.tries = earlier.pk, earlier.tries + 1
        row.save()


def failure_text(failed: Sequence[SkippedMail]) -> str:
    """Which mails could not be read, for the log."""
    final, later = [row for row in failed if row.is_final], sum(not row.is_final for row in failed)
    words = []
    if final:
        which = "; ".join(
            gettext("“%(email)s” from %(sender)s (%(reason)s)")
            % {"email": row, "sender": row.sender or gettext("an unknown sender"), "reason": row.reason}
            for row in final[:3]
        )
        if len(final) > 3:
            which = gettext("%(emails)s and %(count)s more") % {"emails": which, "count": len(final) - 3}
        words.append(
            gettext("Skipped %(count)s after %(most_tries)s attempts: %(which)s.")
            % {"count": _emails(len(final)), "most_tries": SkippedMail.MOST_TRIES, "which": which}
        )
    if later:
        words.append(gettext("Can't read %(later)s. The next sync tries again.") % {"later": _emails(later)})
    return " ".join(words)[:300]


def _emails(number: int) -> str:
    return ngettext("%(n)s email", "%(n)s emails", number) % {"n": number}
