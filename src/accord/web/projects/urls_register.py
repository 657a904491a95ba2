from __future__ import annotations

from django.urls import path

from accord.web.projects.views import all_projects, changes, entries, register

urlpatterns = [
    path("projects/<int:pk>/risks", register.risks, name="project-risks"),
    path("projects/<int:pk>/log", register.log, name="project-log"),
    path("projects/<int:project>/risks/new", entries.RiskNew.as_view(), name="risk-new"),
    path("projects/<int:project>/issues/new", entries.IssueNew.as_view(), name="issue-new"),
    path("projects/<int:project>/change-requests/new", changes.ChangeNew.as_view(), name="change-new"),
    path("projects/<int:project>/decisions/new", entries.DecisionNew.as_view(), name="decision-new"),
    path("projects/<int:project>/lessons/new", entries.LessonNew.as_view(), name="lesson-new"),
    path("risks/", all_projects.RiskList.as_view(), name="risks"),
    path("risks/<int:pk>/", entries.risk, name="risk"),
    path("risks/<int:pk>/edit", entries.RiskEdit.as_view(), name="risk-edit"),
    path("risks/<int:pk>/removal", entries.RiskRemove.as_view(), name="risk-removal"),
    path("risks/<int:pk>/strike", entries.risk_occurred, name="risk-strike"),
    path("risks/<int:pk>/closure", entries.risk_closed, name="risk-closure"),
    path("issues/", all_projects.IssueList.as_view(), name="issues"),
    path("issues/<int:pk>/", entries.issue, name="issue"),
    path("issues/<int:pk>/edit", entries.IssueEdit.as_view(), name="issue-edit"),
    path("issues/<int:pk>/removal", entries.IssueRemove.as_view(), name="issue-removal"),
    path("issues/<int:pk>/solution", entries.IssueSolution.as_view(), name="issue-solution"),
    path("change-requests/", all_projects.ChangeList.as_view(), name="changes"),
    path("change-requests/<int:pk>/", changes.change, name="change"),
    path("change-requests/<int:pk>/edit", changes.ChangeEdit.as_view(), name="change-edit"),
    path("change-requests/<int:pk>/removal", changes.ChangeRemove.as_view(), name="change-removal"),
    path("change-requests/<int:pk>/decision", changes.ChangeDecision.as_view(), name="change-decision"),
    path("change-requests/<int:pk>/completion", changes.change_done, name="change-completion"),
    path("decisions/<int:pk>/edit", entries.DecisionEdit.as_view(), name="decision-edit"),
    path("decisions/<int:pk>/removal", entries.DecisionRemove.as_view(), name="decision-removal"),
    path("lessons/", all_projects.LessonList.as_view(), name="lessons"),
    path("lessons/<int:pk>/edit", entries.LessonEdit.as_view(), name="lesson-edit"),
    path("lessons/<int:pk>/removal", entries.LessonRemove.as_view(), name="lesson-removal"),
]
