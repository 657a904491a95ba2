"""The account plan."""

from __future__ import annotations

from django.urls import URLPattern, path

from accord.web.success.views import plan

# Each part of the plan is made for a client, changed and removed in the same way.
PARTS = {
    ("need", "needs"): (plan.NeedNew, plan.NeedEdit, plan.NeedRemove),
    ("goal", "goals"): (plan.GoalNew, plan.GoalEdit, plan.GoalRemove),
    ("swot-note", "swot-notes"): (plan.SwotNoteNew, plan.SwotNoteEdit, plan.SwotNoteRemove),
    ("strategy", "strategies"): (plan.StrategyNew, plan.StrategyEdit, plan.StrategyRemove),
    ("planned-action", "planned-actions"): (plan.PlannedActionNew, plan.PlannedActionEdit, plan.PlannedActionRemove),
}

urlpatterns: list[URLPattern] = [
    path("accounts/<int:pk>/plan", plan.account_plan, name="account-plan"),
    path("planned-actions/<int:pk>/completion", plan.completion, name="planned-action-completion"),
    path("goals/<int:goal>/supports/new", plan.SupportNew.as_view(), name="goal-support-new"),
    path("goal-supports/<int:pk>/edit", plan.SupportEdit.as_view(), name="goal-support-edit"),
    path("goal-supports/<int:pk>/removal", plan.SupportRemove.as_view(), name="goal-support-removal"),
]
for (name, names), (new, edit, remove) in PARTS.items():
    urlpatterns += [
        path(f"accounts/<int:account>/{names}/new", new.as_view(), name=f"{name}-new"),
        path(f"{names}/<int:pk>/edit", edit.as_view(), name=f"{name}-edit"),
        path(f"{names}/<int:pk>/removal", remove.as_view(), name=f"{name}-removal"),
    ]
