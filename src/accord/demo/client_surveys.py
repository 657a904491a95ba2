"""What clients answered when they were asked how content they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from accord.accounts.models import Account, Contact
from accord.demo.world import Client, World, back_dated, moment
from accord.insight.models import ProjectMeasure
from accord.people.models import User
from accord.projects.models import Project, SurveyedProject
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation

GLAD = (
    "They tell us early when something won't work.",
    "There is always someone available who knows our plant.",
    "The smoothest go-live we have had.",
    "You understood what the board needed before we did.",
    "Straight answers, even about money.",
    "",
    "",
)
SO_SO = (
    "Good work, but the reports arrive late.",
    "The team changes too often.",
    "Small changes could be quicker.",
    "",
)
SORE = (
    "Two deadlines were missed and no one called.",
    "We had to explain everything twice.",
    "The invoice was higher than the quote.",
    "We can't reach anyone on Fridays.",
)


def make_surveys(world: World) -> None:
    """Two surveys with answers, an anonymous one, and one that is not sent yet."""
    recommend = Survey.objects.create(
        name="Recommendation", kind="nps", occasion="schedule", every_months=6, audience="deciding", rest_days=120
    )
    closing = Survey.objects.create(
        name="Project feedback", kind="csat", occasion="close", question="How satisfied are you with this project?"
    )
    effort = Survey.objects.create(
        name="Ease of working together", kind="ces", occasion="milestone", audience="all", anonymous=True
    )
    Survey.objects.create(
        name="Workshop feedback", kind="own", question="How useful was the workshop?", scale=5, occasion="hand"
    )
    with back_dated((SurveyInvitation, "created_at")):
        for client in world.clients:
            if client.brief.status != "client" or client.brief.silent:
                continue
            chance = world.rng("surveys", client.brief.key)
            people = [row.contact for row in client.affiliations if row.until is None and row.contact.email]
            mood = _mood(client)
            if people and chance.random() < 0.75:
                _recommend(world, recommend, client, people, mood, chance)
            ended = Project.objects.filter(account=client.account, status="closed").order_by("-finish")[:3]
            for project in ended if people else ():
                if chance.random() < 0.7 and project.finish is not None:
                    on = min(project.finish.date() + timedelta(days=7), world.back(1))
                    _about(closing, project, chance.choice(people), on, mood, chance)
            running = Project.objects.filter(account=client.account, status="active").order_by("pk").first()
            if running is not None and client.brief.tier == "A":
                for _ in range(chance.randint(2, 4)):
                    _about(effort, running, chance.choice(people), world.back(chance.randint(10, 90)), mood, chance)


def _mood(client: Client) -> float:
    """0 to 1 by how the client's running projects stand: who waits longest is least content."""
    latest = ProjectMeasure.objects.filter(project__account=client.account, latest=True, spi__isnull=False)
    values = [float(m.spi) for m in latest.filter(project__status="active") if m.spi is not None]
    return max(0.2, min(0.95, 0.84 + 1.2 * (min(values, default=1.0) - 1)))


def _score(survey: Survey, mood: float, chance: Random) -> int:
    lowest, highest = survey.bounds
    drawn = chance.betavariate(8 * mood + 0.5, 8 * (1 - mood) + 0.5)
    return lowest + round(drawn * (highest - lowest))


def _text(survey: Survey, score: int, chance: Random) -> str:
    lowest, highest = survey.bounds
    share = (score - lowest) / (highest - lowest)
    return chance.choice(SORE if survey.is_low_score(score) else GLAD if share > 0.8 else SO_SO)


def _recommend(
    world: World, survey: Survey, client: Client, people: list[Contact], mood: float, chance: Random
) -> None:
    for contact in chance.sample(people, k=min(len(people), chance.choice((1, 2, 2, 3)))):
        on = world.back(client.brief.quiet + chance.randint(15, 160))
        _invite(survey, client.account, contact, on, client.account.owner)
        if chance.random() < 0.7:
            _answer(survey, client.account, contact, on + timedelta(days=1), client.account.owner, "", mood, chance)


def _about(survey: Survey, project: Project, contact: Contact, on: date, mood: float, chance: Random) -> None:
    invitation = _invite(survey, project.account, contact, on, project.manager, project)
    answer = _answer(survey, project.account, contact, on, project.manager, project.service, mood, chance)
    if survey.anonymous:
        SurveyedProject.objects.create(project=project, invitation=invitation)
        SurveyedProject.objects.create(project=project, answer=answer)
    else:
        SurveyedProject.objects.create(project=project, invitation=invitation, answer=answer)
    invitation.answered_on = on
    invitation.save(update_fields=["answered_on"])


def _invite(
    survey: Survey, account: Account, contact: Contact, on: date, about: User | None, project: Project | None = None
) -> SurveyInvitation:
    sent: datetime = moment(on, 540)
    return SurveyInvitation.objects.create(
        survey=survey, account=account, contact=contact, about=about, created_at=sent, sent_at=sent, tries=1,
        occasion=project.name if project else "", service=project.service if project else "",
        expires_on=on + timedelta(days=survey.days_open),
    )  # fmt: skip


def _answer(
    survey: Survey, account: Account, contact: Contact, on: date, about: User | None, service: str, mood: float,
    chance: Random,
) -> SurveyAnswer:  # fmt: skip
    score = _score(survey, mood, chance)
    answer = SurveyAnswer(
        survey=survey, account=account, contact=None if survey.anonymous else contact, about=about, service=service,
        score=score, reason=_text(survey, score, chance), given_on=on.replace(day=1) if survey.anonymous else on,
        low_score=survey.is_low_score(score),
    )  # fmt: skip
    if answer.low_score and not survey.anonymous and chance.random() < 0.6:
        answer.follow_up = "Called and agreed what will change; follow-up call in four weeks."
        answer.followed_up_on, answer.followed_up_by = on + timedelta(days=2), account.owner
    answer.save()
    SurveyInvitation.objects.filter(survey=survey, contact=contact, answered_on=None).update(answered_on=on)
    return answer
