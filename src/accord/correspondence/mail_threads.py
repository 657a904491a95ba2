"""Which conversation a mail belongs to, by the mails it refers to (References and In-Reply-To, RFC 5322).

Programs cut References to the mail that is answered, or leave them out; and a folder of sent mails is read after the
answers to them. So mails are tied by every reference, whichever of the two came first, and conversations that turn out
to be one are made one. Only among the mails of one client: what a stranger writes there leads to no other's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from accord.correspondence.mail_parsing import ParsedMail
from accord.correspondence.models import MailMessage

_AT_ONCE = 400  # digests in one statement


def tie_threads(rows: Sequence[tuple[ParsedMail, MailMessage]]) -> None:
    """Set ``thread`` of new mails that are not stored yet, and join the stored conversations that they tie."""
    by_account: dict[int, list[tuple[ParsedMail, MailMessage]]] = defaultdict(list)
    for mail, message in rows:
        by_account[message.account_id].append((mail, message))
    for account, own in by_account.items():
        _tie(account, own)


def _tie(account: int, rows: list[tuple[ParsedMail, MailMessage]]) -> None:
    families, referred = _Families(), {}
    for mail, message in rows:
        referred[message.digest] = [MailMessage.digest_of(each) for each in mail.references]
        for digest in referred[message.digest]:
            families.join(message.digest, digest)
    standing: dict[str, int] = {}  # threads that are stored, with the first mail of each that was met
    for pk, digest, thread in _stored(account, {*referred, *(each for ids in referred.values() for each in ids)}):
        families.join(digest, thread)
        standing[thread] = min(pk, standing.get(thread, pk))
    # A conversation is named after its first mail, even while that is missing: when it comes, it is found by its name.
    firsts = [ids[0] for ids in referred.values() if ids]
    ordered = sorted(standing, key=standing.__getitem__)
    names: dict[str, str] = {}
    for name in (*(n for n in ordered if not referred.get(n)), *(n for n in firsts if n not in referred), *ordered):
        names.setdefault(families.head(name), name)
    for _, message in rows:
        message.thread = names.setdefault(
            families.head(message.digest), (referred[message.digest] or [message.digest])[0]
        )
    for thread in standing:
        name = names[families.head(thread)]
        if thread != name:
            MailMessage.objects.filter(account=account, thread=thread).update(thread=name)


def _stored(account: int, digests: set[str]) -> list[tuple[int, str, str]]:
    """Mails that are referred to, and mails whose conversation is named after one of these."""
    ordered, found = sorted(digests), []
    for first in range(0, len(ordered), _AT_ONCE):
        some = ordered[first : first + _AT_ONCE]
        rows = MailMessage.objects.filter(Q(digest__in=some) | Q(thread__in=some), account=account)
        found += list(rows.order_by("pk").values_list("pk", "digest", "thread"))
    return found


class _Families:
    """Digests that belong together."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def head(self, digest: str) -> str:
        while (above := self._above.get(digest, digest)) != digest:
            self._above[digest] = self._above.get(above, above)
            digest = above
        return digest

    def join(self, one: str, other: str) -> None:
        self._above[self.head(one)] = self.head(other)
