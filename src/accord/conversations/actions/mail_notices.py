"""What waits for somebody in Accord, by mail: at once, or once a day in the morning, as they wish."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext

from accord.conversations.models import NoticeSetting, Notification
from accord.conversations.queries import deliveries, due_now
from accord.core.email import email_is_configured
from accord.core.links import absolute
from accord.core.references import page_of
from accord.people.letters import letter
from accord.people.models import Firm, User

Delivery = NoticeSetting.Delivery
MORNING = 7  # o'clock on the user's own clock
STALE = timedelta(days=14)  # what is older is no news
MOST_LINES = 50


def mail_notices(*, now: datetime) -> int:
    """Send each person what they have neither read nor been sent; returns how many mails went out.

    Notices are marked before the mail is handed over, so that nobody gets them twice; a server that refuses gets them
    again the next time.
    """
    if not email_is_configured():
        return 0  # nothing is marked as mailed that was not
    firm, sent = Firm.current(), 0
    waiting = Notification.objects.filter(due_now(now), read_at=None, mailed_at=None, created_at__gt=now - STALE)
    users = list(User.objects.filter(is_active=True).order_by("pk"))
    how = deliveries(users)
    for user in users:
        kinds = {kind for kind, delivery in how[user.pk].items() if delivery == Delivery.AT_ONCE}
        daily = {kind for kind, delivery in how[user.pk].items() if delivery == Delivery.DAILY}
        today = now.astimezone(ZoneInfo(user.time_zone))
        is_morning = bool(daily) and today.hour >= MORNING and user.digest_on != today.date()
        wanted = kinds | daily if is_morning else kinds
        rows = (
            list(waiting.filter(user=user, kind__in=wanted).order_by("created_at", "pk")[:MOST_LINES]) if wanted else []
        )
        if is_morning:
            User.objects.filter(pk=user.pk).update(digest_on=today.date())
        keys = [row.pk for row in rows]
        if not keys or not Notification.objects.filter(pk__in=keys, mailed_at=None).update(mailed_at=now):
            continue
        try:
            _mail(user, rows, firm).send()
            sent += 1
        except OSError:  # smtplib's errors are OSErrors, too
            Notification.objects.filter(pk__in=keys).update(mailed_at=None)
            User.objects.filter(pk=user.pk).update(digest_on=user.digest_on)
    return sent


def _mail(user: User, rows: list[Notification], firm: Firm) -> EmailMultiAlternatives:
    first = rows[0].text
    subject = (
        first
        if len(rows) == 1
        else gettext("%(count)s notifications from %(firm)s") % {"count": len(rows), "firm": firm.name}
    )
    lines: list[str] = []
    for row in rows:
        lines.append(f"- {row.text}")
        if url := page_of(row):
            lines.append(f"  {absolute(url)}")
    foot = [
        "",
        gettext("Change how often you get these emails in your profile: %(absolute)s")
        % {"absolute": absolute("/profile/notifications")},
    ]
    return letter(subject=subject, text="\n".join([*lines, *foot]), to=[user.email], firm=firm)
