"""How content clients are: the answers to a survey as scores with their margin of error, cut in several ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.seen import look_up, seen
from accord.engines.customers.satisfaction import Score, customer_satisfaction, mean_answer, net_promoter_score
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation

FEWEST = 3  # answers to an anonymous survey that are shown together

Kind = Survey.Kind


@dataclass(frozen=True, slots=True)
class Group:
    """The score of a part of the answers. ``hidden``: too few answers to an anonymous survey to be shown."""

    label: str
    score: Score
    hidden: bool
    record: Any = None


@dataclass(frozen=True, slots=True)
class Results:
    """``counts`` are answers by value from the lowest to the highest; ``asked`` and ``answered`` count invitations."""

    survey: Survey
    whole: Group
    counts: list[tuple[int, int]]
    asked: int
    answered: int
    waiting: int
    failed: int
    accounts: list[Group]
    projects: list[Group]
    people: list[Group]
    services: list[Group]
    trend: list[Group]


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, as survey results are cut by time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter | None:
        """``2026-Q3``; ``None`` for anything else."""
        found = re.fullmatch(r"([0-9]{4})-Q([1-4])", text)
        return cls(int(found[1]), int(found[2])) if found and int(found[1]) else None

    @property
    def key(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def label(self) -> str:
        return gettext("Q%(number)s %(year)s") % {"number": self.number, "year": self.year}

    def holds(self, day: date) -> bool:
        return Quarter.of(day) == self


def score_of(survey: Survey, answers: Iterable[int]) -> Score:
    """The score that fits the survey's kind: NPS in points, CSAT as a share, CES and own questions as a mean."""
    if survey.kind == Kind.NPS:
        return net_promoter_score(answers)
    if survey.kind == Kind.CSAT:
        return customer_satisfaction(answers)
    return mean_answer(answers, *survey.bounds)


def visible_answers(user: Any) -> QuerySet[SurveyAnswer]:
    return SurveyAnswer.objects.visible_to(user).filter(account__archived_at=None)


def results(survey: Survey, user: Any, quarter: Quarter | None = None) -> Results:
    """All that ``user`` may see of a survey, or of what was answered in ``quarter``, in three queries.

    Whoever answered several times about the same counts with the latest answer; ``trend`` counts it in each quarter.
    """
    every = list(
        visible_answers(user)
        .filter(survey=survey)
        .select_related("account", "about", "surveyed__project")
        .order_by("account__name", "pk")
    )
    look_up(user, [answer.surveyed for answer in every if hasattr(answer, "surveyed")])
    trend = _trend(survey, every)
    if quarter is not None and quarter.label not in {group.label for group in trend}:
        quarter = None
    answers = _latest(answer for answer in every if quarter is None or quarter.holds(answer.given_on))
    invited = SurveyInvitation.objects.visible_to(user).filter(survey=survey)
    if quarter is not None:
        out = Coalesce("sent_at", "link_created_at")
        invited = invited.annotate(out_at=out).filter(out_at__year=quarter.year, out_at__quarter=quarter.number)
    sent = invited.aggregate(
        asked=Count("pk", filter=Q(sent_at__isnull=False) | Q(link_created_at__isnull=False)),
        answered=Count("pk", filter=Q(answered_on__isnull=False)),
        waiting=Count("pk", filter=Q(sent_at=None, link_created_at=None, failure="")),
        failed=Count("pk", filter=~Q(failure="")),
    )
    lowest, highest = survey.bounds
    whole = _group(survey, gettext("All answers"), answers)
    scores = [] if whole.hidden else [answer.score for answer in answers]
    return Results(
        survey=survey,
        whole=whole,
        counts=[(value, scores.count(value)) for value in range(lowest, highest + 1)],
        **sent,
        accounts=_cut(survey, answers, lambda answer: answer.account),
        projects=_cut(survey, answers, lambda answer: seen(user, _project(answer))),
        people=_cut(survey, answers, lambda answer: answer.about),
        services=_cut(survey, answers, lambda answer: answer.service or None),
        trend=trend,
    )


