from __future__ import annotations

from django.urls import path

from accord.web.home import inbox, views

urlpatterns = [
    path("", views.home, name="home"),
    path("checklist/dismissal", views.checklist_dismissal, name="checklist-dismissal"),
    path("inbox", inbox.inbox_page, name="inbox"),
    path("inbox/read", inbox.all_read, name="notifications-read"),
    path("inbox/<int:pk>/reading", inbox.reading, name="notice-reading"),
    path("inbox/<int:pk>/unreading", inbox.unreading, name="notice-unreading"),
    path("inbox/<int:pk>/snooze", inbox.snoozing, name="notice-snooze"),
]
