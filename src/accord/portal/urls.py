from __future__ import annotations

from django.urls import path

from accord.portal import views

urlpatterns = [
    path("client/<str:secret>/", views.projects, name="client"),
    path("quote/<str:secret>/", views.quote, name="quote-answer"),
    path("quote/<str:secret>/pdf", views.quote_pdf, name="quote-answer-pdf"),
    path("survey/<str:secret>/", views.survey, name="survey-answer"),
]
