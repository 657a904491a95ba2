"""What happens to the account plan, playbooks and surveys."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, Told


class ActionEvent(EventKind):
    COMPLETED = (
        "action.completed", "Completed", Told("success.plannedaction", "{actor} completed “{object}”", "check", "good"),
    )  # fmt: skip
    REOPENED = "action.reopened", "Reopened"


class PlaybookEvent(EventKind):
    STARTED = (
        "playbook.started", "Started", Told("success.playbookrun", "{actor} started playbook “{object}”", "notes"),
    )  # fmt: skip
    SKIPPED = (
        "playbook.skipped", "Skipped",
        Told("success.playbookrun", "{actor} skipped playbook “{object}”", "notes", quoted="skip_reason"),
    )  # fmt: skip
    STEP_COMPLETED = (
        "playbook_step.completed", "Completed",
        Told("success.playbookrunstep", "{actor} completed “{object}”", "check", "good"),
    )  # fmt: skip
    STEP_REOPENED = "playbook_step.reopened", "Reopened"


class SurveyEvent(EventKind):
    INVITED = "survey.invited", "Created invitations"  # nothing has reached anybody yet
    SENT = (
        "survey.sent", "Sent survey",
        Told("success.survey", "{actor} sent survey “{object}” to {contacts}", "mood-smile"),
    )  # fmt: skip
    LINK_CREATED = (
        "survey.link_created", "Created link",
        Told("success.survey", "{actor} created a link to survey “{object}” for {contact}", "link"),
    )  # fmt: skip
    ANSWERED = "survey.answered", "Received answer"
    FOLLOWED_UP = (
        "survey.followed_up", "Followed up",
        Told(
            "success.surveyanswer", "{actor} followed up on a survey answer", "mood-smile", "good", quoted="follow_up",
        ),
    )  # fmt: skip
