from __future__ import annotations

from django.urls import path

from accord.web.projects.views import all_projects, changes, entries, register

urlpatterns = [
    path("projects/<int:pk>/risks", register.risks, name="project-risks"),
    path("projects/<int:pk>/log", register.log, name="project-log"),
    *entries.RiskPages.urls("risks", new="projects/<int:project>/risks/new"),
    *entries.IssuePages.urls("issues", new="projects/<int:project>/issues/new"),
    *changes.ChangePages.urls("change-requests", new="projects/<int:project>/change-requests/new"),
    *entries.DecisionPages.urls("decisions", new="projects/<int:project>/decisions/new"),
    *entries.LessonPages.urls("lessons", new="projects/<int:project>/lessons/new"),
    path("risks/", all_projects.RiskList.as_view(), name="risks"),
    path("risks/<int:pk>/", entries.risk, name="risk"),
    path("risks/<int:pk>/strike", entries.risk_occurred, name="risk-strike"),
    path("risks/<int:pk>/closure", entries.risk_closed, name="risk-closure"),
    path("issues/", all_projects.IssueList.as_view(), name="issues"),
    path("issues/<int:pk>/", entries.issue, name="issue"),
    path("issues/<int:pk>/solution", entries.IssueSolution.as_view(), name="issue-solution"),
    path("change-requests/", all_projects.ChangeList.as_view(), name="changes"),
    path("change-requests/<int:pk>/", changes.change, name="change"),
    path("change-requests/<int:pk>/decision", changes.ChangeDecision.as_view(), name="change-decision"),
    path("change-requests/<int:pk>/completion", changes.change_done, name="change-completion"),
    path("lessons/", all_projects.LessonList.as_view(), name="lessons"),
]
