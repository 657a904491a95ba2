"""Mailboxes, mails and calendars."""

from __future__ import annotations

from django.urls import path

from accord.web.correspondence.views import calendars, mail, mailboxes

urlpatterns = [
    path("mail/<int:pk>/", mail.mail, name="mail"),
    path("mail/<int:pk>/another-try", mail.another_try, name="mail-another-try"),
    path("mail/<int:answers>/answers/new", mail.AnswerNew.as_view(), name="mail-answer-new"),
    path("accounts/<int:account>/mail/new", mail.MailNew.as_view(), name="mail-new"),
    *calendars.SourcePages.urls("calendar-sources"),
    path("calendar-sources/<int:pk>/", calendars.source, name="calendar-source"),
    path("calendar-sources/<int:pk>/readings", calendars.reading, name="calendar-source-reading"),
    path("profile/calendar-feed", calendars.feed_new, name="calendar-feed"),
    path("feeds/<str:secret>.ics", calendars.feed, name="calendar-feed-read"),
    path("mailboxes/new", mailboxes.MailboxNew.as_view(), name="mailbox-new"),
    path("mailboxes/sign-in", mailboxes.signed_in, name="mailbox-signed-in"),
    path("mailboxes/<int:pk>/sign-in", mailboxes.sign_in, name="mailbox-sign-in"),
    path("mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("mailboxes/<int:pk>/edit", mailboxes.MailboxEdit.as_view(), name="mailbox-edit"),
    path("mailboxes/<int:pk>/removal", mailboxes.MailboxRemove.as_view(), name="mailbox-removal"),
    path("mailboxes/<int:pk>/readings", mailboxes.reading, name="mailbox-reading"),
]
