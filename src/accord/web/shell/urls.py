from __future__ import annotations

from django.urls import path

from accord.web.shell.views import home, palette, up

urlpatterns = [
    path("", home.home, name="home"),
    path("up", up.up, name="up"),
    path("palette", palette.palette, name="palette"),
    path("notifications/read", home.notifications_read, name="notifications-read"),
]
