"""Every door's addresses."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from accord.api.api import urls as api_urls
from accord.web.shell.views.password_reset import reset

urlpatterns = [
    path("", include("accord.web.home.urls")),
    path("", include("accord.web.shell.urls")),
    path("", include("accord.web.accounts.urls")),
    path("", include("accord.web.correspondence.urls")),
    path("", include("accord.web.sales.urls")),
    path("", include("accord.web.support.urls")),
    path("", include("accord.web.success.urls")),
    path("", include("accord.web.projects.urls")),
    path("", include("accord.web.people.urls")),
    path("", include("accord.web.money.urls")),
    path("", include("accord.web.insight.urls")),
    path("", include("accord.web.imports.urls")),
    path("api/", api_urls),
    path("", include("accord.portal.urls")),
    # Addresses are changed by administrators, who vouch for them; allauth's own page for that is shut.
    path("sign-in/email/", RedirectView.as_view(pattern_name="profile")),
    path("sign-in/password/reset/", reset),  # allauth's own name for it stays, just below
    path("sign-in/", include("allauth.urls")),
]

handler500 = "accord.web.shell.views.faults.server_error"
