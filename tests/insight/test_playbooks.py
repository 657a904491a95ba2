"""Playbooks: each signal begins its steps once, work is done or skipped, and one learns whether it helped."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact
from accord.conversations.models import Notification
from accord.insight.actions.watch_playbooks import watch_playbooks
from accord.insight.models import ClientFigure, ClientFigures, ProjectMeasure
from accord.insight.queries_signals import effect_of, signals
from accord.people.models import Role, User
from accord.projects.models import Project
from accord.sales.models import Agreement
from accord.success.actions.add_standard_playbooks import add_standard_playbooks
from accord.success.actions.run_playbook import complete_step, skip_run, start_run
from accord.success.models import Playbook, PlaybookRun, PlaybookRunStep, PlaybookStep, Survey, SurveyAnswer
from accord.support.models import Request
from accord.web.success.forms_playbooks import PlaybookForm
from accord.web.success.views.playbooks import signal_text
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()


def test_a_threshold_is_told_in_one_table() -> None:
    form = PlaybookForm(data={"name": "Late", "signal": "late_project"}, user=None)
    helps = json.loads(form.fields["threshold"].widget.attrs["data-helps"])
    assert helps == {str(signal): each.help_text for signal, each in Playbook.THRESHOLDS.items()}
    for signal, each in Playbook.THRESHOLDS.items():
        form = PlaybookForm(data={"name": f"On {signal}", "signal": signal}, user=None)
        form.is_valid()
        assert form.cleaned_data["threshold"] == each.default
        assert str(each.default) in signal_text(Playbook(signal=signal, threshold=each.default))
        with pytest.raises(ValidationError, match=re.escape(each.help_text)):
            Playbook(signal=signal).clean()


def book(signal: str, threshold: int | None = None, **values: Any) -> Playbook:
    made: Playbook = Playbook.objects.create(name=f"On {signal}", signal=signal, threshold=threshold, **values)
    for days in (0, 7):
        PlaybookStep.objects.create(playbook=made, title=f"Step {days}", offset_days=days)
    return made


def watch(now: datetime = NOW) -> int:
    return watch_playbooks(now=now)


def seen(playbook: Playbook) -> list[str]:
    return [found.about for found in signals(playbook, NOW) if found.fresh]


def agreement(account: Account, days: int, **values: Any) -> Agreement:
    made: Agreement = Agreement.objects.create(
        account=account, title="Care", starts_on=TODAY - timedelta(days=999), ends_on=TODAY + timedelta(days=days),
        **values,
    )  # fmt: skip
    return made


def test_a_signal_begins_its_steps_once_and_tells_who_has_them(account: Account, owner: User) -> None:
    agreement(account, 60)
    agreement(account, 200)
    book("renewal", 90)
    assert (watch(), watch()) == (1, 0)
    run = PlaybookRun.objects.get()
    assert [(s.title, s.owner, s.due_on) for s in run.steps.all()] == [
        ("Step 0", owner, TODAY),
        ("Step 7", owner, TODAY + timedelta(days=7)),
    ]
    assert [n.user for n in Notification.objects.all()] == [owner]


def test_a_signal_that_goes_too_late_went_for_another_reason(account: Account) -> None:
    """Ninety days count; of a renewal that is seen ninety days ahead, as many more."""
    first, second = agreement(account, 60), agreement(account, 61)
    book("renewal", 90)
    watch()
    for row, days in ((first, 180), (second, 181)):
        Agreement.objects.filter(pk=row.pk).update(ends_on=TODAY + timedelta(days=425))
        watch(NOW + timedelta(days=days))
    assert PlaybookRun.objects.filter(cleared_on=None).get().key.startswith(f"agreement:{second.pk}:")


def test_a_renewed_agreement_clears_the_signal_and_a_lapsed_one_does_not(account: Account) -> None:
    renewed, lapsed = agreement(account, 60), agreement(account, 61)
    playbook = book("renewal", 90)
    watch()
    Agreement.objects.filter(pk=renewed.pk).update(ends_on=TODAY + timedelta(days=425))
    watch()
    assert PlaybookRun.objects.filter(cleared_on=TODAY).count() == 1
    later = NOW + timedelta(days=80)
    Agreement.objects.filter(pk=lapsed.pk).update(status="ended")
    assert watch(later) == 0
    assert PlaybookRun.objects.filter(cleared_on=None).count() == 1
    playbook.active = False
    playbook.save()
    agreement(account, 30)
    assert watch() == 0


def test_every_signal_is_seen_where_it_is_and_nowhere_else(account: Account, owner: User) -> None:
    former = Account.objects.create(name="Former", status="former", owner=owner)
    conny = Contact.objects.create(name="Conny")
    survey = Survey.objects.create(name="NPS", kind="nps")
    for at in (account, former):
        place = Affiliation.objects.create(account=at, contact=conny, buying_role="sponsor")
        Affiliation.objects.filter(pk=place.pk).update(confirmed_on=TODAY - timedelta(days=200))
        for days_ago in (5, 100):
            SurveyAnswer.objects.create(
                survey=survey, account=at, contact=conny, score=3, low_score=True,
                given_on=TODAY - timedelta(days=days_ago),
            )  # fmt: skip
        Request.objects.create(account=at, title="Sour", first_response_due=NOW - timedelta(days=1))
        Request.objects.create(account=at, title="Fine", first_response_due=NOW + timedelta(days=1))
        analysis = ClientFigures.objects.order_by("-pk").first() or ClientFigures.objects.create(
            as_of=TODAY, currency="EUR", discount_rate=Decimal("0.1")
        )
        ClientFigure.objects.create(analysis=analysis, account=at, chance=0.7)
        project = Project.objects.create(account=at, name="Filter", start=datetime(2026, 3, 2, 9), status="active")
        ProjectMeasure.objects.create(
            project=project, day=TODAY, latest=True, status_date=datetime(2026, 6, 1), status_source=[],
            finish=datetime(2026, 9, 20), baseline_finish=datetime(2026, 9, 1), missing=[], curve=[],
        )  # fmt: skip
    Account.objects.update(client_since=TODAY - timedelta(days=10))
    assert seen(book("silence")) == ["No contact with Conny"]
    assert seen(book("low_score")) == ["Conny gave 3 in NPS"]
    (late,) = seen(book("late_request"))
    assert "Sour is overdue" in late
    assert seen(book("churn", 60)) == ["Churn risk is 70%"]
    assert seen(book("late_project", 10)) == ["Filter is forecast to finish 20 Sep 2026, baseline 1 Sep 2026"]
    assert len(seen(book("new_client", 30))) == 1
    Playbook.objects.filter(signal="late_project").update(threshold=30)
    assert seen(Playbook.objects.get(signal="late_project")) == []
    Playbook.objects.filter(signal="churn").update(threshold=80)
    assert seen(Playbook.objects.get(signal="churn")) == []
    assert seen(book("hand")) == []


def test_health_drops_where_it_fell_within_a_month(account: Account) -> None:
    def analysed(days_ago: int, health: float | None) -> None:
        run = ClientFigures.objects.create(
            as_of=TODAY - timedelta(days=days_ago), currency="EUR", discount_rate=Decimal("0.1")
        )
        ClientFigure.objects.create(analysis=run, account=account, health=health)

    playbook = book("health", 15)
    assert seen(playbook) == []
    analysed(90, 99)
    analysed(0, 50)
    assert seen(playbook) == []
    analysed(31, 95)
    analysed(5, 90)
    analysed(0, 79)
    assert seen(playbook) == ["Health fell from 95 to 79"]
    analysed(0, 81)
    assert seen(playbook) == []
    analysed(0, None)
    assert seen(playbook) == []


def test_a_drop_is_there_until_they_are_well_again(account: Account, owner: User) -> None:
    def analysed(on: date, health: float) -> datetime:
        run = ClientFigures.objects.create(as_of=on, currency="EUR", discount_rate=Decimal("0.1"))
        ClientFigure.objects.create(analysis=run, account=account, health=health)
        return NOW + (on - TODAY)

    book("health", 15)
    analysed(TODAY - timedelta(days=31), 90)
    assert watch(analysed(TODAY, 60)) == 1
    for days, health in ((40, 60), (80, 62)):  # a month ago it was as low, but that is no recovery
        assert watch(analysed(TODAY + timedelta(days=days), health)) == 0
        assert PlaybookRun.objects.get().cleared_on is None
    watch(analysed(TODAY + timedelta(days=85), 80))
    assert PlaybookRun.objects.get().cleared_on == TODAY + timedelta(days=85)


def test_doing_all_steps_ends_a_run_and_skipping_needs_a_reason(account: Account, owner: User) -> None:
    playbook = book("hand")
    begin = {"playbook": playbook, "account": account, "about": "x", "today": TODAY, "by": owner}
    run, other = (start_run(key=f"hand:{n}", **begin) for n in range(2))  # type: ignore[arg-type]
    assert run is not None
    assert other is not None
    for step in run.steps.all():
        complete_step(step=step, by=owner, at=NOW)
    run.refresh_from_db()
    assert (run.status, run.ended_on) == ("done", TODAY)
    complete_step(step=run.steps.all()[0], by=owner, at=None)
    run.refresh_from_db()
    assert (run.status, run.ended_on) == ("running", None)
    with pytest.raises(ValidationError, match="Enter a reason"):
        skip_run(run=other, by=owner, version=1, reason=" ", on=TODAY)
    skip_run(run=other, by=owner, version=1, reason="We spoke yesterday", on=TODAY)
    with pytest.raises(ValidationError, match="was skipped"):
        complete_step(step=other.steps.all()[0], by=owner, at=NOW)
    empty = Playbook.objects.create(name="Empty")
    with pytest.raises(ValidationError, match="no steps"):
        start_run(key="x", **begin | {"playbook": empty})  # type: ignore[arg-type]


def test_who_may_not_see_the_client_gets_no_step(account: Account, owner: User) -> None:
    stranger = User.objects.create(email="s@firm.test", name="Sam", roles=[Role.MEMBER])
    playbook = book("hand")
    PlaybookStep.objects.create(playbook=playbook, title="Secret", who="person", user=stranger)
    start_run(playbook=playbook, account=account, key="k", about="x", today=TODAY, by=owner)
    assert set(PlaybookRunStep.objects.values_list("owner", flat=True)) == {owner.pk}


def test_the_effect_compares_what_was_done_with_what_was_skipped(account: Account) -> None:
    playbook = book("renewal", 90)
    for number, (status, days) in enumerate((("done", 4), ("done", 10), ("done", None), ("skipped", None))):
        PlaybookRun.objects.create(
            playbook=playbook, account=account, key=f"{number}", about="x", started_on=TODAY, status=status,
            cleared_on=TODAY + timedelta(days=days) if days else None,
        )  # fmt: skip
    PlaybookRun.objects.create(
        playbook=playbook, account=account, key="hand:1", about="x", started_on=TODAY, status="done"
    )
    found = effect_of(list(PlaybookRun.objects.all()))
    assert (found.done, found.done_cleared, found.skipped, found.skipped_cleared, found.days) == (3, 2, 1, 0, 7.0)


def test_by_the_page_from_no_playbook_to_a_skipped_run(account: Account, owner: User) -> None:
    client = browser_of(owner)
    assert b"No playbooks yet" in client.get(reverse("playbooks")).content
    new = reverse("playbook-new")
    form = {"name": "Renewal", "signal": "renewal", "active": "on"}
    client.post(new, form)
    playbook = Playbook.objects.get()
    assert playbook.threshold == 120
    client.post(
        reverse("playbook-step-new", args=[playbook.pk]), {"title": "Call", "offset_days": 2, "who": "account_manager"}
    )
    agreement(account, 40)
    watch()
    run = PlaybookRun.objects.get()
    plan = client.get(reverse("account-plan", args=[account.pk])).content.decode()
    assert "“Care” ends" in plan
    assert "Call" in client.get(reverse("home")).content.decode()
    skip = reverse("playbook-run-skip", args=[run.pk])
    assert client.post(skip, {"version": 1, "skip_reason": ""}).status_code == 422
    client.post(skip, {"version": 1, "skip_reason": "They asked us to wait"})
    assert "They asked us to wait" in client.get(reverse("playbook", args=[playbook.pk])).content.decode()
    client.post(reverse("playbook-run-new", args=[account.pk]), {"playbook": playbook.pk, "about": "A hunch"})
    step = PlaybookRunStep.objects.get(run__about="A hunch")
    client.post(reverse("playbook-run-step-completion", args=[step.pk]))
    assert PlaybookRun.objects.get(about="A hunch").status == "done"


def test_the_usual_playbooks_are_taken_once(owner: User) -> None:
    client = browser_of(owner)
    assert "Add standard playbooks" in client.get(reverse("playbooks")).content.decode()
    assert client.post(reverse("playbooks-usual"))["Location"] == reverse("playbooks")
    names = set(Playbook.objects.values_list("name", flat=True))
    assert len(names) == 6
    assert Playbook.objects.get(name="Onboarding").steps.get(offset_days=2).template.name == "Kick-off"
    assert "Add standard playbooks" not in client.get(reverse("playbooks")).content.decode()
    Playbook.objects.get(name="Onboarding").delete()
    assert add_standard_playbooks(by=owner) == 1
    with pytest.raises(PermissionDenied):
        add_standard_playbooks(by=User.objects.create(email="m@firm.test", name="Mia", roles=[Role.MEMBER]))
