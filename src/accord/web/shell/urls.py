from __future__ import annotations

from django.urls import path

from accord.web.shell.views import confirmation, help, palette, saved_views, up

urlpatterns = [
    path("up", up.up, name="up"),
    path("help/", help.help_index, name="help"),
    path("help/<slug:name>", help.help_guide, name="help-guide"),
    path("palette", palette.palette, name="palette"),
    path("saved-views/new", saved_views.SavedViewNew.as_view(), name="saved-view-new"),
    path("saved-views/<int:pk>/edit", saved_views.SavedViewEdit.as_view(), name="saved-view-edit"),
    path("saved-views/<int:pk>/removal", saved_views.SavedViewRemove.as_view(), name="saved-view-removal"),
    path("sign-in/confirmation/", confirmation.confirmation, name="sign-in-confirmation"),
    path("sign-in/confirmed/", confirmation.confirmed, name="sign-in-confirmed"),
]