def _latest(answers: Iterable[SurveyAnswer]) -> list[SurveyAnswer]:
    """One answer of each person about each project, the latest; those that name no person all count."""
    found: dict[Any, SurveyAnswer] = {}
    for answer in sorted(answers, key=lambda row: (row.given_on, row.pk)):
        project = _project(answer)
        key = answer.pk if answer.contact_id is None else (answer.contact_id, project and project.pk)
        found.pop(key, None)
        found[key] = answer
    return list(found.values())


def _trend(survey: Survey, answers: Sequence[SurveyAnswer]) -> list[Group]:
    """The score of each quarter with answers, the newest first.

    Of an anonymous survey only if every quarter has enough answers to be shown: from all but one of them, and the
    whole, that one could be told.
    """
    quarters: dict[Quarter, list[SurveyAnswer]] = defaultdict(list)
    for answer in answers:
        quarters[Quarter.of(answer.given_on)].append(answer)
    ordered = sorted(quarters, key=lambda quarter: (quarter.year, quarter.number), reverse=True)
    groups = [_group(survey, quarter.label, _latest(quarters[quarter]), quarter) for quarter in ordered]
    return [] if any(group.hidden for group in groups) else groups


def scores_of_account(account: Account, user: Any) -> list[Group]:
    """The account's score in each survey that it answered, each person with their latest answer; in one query."""
    answers = visible_answers(user).filter(account=account).select_related("survey", "surveyed__project")
    answers = answers.order_by("survey__name", "pk")
    found: dict[int, list[SurveyAnswer]] = defaultdict(list)
    for answer in answers:
        found[answer.survey_id].append(answer)
    return [_group(rows[0].survey, rows[0].survey.name, _latest(rows), rows[0].survey) for rows in found.values()]


def readable(answers: Sequence[SurveyAnswer], counts: dict[tuple[int, int], int]) -> list[SurveyAnswer]:
    """Those answers whose words may be shown: of an anonymous survey only where a client gave three or more.

    ``counts`` are answers by survey and account.
    """
    return [
        answer
        for answer in answers
        if not answer.survey.anonymous or counts.get((answer.survey_id, answer.account_id), 0) >= FEWEST
    ]


def counted(answers: QuerySet[SurveyAnswer]) -> dict[tuple[int, int], int]:
    """How many answers there are by survey and account."""
    rows = answers.order_by().values_list("survey", "account").annotate(n=Count("pk"))
    return {(survey, account): n for survey, account, n in rows}


def low_scores(user: Any) -> QuerySet[SurveyAnswer]:
    """Answers of people we know who are not content and whom nobody has followed up, the newest first."""
    rows = visible_answers(user).filter(low_score=True, followed_up_on=None, survey__anonymous=False)
    return rows.select_related("account", "contact", "survey").order_by("-given_on", "-pk")


def _project(answer: Any) -> Any:
    return answer.surveyed.project if hasattr(answer, "surveyed") else None


def _cut(survey: Survey, answers: Sequence[SurveyAnswer], by: Callable[[SurveyAnswer], Any]) -> list[Group]:
    """Groups by what ``by`` says of each answer; the worst first, those who cannot be shown last."""
    found: dict[Any, list[SurveyAnswer]] = defaultdict(list)
    for answer in answers:
        key = by(answer)
        if key is not None:
            found[key].append(answer)
    groups = [_group(survey, str(key), rows, None if isinstance(key, str) else key) for key, rows in found.items()]
    return sorted(groups, key=lambda g: (g.hidden, g.score.value if g.score.value is not None else 0, g.label))


def _group(survey: Survey, label: str, answers: Sequence[SurveyAnswer], record: Any = None) -> Group:
    hidden = survey.anonymous and 0 < len(answers) < FEWEST
    score = score_of(survey, [answer.score for answer in answers])
    return Group(label, Score(None, None, None, score.answers) if hidden else score, hidden, record)
