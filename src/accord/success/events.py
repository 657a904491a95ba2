"""What happens to the account plan, playbooks and surveys."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, Told
from accord.core.texts import gettext_lazy


class ActionEvent(EventKind):
    COMPLETED = (
        "action.completed",
        gettext_lazy("Completed"),
        Told("success.plannedaction", gettext_lazy("{actor} completed “{object}”"), "check", "good"),
    )
    REOPENED = "action.reopened", gettext_lazy("Reopened")


class PlaybookEvent(EventKind):
    STARTED = (
        "playbook.started",
        gettext_lazy("Started"),
        Told("success.playbookrun", gettext_lazy("{actor} started playbook “{object}”"), "notes"),
    )
    SKIPPED = (
        "playbook.skipped",
        gettext_lazy("Skipped"),
        Told("success.playbookrun", gettext_lazy("{actor} skipped playbook “{object}”"), "notes", quoted="skip_reason"),
    )
    STEP_COMPLETED = (
        "playbook_step.completed",
        gettext_lazy("Completed"),
        Told("success.playbookrunstep", gettext_lazy("{actor} completed “{object}”"), "check", "good"),
    )
    STEP_REOPENED = "playbook_step.reopened", gettext_lazy("Reopened")


class SurveyEvent(EventKind):
    INVITED = "survey.invited", gettext_lazy("Created invitations")  # nothing has reached anybody yet
    SENT = (
        "survey.sent",
        gettext_lazy("Sent survey"),
        Told("success.survey", gettext_lazy("{actor} sent survey “{object}” to {contacts}"), "mood-smile"),
    )
    LINK_CREATED = (
        "survey.link_created",
        gettext_lazy("Created link"),
        Told("success.survey", gettext_lazy("{actor} created a link to survey “{object}” for {contact}"), "link"),
    )
    ANSWERED = "survey.answered", gettext_lazy("Received answer")
    FOLLOWED_UP = (
        "survey.followed_up",
        gettext_lazy("Followed up"),
        Told(
            "success.surveyanswer",
            gettext_lazy("{actor} followed up on a survey answer"),
            "mood-smile",
            "good",
            quoted="follow_up",
        ),
    )
