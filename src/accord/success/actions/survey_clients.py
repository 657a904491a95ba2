"""Asking clients: whom, how often, by which mail; taking their answer; and seeing to those who are not content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account, Affiliation, Contact
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.dates import day_text
from accord.core.email import email_is_configured
from accord.core.events import record_event
from accord.core.texts import gettext_lazy
from accord.core.tokens import digest, new_secret
from accord.people.letters import letter
from accord.people.models import Firm, User
from accord.success.events import SurveyEvent
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation

Address = Callable[[str], str]  # the whole address of a survey page, by its secret, which only the doors know

MOST_TRIES = 5
UNCERTAIN = gettext_lazy("Sending was interrupted, so it may have arrived or not.")


def audience(survey: Survey, account: Account) -> list[Contact]:
    """Who at the client is asked: those who are there, have an address, and fit the survey's audience."""
    places = Affiliation.objects.filter(account=account, until=None).exclude(contact__email="")
    if survey.audience == Survey.Audience.DECIDING:
        places = places.filter(buying_role__in=Affiliation.DECIDING)
    return [place.contact for place in places.select_related("contact").order_by("contact__name", "pk")]


def resting(survey: Survey, contacts: Iterable[Contact], now: datetime) -> set[int]:
    """Those of ``contacts`` who were asked something within the survey's days of rest."""
    if not survey.rest_days:
        return set()
    since = now - timedelta(days=survey.rest_days)
    asked = SurveyInvitation.objects.filter(contact__in=[c.pk for c in contacts], created_at__gt=since)
    return set(asked.values_list("contact", flat=True))


@transaction.atomic
def invite(
    *,
    survey: Survey,
    account: Account,
    contacts: Sequence[Contact],
    by: Any,
    now: datetime,
    about: User | None = None,
    service: str = "",
    occasion: str = "",
) -> tuple[list[SurveyInvitation], list[Contact]]:
    """Ask ``contacts``, except those who rest; returns the invitations, whose mails a job sends, and who rests.

    Raises ``ValidationError`` for somebody who is not at the client or has no address.
    """
    here = {a.contact_id for a in Affiliation.objects.filter(account=account, until=None)}
    for contact in contacts:
        if contact.pk not in here:
            raise ValidationError(
                {
                    "contacts": gettext("%(contact)s isn't a contact of %(account)s.")
                    % {"contact": contact, "account": account}
                }
            )
        if not contact.email:
            raise ValidationError(
                {"contacts": gettext("%(contact)s has no email address. Add one first.") % {"contact": contact}}
            )
    quiet = resting(survey, contacts, now)
    made = []
    for contact in contacts:
        if contact.pk in quiet:
            continue
        invitation = SurveyInvitation(
            survey=survey, account=account, contact=contact, about=about, service=service, occasion=occasion,
            expires_on=timezone.localdate(now) + timedelta(days=survey.days_open),
        )  # fmt: skip
        require(by, Permission.CREATE, invitation)
        invitation.save()
        made.append(invitation)
    if made:
        names = [str(invitation.contact) for invitation in made]
        record_event(
            by=by, kind=SurveyEvent.INVITED, subject=survey, root=account, after={"contacts": ", ".join(names)}
        )
    return made, [contact for contact in contacts if contact.pk in quiet]


def send_invitations(*, now: datetime, address: Address, most: int = 200) -> int:
    """Send the mails that wait; returns how many went out.

    Each is marked as sent before it is handed to the mail server: after a crash in between it may be missing, which
    is better than asking somebody twice, and its invitation says so. A server that refuses is asked again later, five
    times at most.
    """
    if not email_is_configured():
        return 0  # they wait, or are handed over as links
    waiting = SurveyInvitation.objects.filter(
        sent_at=None, link_created_at=None, tries__lt=MOST_TRIES, expires_on__gte=now.date()
    )
    rows = list(waiting.select_related("survey", "contact", "account__owner", "about").order_by("pk")[:most])
    if not rows:
        return 0
    firm, sent = Firm.current(), defaultdict[tuple[Survey, Account], list[str]](list)
    for row in rows:
        secret = new_secret()
        claimed = SurveyInvitation.objects.filter(pk=row.pk, sent_at=None).update(
            sent_at=now, hash=digest(secret), tries=F("tries") + 1, failure=UNCERTAIN
        )
        if not claimed:
            continue
        try:
            _mail(row, firm, address(secret)).send()
            SurveyInvitation.objects.filter(pk=row.pk).update(failure="")
            sent[row.survey, row.account].append(str(row.contact))
        except OSError as error:  # smtplib's errors are OSErrors, too
            told = f"{type(error).__name__}: {error}"[:300]
            SurveyInvitation.objects.filter(pk=row.pk).update(sent_at=None, hash="", failure=told)
    for (survey, account), names in sent.items():
        record_event(by=None, kind=SurveyEvent.SENT, subject=survey, root=account, after={"contacts": ", ".join(names)})
    return sum(map(len, sent.values()))


