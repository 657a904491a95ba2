"""Surveys: what is asked, of whom, and what they answer."""

from __future__ import annotations

from django.urls import path

from accord.web.success.views import survey_invitations, surveys

urlpatterns = [
    path("surveys/", surveys.SurveyList.as_view(), name="surveys"),
    *surveys.SurveyPages.urls("surveys"),
    path("surveys/<int:pk>/", surveys.survey_page, name="survey"),
    path("surveys/<int:pk>/segment", survey_invitations.SegmentSend.as_view(), name="survey-segment"),
    path("accounts/<int:pk>/satisfaction", surveys.account_satisfaction, name="account-satisfaction"),
    path(
        "accounts/<int:account>/invitations/new",
        survey_invitations.InvitationNew.as_view(),
        name="survey-invitation-new",
    ),
    path("survey-invitations/<int:pk>/link", survey_invitations.invitation_link, name="survey-invitation-link"),
    path("survey-answers/<int:pk>/follow-up", surveys.FollowUp.as_view(), name="survey-follow-up"),
]
