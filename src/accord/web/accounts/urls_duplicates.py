"""Records that are there twice."""

from __future__ import annotations

from django.urls import path

from accord.web.accounts.views import duplicates

PAIR = "accounts/duplicates/<slug:kind>/<int:first>/<int:second>"

urlpatterns = [
    path("accounts/duplicates", duplicates.duplicates, name="duplicates"),
    path(PAIR, duplicates.merge, name="merge-new"),
    path(
        "accounts/duplicates/<slug:kind>/<int:first>/<int:second>/difference", duplicates.different, name="not-the-same"
    ),
    path("merges/<int:pk>/undo", duplicates.undo, name="merge-undo"),
]
