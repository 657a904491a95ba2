"""Every door's addresses."""

from __future__ import annotations

from django.urls import include, path

from accord.api.api import api

urlpatterns = [
    path("", include("accord.web.shell.urls")),
    path("", include("accord.web.accounts.urls")),
    path("", include("accord.web.projects.urls")),
    path("", include("accord.web.people.urls")),
    path("", include("accord.web.money.urls")),
    path("", include("accord.web.insight.urls")),
    path("", include("accord.web.imports.urls")),
    path("api/", api.urls),
    path("", include("accord.portal.urls")),
    path("sign-in/", include("allauth.urls")),
]
