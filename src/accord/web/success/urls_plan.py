"""The account plan."""

from __future__ import annotations

from django.urls import path

from accord.web.success.views import plan

urlpatterns = [
    path("accounts/<int:pk>/plan", plan.account_plan, name="account-plan"),
    path("planned-actions/<int:pk>/completion", plan.completion, name="planned-action-completion"),
    path("goals/<int:goal>/supports/new", plan.SupportNew.as_view(), name="goal-support-new"),
    path("goal-supports/<int:pk>/edit", plan.SupportEdit.as_view(), name="goal-support-edit"),
    path("goal-supports/<int:pk>/removal", plan.SupportRemove.as_view(), name="goal-support-removal"),
    *plan.NeedPages.urls("needs", new="accounts/<int:account>/needs/new"),
    *plan.GoalPages.urls("goals", new="accounts/<int:account>/goals/new"),
    *plan.SwotNotePages.urls("swot-notes", new="accounts/<int:account>/swot-notes/new"),
    *plan.StrategyPages.urls("strategies", new="accounts/<int:account>/strategies/new"),
    *plan.PlannedActionPages.urls("planned-actions", new="accounts/<int:account>/planned-actions/new"),
]
