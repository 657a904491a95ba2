"""The account plan."""

from __future__ import annotations

from django.urls import URLPattern, path

from accord.web.accounts.views import plan

# Each part of the plan is made for a client, changed and removed in the same way.
PARTS = {
    "need": (plan.NeedNew, plan.NeedEdit, plan.NeedRemove),
    "goal": (plan.GoalNew, plan.GoalEdit, plan.GoalRemove),
    "swot-note": (plan.SwotNoteNew, plan.SwotNoteEdit, plan.SwotNoteRemove),
    "strategy": (plan.StrategyNew, plan.StrategyEdit, plan.StrategyRemove),
    "planned-action": (plan.PlannedActionNew, plan.PlannedActionEdit, plan.PlannedActionRemove),
}

urlpatterns: list[URLPattern] = [
    path("accounts/<int:pk>/plan", plan.account_plan, name="account-plan"),
    path("planned-actions/<int:pk>/completion", plan.completion, name="planned-action-completion"),
    path("goals/<int:goal>/supports/new", plan.SupportNew.as_view(), name="goal-support-new"),
    path("goal-supports/<int:pk>/edit", plan.SupportEdit.as_view(), name="goal-support-edit"),
    path("goal-supports/<int:pk>/removal", plan.SupportRemove.as_view(), name="goal-support-removal"),
]
for name, (new, edit, remove) in PARTS.items():
    urlpatterns += [
        path(f"accounts/<int:account>/{name}s/new", new.as_view(), name=f"{name}-new"),
        path(f"{name}s/<int:pk>/edit", edit.as_view(), name=f"{name}-edit"),
        path(f"{name}s/<int:pk>/removal", remove.as_view(), name=f"{name}-removal"),
    ]
