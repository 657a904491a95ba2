from __future__ import annotations

from django.urls import path

from accord.web.imports.views import actions, lists, pages

urlpatterns = [
    path("imports/", lists.ImportList.as_view(), name="imports"),
    path("imports/new", pages.new, name="import-new"),
    path("imports/samples/<slug:kind>.csv", pages.sample, name="import-sample"),
    path("imports/<int:pk>/", pages.page, name="import"),
    path("imports/<int:pk>/progress", pages.progress, name="import-progress"),
    path("imports/<int:pk>/check", actions.check, name="import-check"),
    path("imports/<int:pk>/encoding", actions.encoding, name="import-encoding"),
    path("imports/<int:pk>/confirmation", actions.confirmation, name="import-confirmation"),
    path("imports/<int:pk>/cancellation", actions.cancellation, name="import-cancellation"),
    path("imports/<int:pk>/undo", actions.undo, name="import-undo"),
    path("imports/<int:pk>/removal", actions.removal, name="import-removal"),
]
