"""Playbooks and their runs."""

from __future__ import annotations

from django.urls import path

from accord.web.success.views import playbooks

urlpatterns = [
    path("playbooks/", playbooks.PlaybookList.as_view(), name="playbooks"),
    path("playbooks/usual", playbooks.usual, name="playbooks-usual"),
    *playbooks.PlaybookPages.urls("playbooks"),
    *playbooks.StepPages.urls("playbook-steps", new="playbooks/<int:playbook>/steps/new"),
    path("playbooks/<int:pk>/", playbooks.playbook_page, name="playbook"),
    path("accounts/<int:account>/playbook-runs/new", playbooks.RunNew.as_view(), name="playbook-run-new"),
    path("playbook-runs/<int:pk>/skip", playbooks.RunSkip.as_view(), name="playbook-run-skip"),
    path("playbook-run-steps/<int:pk>/completion", playbooks.step_completion, name="playbook-run-step-completion"),
]
