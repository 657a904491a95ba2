from __future__ import annotations

from django.urls import path

from accord.web.shell.views import up

urlpatterns = [path("up", up.up, name="up")]
