"""Requests, service levels, the voice of the clients, internal_requests."""

from __future__ import annotations

from django.urls import path

from accord.web.support.views import internal_requests as internal
from accord.web.support.views import requests, service_levels, topics

urlpatterns = [
    path("accounts/<int:pk>/requests", requests.account_requests, name="account-requests"),
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path("requests/<int:pk>/", requests.request_page, name="request"),
    *requests.RequestPages.urls("requests", new="accounts/<int:account>/requests/new"),
    path("requests/<int:pk>/answer", requests.answer, name="request-answer"),
    path("requests/<int:pk>/waiting", requests.waiting, name="request-waiting"),
    path("requests/<int:pk>/solution", requests.Solution.as_view(), name="request-solution"),
    path("requests/<int:pk>/closure", requests.closure, name="request-closure"),
    path("requests/<int:asked>/work/new", requests.WorkNew.as_view(), name="request-work-new"),
    path("request-works/<int:pk>/removal", requests.WorkRemove.as_view(), name="request-work-removal"),
    path("topics/", topics.TopicList.as_view(), name="topics"),
    *topics.TopicPages.urls("topics"),
    path("internal-requests/", internal.InternalRequestList.as_view(), name="internal-requests"),
    path(
        "accounts/<int:account>/internal-requests/new",
        internal.InternalRequestNew.as_view(),
        name="internal-request-new",
    ),
    path("internal-requests/<int:pk>/edit", internal.InternalRequestEdit.as_view(), name="internal-request-edit"),
    path(
        "internal-requests/<int:pk>/answer",
        internal.InternalRequestAnswer.as_view(),
        name="internal-request-answer",
    ),
    path(
        "internal-requests/<int:pk>/removal",
        internal.InternalRequestRemove.as_view(),
        name="internal-request-removal",
    ),
    path("service-levels/", service_levels.service_levels, name="service-levels"),
    *service_levels.LevelPages.urls("service-levels"),
    *service_levels.StepPages.urls("escalation-steps"),
    path(
        "accounts/<int:account>/service-levels/new",
        service_levels.LevelPages.New.as_view(),
        name="account-service-level-new",
    ),
    path(
        "accounts/<int:account>/escalation-steps/new",
        service_levels.StepPages.New.as_view(),
        name="account-escalation-step-new",
    ),
]
