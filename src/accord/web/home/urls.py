from __future__ import annotations

from django.urls import path

from accord.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("checklist/dismissal", views.checklist_dismissal, name="checklist-dismissal"),
    path("notifications/read", views.notifications_read, name="notifications-read"),
]
