from __future__ import annotations

from django.urls import path

from accord.web.projects.views import estimates, uncertainty

urlpatterns = [
    path("projects/<int:pk>/uncertainty", uncertainty.uncertainty, name="project-uncertainty"),
    path("projects/<int:pk>/uncertainty/estimates", estimates.estimates, name="project-estimates"),
    path("projects/<int:project>/simulations/new", uncertainty.SimulationNew.as_view(), name="simulation-new"),
    path("simulations/<int:pk>/progress", uncertainty.progress, name="simulation-progress"),
    path("simulations/<int:pk>/cancellation", uncertainty.cancellation, name="simulation-cancellation"),
]
