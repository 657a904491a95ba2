"""Asking clients about a project: when a milestone is reached and when it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accord.accounts.models import Contact
from accord.core.models import Event
from accord.projects.models import Project, SurveyedProject, Task
from accord.success.actions.survey_clients import audience, give_answer, invite
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation

FRESH = timedelta(days=14)  # what ended longer ago is nothing to ask about any more


@transaction.atomic
def invite_about(
    *,
    project: Project,
    survey: Survey,
    contacts: Sequence[Contact],
    by: Any,
    now: datetime,
    task: Task | None = None,
) -> tuple[list[SurveyInvitation], list[Contact]]:
    """Ask ``contacts`` about ``project``, its manager and the service it is; as `invite` otherwise."""
    made, rest = invite(
        survey=survey, account=project.account, contacts=contacts, by=by, now=now, about=project.manager,
        service=project.service, occasion=f"{project.name}: {task.name}" if task else project.name,
    )  # fmt: skip
    SurveyedProject.objects.bulk_create(
        SurveyedProject(project=project, invitation=invitation, task=task) for invitation in made
    )
    return made, rest


@transaction.atomic
def answer_survey(*, invitation: SurveyInvitation, score: int, reason: str, on: date) -> SurveyAnswer:
    """`give_answer`, and what it says of the project that the invitation was about."""
    answer = give_answer(invitation=invitation, score=score, reason=reason, on=on)
    about = SurveyedProject.objects.filter(invitation=invitation).first()
    if about is not None and invitation.survey.anonymous:
        SurveyedProject.objects.create(project=about.project, answer=answer, task=about.task)
    elif about is not None:
        about.answer = answer
        about.save(update_fields=["answer"])
    return answer


@transaction.atomic
def ask_about_projects(*, now: datetime) -> int:
    """Invite for what was reached or closed within two weeks and not asked about; returns how many were asked.

    Where everybody rests, nobody is asked later either: by then there are newer things to ask about.
    """
    asked = 0
    for survey in Survey.objects.filter(active=True, occasion__in=(Survey.Occasion.MILESTONE, Survey.Occasion.CLOSE)):
        for project, task in _ended(survey, now):
            made, _ = invite_about(
                project=project, survey=survey, contacts=audience(survey, project.account), by=None, now=now, task=task
            )
            asked += len(made)
    return asked


def _ended(survey: Survey, now: datetime) -> list[tuple[Project, Task | None]]:
    since = (now - FRESH).replace(tzinfo=None)
    done = SurveyedProject.objects.filter(invitation__survey=survey)
    if survey.occasion == Survey.Occasion.CLOSE:
        lately = Event.objects.filter(at__gte=now - FRESH, subject_type="projects.project", after__status="closed")
        rows = Project.objects.filter(pk__in=list(lately.values_list("subject_id", flat=True)), archived_at=None)
        closed = rows.filter(status=Project.Status.CLOSED).exclude(pk__in=done.values("project"))
        return [(project, None) for project in closed.select_related("account", "manager").order_by("pk")]
    reached = Task.objects.filter(
        kind=Task.Kind.MILESTONE, percent_complete=100, actual_finish__gte=since, active=True,
        project__status=Project.Status.ACTIVE, project__archived_at=None,
    ).exclude(pk__in=done.filter(task__isnull=False).values("task"))  # fmt: skip
    found = reached.select_related("project__account", "project__manager").order_by("actual_finish", "pk")
    return [(task.project, task) for task in found]
