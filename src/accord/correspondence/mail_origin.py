"""Who of us wrote a mail: what stands in From is no proof, anybody can write it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accord.accounts.mail_addresses import compared
from accord.correspondence.mail_authentication import Verdict, verdict
from accord.correspondence.mail_parsing import ParsedMail
from accord.correspondence.models import Mailbox
from accord.people.models import User


@dataclass(frozen=True, slots=True)
class Origin:
    """``author`` is the colleague who wrote it, if one did; ``verified`` whether its From may be believed."""

    author: User | None
    verified: bool = True
    claims_colleague: bool = False


def colleagues_by_address() -> dict[str, User]:
    """Everybody of ours by the addresses from which they write."""
    boxes = Mailbox.objects.filter(owner__is_active=True).select_related("owner").order_by("pk")
    found = {compared(box.address): box.owner for box in boxes}
    return found | {compared(user.email): user for user in User.objects.filter(is_active=True)}


def origin_of(
    mail: ParsedMail,
    mailbox: Mailbox,
    colleagues: Mapping[str, User],
    contacts: Collection[str],
    *,
    is_from_outbox: bool,
    in_sent_folder: bool,
) -> Origin:
    """Ours are mails that we sent, those in the owner's folder of sent mails, and those that their server vouches for.

    ``contacts`` are addresses of people at clients among those of the mail; a form on a website that writes in our
    name, with the client to reply to, is the client's mail.
    """
    colleague = colleagues.get(mail.sender)
    own = compared(mailbox.address).rpartition("@")[2]
    said = verdict(mail.results, mailbox.trusted_servers, mail.sender, own) if mail.senders == 1 else Verdict.FAILED
    is_form = mail.sender not in contacts and any(address in contacts for address in mail.reply_to)
    if in_sent_folder and mail.sender not in contacts:
        return Origin(mailbox.owner)
    if colleague is None:
        return Origin(None, verified=said != Verdict.FAILED)
    if is_form:
        return Origin(None, verified=said == Verdict.PASSED, claims_colleague=True)
    if is_from_outbox or said == Verdict.PASSED:
        return Origin(colleague)
    return Origin(None, verified=False, claims_colleague=True)
