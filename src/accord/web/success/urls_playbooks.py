"""Playbooks and their runs."""

from __future__ import annotations

from django.urls import path

from accord.web.success.views import playbooks

urlpatterns = [
    path("playbooks/", playbooks.PlaybookList.as_view(), name="playbooks"),
    path("playbooks/usual", playbooks.usual, name="playbooks-usual"),
    path("playbooks/new", playbooks.PlaybookNew.as_view(), name="playbook-new"),
    path("playbooks/<int:pk>/", playbooks.playbook_page, name="playbook"),
    path("playbooks/<int:pk>/edit", playbooks.PlaybookEdit.as_view(), name="playbook-edit"),
    path("playbooks/<int:pk>/removal", playbooks.PlaybookRemove.as_view(), name="playbook-removal"),
    path("playbooks/<int:playbook>/steps/new", playbooks.StepNew.as_view(), name="playbook-step-new"),
    path("playbook-steps/<int:pk>/edit", playbooks.StepEdit.as_view(), name="playbook-step-edit"),
    path("playbook-steps/<int:pk>/removal", playbooks.StepRemove.as_view(), name="playbook-step-removal"),
    path("accounts/<int:account>/playbook-runs/new", playbooks.RunNew.as_view(), name="playbook-run-new"),
    path("playbook-runs/<int:pk>/skip", playbooks.RunSkip.as_view(), name="playbook-run-skip"),
    path("playbook-run-steps/<int:pk>/completion", playbooks.step_completion, name="playbook-run-step-completion"),
]
