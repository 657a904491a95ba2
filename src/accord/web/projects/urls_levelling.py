from __future__ import annotations

from django.urls import path

from accord.web.projects.views import levelling

urlpatterns = [
    path("projects/<int:pk>/levelling", levelling.levelling, name="project-levelling"),
    path("projects/<int:project>/levellings/new", levelling.LevellingNew.as_view(), name="levelling-new"),
    path("levellings/<int:pk>/progress", levelling.progress, name="levelling-progress"),
    path("levellings/<int:pk>/stop", levelling.stop, name="levelling-stop"),
    path("levellings/<int:pk>/acceptance", levelling.acceptance, name="levelling-acceptance"),
]