@transaction.atomic
def create_survey_link(*, invitation: SurveyInvitation, by: Any, now: datetime) -> str:
    """A link to hand over instead of an email; returns its secret, which is kept nowhere else.

    An earlier link of the invitation stops working. Raises ``ValidationError`` for one that was answered or expired.
    """
    require(by, Permission.CHANGE, invitation)
    if invitation.answered_on is not None:
        raise ValidationError(gettext("%(contact)s has already answered.") % {"contact": invitation.contact})
    if invitation.expires_on < timezone.localdate(now):
        raise ValidationError(gettext("This invitation has expired. Send the survey again."))
    secret = new_secret()
    SurveyInvitation.objects.filter(pk=invitation.pk).update(hash=digest(secret), link_created_at=now, failure="")
    record_event(
        by=by, kind=SurveyEvent.LINK_CREATED, subject=invitation.survey, root=invitation.account,
        after={"contact": str(invitation.contact)},
    )  # fmt: skip
    return secret


def _mail(row: SurveyInvitation, firm: Firm, url: str) -> EmailMultiAlternatives:
    survey, owner = row.survey, row.account.owner
    subject = f"{firm.name}: {survey.label}"
    if row.occasion:
        subject = f"{row.occasion}: {survey.label}"
    lines = [
        gettext("Dear %(contact)s,") % {"contact": row.contact.name},
        "",
        survey.label,
        "",
        gettext("It takes one click, and you do not need to sign in:"),
        url,
        "",
        gettext("The link works until %(expires_on)s.") % {"expires_on": day_text(row.expires_on)},
    ]
    if survey.anonymous:
        lines += ["", gettext("Your answer is anonymous. It is stored without your name.")]
    lines += ["", gettext("Kind regards"), owner.name if owner is not None else firm.name, firm.name]
    return letter(
        subject=subject,
        text="\n".join(lines),
        to=[row.contact.email],
        reply_to=[owner.email] if owner is not None else None,
        firm=firm,
    )


@transaction.atomic
def give_answer(*, invitation: SurveyInvitation, score: int, reason: str, on: date) -> SurveyAnswer:
    """Keep the answer of who was invited; who looks after the client hears of one who is not content.

    Raises ``ValidationError`` for an answer outside the scale, or a second one.
    """
    survey = invitation.survey
    lowest, highest = survey.bounds
    if not lowest <= score <= highest:
        raise ValidationError(
            {
                "score": gettext("Choose a score from %(lowest)s to %(highest)s.")
                % {"lowest": lowest, "highest": highest}
            }
        )
    # The claim is one statement: of two simultaneous answers one is kept.
    open_ = SurveyInvitation.objects.filter(pk=invitation.pk, answered_on=None)
    if not open_.update(answered_on=on):
        raise ValidationError(gettext("You've already answered this survey. Thank you."))
    answer = SurveyAnswer(
        survey=survey, account=invitation.account, contact=None if survey.anonymous else invitation.contact,
        about=invitation.about, service=invitation.service, score=score, reason=reason.strip(),
        # A day, beside the list of who was asked, would often tell who it was.
        given_on=on.replace(day=1) if survey.anonymous else on,
        low_score=survey.is_low_score(score),
    )  # fmt: skip
    answer.save()
    if not survey.anonymous:
        record_event(
            by=None, kind=SurveyEvent.ANSWERED, subject=answer, root=invitation.account, after={"score": score}
        )
    if answer.low_score and not survey.anonymous:
        text = gettext("Low score from %(contact)s at %(account)s: %(score)s of %(highest)s (%(survey)s)") % {
            "contact": answer.contact,
            "account": answer.account,
            "score": score,
            "highest": highest,
            "survey": survey,
        }
        notify([invitation.account.owner], text, kind=NoticeKind.SYSTEM, about=answer)
    return answer


def follow_up(*, answer: SurveyAnswer, by: Any, version: int, words: str, on: date) -> SurveyAnswer:
    """Say what was done about an answer."""
    changed: SurveyAnswer = editing.change(
        answer,
        by=by,
        version=version,
        event=SurveyEvent.FOLLOWED_UP,
        follow_up=words,
        followed_up_on=on,
        followed_up_by=by,
    )
    return changed


@transaction.atomic
def ask_by_schedule(*, now: datetime) -> int:
    """Invite for the surveys that are sent every few months; returns how many people were asked.

    A client is due when nobody there was asked by this survey within its months.
    """
    asked = 0
    for survey in Survey.objects.filter(active=True, occasion=Survey.Occasion.SCHEDULE):
        since = now - timedelta(days=round(survey.every_months * 365.25 / 12))
        lately = SurveyInvitation.objects.filter(survey=survey, created_at__gt=since).values("account")
        due = Account.objects.filter(status=Account.Status.CLIENT, archived_at=None).exclude(pk__in=lately)
        for account in due.filter(Q(lost_on=None)).order_by("pk"):
            made, _ = invite(
                survey=survey, account=account, contacts=audience(survey, account), by=None, now=now,
                about=account.owner,
            )  # fmt: skip
            asked += len(made)
    return asked
