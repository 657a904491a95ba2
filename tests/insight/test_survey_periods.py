"""Survey results by quarter: people change their minds, and their latest answer of a quarter is what counts in it."""

from __future__ import annotations

from datetime import date

import pytest

from accord.accounts.models import Account, Contact
from accord.insight.queries_satisfaction import Quarter, results, scores_of_account
from accord.people.models import Role, User
from accord.success.models import Survey, SurveyAnswer
from tests.factories import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR], password="!")


@pytest.fixture
def account() -> Account:
    return Account.objects.create(name="Client")


def answer(survey: Survey, account: Account, score: int, day: date, contact: Contact | None = None) -> None:
    SurveyAnswer.objects.create(survey=survey, account=account, score=score, given_on=day, contact=contact)


def test_a_change_of_mind_is_seen(boss: User, account: Account) -> None:
    survey = Survey.objects.create(name="NPS", kind=Survey.Kind.NPS)
    pat = Contact.objects.create(name="Pat")
    answer(survey, account, 3, date(2026, 3, 9), pat)
    answer(survey, account, 10, date(2026, 9, 9), pat)
    whole = results(survey, boss)
    assert (whole.whole.score.value, whole.whole.score.answers) == (100.0, 1)
    assert [(g.label, g.score.value) for g in whole.trend] == [("Q3 2026", 100.0), ("Q1 2026", -100.0)]
    assert results(survey, boss, Quarter(2026, 1)).whole.score.value == -100.0
    assert [g.score.value for g in scores_of_account(account, boss)] == [100.0]
    client = browser_of(boss)
    page = client.get(f"/surveys/{survey.pk}/?quarter=2026-Q1").content.decode()
    assert "Score, Q1 2026" in page
    assert "−100" in page
    for odd in ("2026-Q9", "0000-Q1", "x", "1999-Q1"):
        assert "Score</h2>" in client.get(f"/surveys/{survey.pk}/?quarter={odd}").content.decode()


def test_several_people_and_quarters(boss: User, account: Account) -> None:
    survey = Survey.objects.create(name="CSAT", kind=Survey.Kind.CSAT)
    people = [Contact.objects.create(name=f"P{n}") for n in range(4)]
    for n, contact in enumerate(people):
        answer(survey, account, 2 + n % 2 * 3, date(2026, 5, 1 + n), contact)
        answer(survey, account, 5, date(2026, 6, 1 + n), contact)  # again within the quarter
    (second,) = results(survey, boss).trend
    assert (second.score.value, second.score.answers) == (1.0, 4)


def test_an_anonymous_answer_cannot_be_told_from_the_others(boss: User, account: Account) -> None:
    """Three answers in one quarter and one in the next: with both shown, the one would be known."""
    survey = Survey.objects.create(name="NPS", kind=Survey.Kind.NPS, anonymous=True)
    for _ in range(3):
        answer(survey, account, 9, date(2026, 3, 1))
    answer(survey, account, 0, date(2026, 4, 1))
    found = results(survey, boss, Quarter(2026, 1))
    assert found.trend == []
    assert found.whole.score.answers == 4  # the quarter that was asked for is not told either
    answer(survey, account, 0, date(2026, 4, 1))
    answer(survey, account, 0, date(2026, 4, 1))
    assert [g.score.value for g in results(survey, boss).trend] == [-100.0, 100.0]
