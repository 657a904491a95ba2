from __future__ import annotations

from django.urls import path

from accord.portal import views

urlpatterns = [
    path("client/<str:secret>/", views.projects, name="client"),
    path("survey/<str:secret>/", views.survey, name="survey-answer"),
]
