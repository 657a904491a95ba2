from __future__ import annotations

from django.urls import path

from accord.web.shell.views import comments, confirmation, files, help, list_field, palette, saved_views, up

urlpatterns = [
    path("up", up.up, name="up"),
    path("help/", help.help_index, name="help"),
    path("help/<slug:name>", help.help_guide, name="help-guide"),
    path("palette", palette.palette, name="palette"),
    path("comments/new", comments.comment_new, name="comment-new"),
    path("comments/<int:pk>/edit", comments.CommentEdit.as_view(), name="comment-edit"),
    path("comments/<int:pk>/removal", comments.CommentRemove.as_view(), name="comment-removal"),
    path("comments/mentions", comments.mention_names, name="mention-names"),
    path("watches/", comments.watches, name="watches"),
    path("watches/removal", comments.watch_removal, name="watch-removal"),
    path("files/of/<str:label>/<int:pk>", files.record_files, name="record-files"),
    path("files/<int:pk>", files.download, name="file"),
    path("files/<int:pk>/preview", files.preview, name="file-preview"),
    path("files/<int:pk>/picture", files.picture, name="file-picture"),
    path("files/<int:pk>/versions/new", files.VersionNew.as_view(), name="file-version-new"),
    path("files/<int:pk>/removal", files.FileRemove.as_view(), name="file-removal"),
    path("lists/<slug:route>/<int:pk>/<slug:field>", list_field.ListField.as_view(), name="list-field"),
    path("saved-views/new", saved_views.SavedViewNew.as_view(), name="saved-view-new"),
    path("saved-views/<int:pk>/edit", saved_views.SavedViewEdit.as_view(), name="saved-view-edit"),
    path("saved-views/<int:pk>/removal", saved_views.SavedViewRemove.as_view(), name="saved-view-removal"),
    path("sign-in/confirmation/", confirmation.confirmation, name="sign-in-confirmation"),
    path("sign-in/confirmed/", confirmation.confirmed, name="sign-in-confirmed"),
]
