"""The demo firm: the same from the same seed, consistent in itself, and telling the stories it promises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone

from accord.accounts.models import Account, Interaction
from accord.conversations.models import Notification
from accord.core.models import Event
from accord.demo import NotEmpty, build
from accord.demo.working_time import easter, holidays
from accord.insight.models import ProjectMeasure
from accord.insight.queries import last_event
from accord.money.models import Invoice, InvoiceLine, TimeEntry
from accord.people.models import Absence, Firm, Person, Role, User
from accord.projects.actions.schedule import schedule
from accord.projects.models import (
    Acceptance,
    Allocation,
    Baseline,
    ChangeRequest,
    Decision,
    Issue,
    Lesson,
    Link,
    PlanTemplate,
    Project,
    RequestWork,
    Responsibility,
    Risk,
    Simulation,
    StaffingRequest,
    Task,
)
from accord.projects.plan_history import changes_since
from accord.projects.queries_charter import State, traced_deliverables
from accord.projects.queries_simulation import changed_since
from accord.projects.queries_staffing import candidates
from accord.projects.simulation_result import Result
from accord.sales.models import Agreement, Opportunity
from accord.web.home.checklist import checklist, firm_with_steps

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TODAY = date(2026, 3, 18)
SCALE = 0.1


def test_letters_of_the_firm_say_who_it_is(firm: Any) -> None:
    found = Firm.current()
    assert found.address_lines == ["Lindenufer 14", "10179 Berlin", "Germany"]
    assert len(found.legal_lines) == 4
    assert len(found.bank_lines) == 2
    assert (found.logo_width, found.logo_height) == (720, 200)
    assert found.logo.png.startswith(b"\x89PNG")
    found.full_clean()
    administrator = User.objects.get(email__startswith="ingrid.")
    assert checklist(administrator, firm_with_steps(administrator)) == []


@pytest.fixture(scope="module")
def firm(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The firm made twice, small: the sign-ins and both fingerprints. The second one stays to be looked at."""
    prints = []
    with django_db_blocker.unblock():
        with transaction.atomic():
            build(seed=11, echo=lambda line: None, today=TODAY, scale=SCALE)
            prints.append(fingerprint())
            transaction.set_rollback(True)
        with transaction.atomic():
            sign_ins = build(seed=11, echo=lambda line: None, today=TODAY, scale=SCALE)
            prints.append(fingerprint())
            yield sign_ins, prints
            transaction.set_rollback(True)


def fingerprint() -> str:
    """A digest of what was made, without keys."""
    rows = [
        Account.objects.order_by("name").values_list(
            "name", "status", "city", "client_since", "lost_on", "owner__email"
        ),
        Interaction.objects.order_by("at", "subject").values_list("account__name", "at", "subject", "body", "due_on"),
        Opportunity.objects.order_by("name", "opened_on", "amount").values_list("name", "stage", "amount", "closed_on"),
        Agreement.objects.order_by("account__name", "title").values_list("title", "kind", "value", "ends_on"),
        Project.objects.order_by("code").values_list("code", "name", "status", "start", "finish", "manager__email"),
        Task.objects.order_by("project__code", "uid").values_list(
            "name", "start", "finish", "percent_complete", "cost"
        ),
        Link.objects.order_by("project__code", "predecessor__uid", "successor__uid").values_list("type", "lag"),
        Absence.objects.order_by("person__email", "starts_on").values_list("kind", "starts_on", "ends_on"),
        Allocation.objects.order_by("project__code", "person__email", "starts_on").values_list(
            "share", "confirmed", "ends_on"
        ),
        TimeEntry.objects.order_by("project__code", "task__uid", "person__email", "day").values_list(
            "day", "minutes", "note"
        ),
        Invoice.objects.order_by("number").values_list("number", "status", "issued_on", "paid_on", "total"),
        Risk.objects.order_by("project__code", "number").values_list("title", "probability", "status", "owner__email"),
        Issue.objects.order_by("project__code", "number").values_list("title", "status", "due_on", "done_at"),
        ChangeRequest.objects.order_by("project__code", "number").values_list("title", "status", "price", "decided_on"),
        ProjectMeasure.objects.order_by("project__code", "day").values_list("day", "pv", "ev", "ac", "finish"),
    ]
    text = json.dumps([list(query) for query in rows], default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def project_of(client: str, name: str) -> Project:
    return Project.objects.get(account__name__startswith=client, name=name)


def ended_at(project: Project) -> datetime:
    """The end of all its work: the forecast finish leaves out what only supports it."""
    last = project.tasks.aggregate(last=Max("finish"))["last"]
    assert last is not None
    return last


def test_same_seed_gives_the_same_firm(firm: Any) -> None:
    _, (first, second) = firm
    assert first == second


def test_database_in_use_is_refused_and_left_alone(firm: Any) -> None:
    before = fingerprint()
    with pytest.raises(NotEmpty):
        build(seed=1, echo=lambda line: None, today=TODAY, scale=SCALE)
    assert fingerprint() == before


def test_running_projects_wait_for_something_and_programmes_had_an_offer_first(firm: Any) -> None:
    running = Project.objects.filter(status="active")
    waiting = Task.objects.filter(project__in=running).exclude(waiting_for="")
    assert waiting.count() >= 3 and not waiting.filter(percent_complete=100).exists()
    offers = Baseline.objects.filter(name="Offer", number=1)
    assert offers.exists()
    for offer in offers:
        assert offer.rows.count() == offer.project.baselines.get(number=0).rows.count()
        done = changes_since(offer.project, timezone.make_aware(datetime(2026, 1, 1)))
        assert {"plan.edited", "plan.edit_undone"} <= {event.kind for event in done.events}


def test_a_sign_in_for_each_role(firm: Any) -> None:
    sign_ins, _ = firm
    assert {s.role for s in sign_ins} == set(Role.labels)
    for sign_in in sign_ins:
        user = User.objects.get(email=sign_in.email)
        assert user.check_password(sign_in.password)
        assert sign_in.role in user.role_names


def test_forty_people_some_without_sign_in_some_part_time(firm: Any) -> None:
    assert Person.objects.count() == 40
    assert Person.objects.filter(user=None).count() == 3
    assert Person.objects.exclude(calendar=None).count() >= 10
    assert Person.objects.annotate(n=Count("rate_cards")).filter(n=0).count() == 0


def test_people_have_skills_leave_and_promises_and_somebody_is_looked_for(firm: Any) -> None:
    assert Person.objects.filter(skills=None, team__name="Web and apps").count() == 0
    ahead = Absence.objects.filter(ends_on__gte=TODAY)
    assert ahead.exists() and not ahead.filter(kind="sick", starts_on__gt=TODAY).exists()
    assert {a.confirmed for a in Allocation.objects.filter(project__status__in=("planned", "active"))} == {True, False}
    request = StaffingRequest.objects.get(role="Frontend developer")
    found = candidates(request, list(request.needs.select_related("skill")), TODAY)
    assert found and any(not proposal.missing for proposal in found)


def test_every_status_and_stage_is_there(firm: Any) -> None:
    assert set(Project.objects.values_list("status", flat=True)) == set(Project.Status.values)
    assert set(Account.objects.values_list("status", flat=True)) == set(Account.Status.values)
    assert set(Opportunity.objects.values_list("stage", flat=True)) == set(Opportunity.Stage.values)
    assert set(Link.objects.values_list("type", flat=True)) >= {"FS", "SS", "FF"}


def test_tasks_end_after_they_start_and_past_ones_are_real(firm: Any) -> None:
    assert not Task.objects.filter(finish__lt=F("start")).exists()
    assert not Task.objects.filter(percent_complete=100, actual_finish=None).exclude(kind="summary").exists()
    assert not Task.objects.filter(actual_finish__gt=datetime.combine(TODAY, datetime.min.time())).exists()
    closed = Task.objects.filter(project__status="closed")
    assert closed.exists()
    assert not closed.filter(percent_complete__lt=100).exists()


def test_stored_dates_are_those_the_engine_computes(firm: Any) -> None:
    for status in Project.Status.values:
        project = Project.objects.filter(status=status).order_by("code").first()
        assert project is not None
        assert schedule(plan=project.plan, by=None).moved == []


def test_invoices_are_the_sum_of_their_lines(firm: Any) -> None:
    assert Invoice.objects.count() > 50
    for invoice in Invoice.objects.prefetch_related("lines"):  # added up here: SQLite adds as floating point
        assert invoice.total == sum(line.amount for line in invoice.lines.all())
    numbered = Invoice.objects.exclude(number="")  # drafts have none yet
    assert numbered.values("number").distinct().count() == numbered.count()
    assert not InvoiceLine.objects.filter(amount__lt=0).exclude(invoice__kind="credit_note").exists()
    assert not Invoice.objects.filter(paid_on__gte=TODAY).exists()
    assert not Invoice.objects.exclude(currency=F("account__currency")).exists()


def test_hours_lie_inside_project_and_employment_and_nobody_works_more_than_a_day_holds(firm: Any) -> None:
    entries = TimeEntry.objects.aggregate(n=Count("pk"), last=Max("day"))
    assert entries["n"] > 1000
    assert entries["last"] < TODAY
    assert not TimeEntry.objects.filter(day__lt=F("person__joined_on")).exists()
    assert not TimeEntry.objects.exclude(project=None).exclude(task__project=F("project")).exists()
    for project in Project.objects.annotate(first=Min("time_entries__day"), last=Max("time_entries__day")).exclude(
        first=None
    ):
        assert project.start.date() <= project.first
        assert project.status != "closed" or project.last <= ended_at(project).date()
    longest = TimeEntry.objects.values("person", "day").annotate(total=Sum("minutes")).aggregate(m=Max("total"))["m"]
    assert longest <= 14 * 60


def test_the_past_lies_in_the_past(firm: Any) -> None:
    dawn = datetime.combine(TODAY, datetime.min.time()).astimezone()
    assert not Interaction.objects.filter(at__gte=dawn).exists()
    about = Q(root_type="accounts.account") | Q(root_type="projects.project")
    assert Event.objects.filter(about).count() > 300
    assert not Event.objects.filter(about, at__gte=dawn).exists()


def test_quiet_client_is_silent_for_five_months_and_pays_less(firm: Any) -> None:
    quiet = Account.objects.get(name__startswith="Kaufhaus Lindenthal")
    last = quiet.interactions.latest("at")
    assert last.at.date() <= TODAY - timedelta(days=150)
    fees = (
        Invoice.objects.filter(account=quiet, lines__code="SUP")
        .order_by("issued_on")
        .values_list("lines__unit_price", flat=True)
    )
    assert fees.last() < fees.first() * 2 / 3


def test_renewal_is_near_and_its_owner_silent(firm: Any) -> None:
    client = Account.objects.get(name__startswith="Autohaus-Gruppe")
    agreement = client.agreements.get(status="signed", kind="retainer")
    assert agreement.ends_on == TODAY + timedelta(days=45)
    recent = client.interactions.filter(at__date__gt=TODAY - timedelta(days=110))
    assert recent.exists()
    assert not recent.filter(by=client.owner).exists()


def test_late_project_of_the_best_client(firm: Any) -> None:
    project = project_of("Stadtwerke Weserbergland", "Customer platform and smart metering")
    assert project.target_finish is not None
    assert ended_at(project) > project.target_finish
    latest = project.measures.get(latest=True)
    assert latest.spi < 1
    assert project.measures.count() > 3


def test_registers_tell_what_may_happen_and_what_did(firm: Any) -> None:
    project = project_of("Stadtwerke Weserbergland", "Customer platform and smart metering")
    struck = project.risks.get(status="occurred")
    assert struck.issue.status != "resolved"
    assert struck.issue.title == struck.title
    assert Risk.objects.filter(project__status="active", status="open", tasks__isnull=False).exists()
    assert Risk.objects.filter(kind="opportunity").exists()
    assert not Risk.objects.filter(project__status="closed", status="open").exists()
    assert not Issue.objects.filter(project__status="closed").exclude(status="resolved").exists()
    assert set(ChangeRequest.objects.values_list("status", flat=True)) == set(ChangeRequest.Status)
    assert not ChangeRequest.objects.filter(project__status="closed").exclude(status__in=ChangeRequest.OVER).exists()
    assert RequestWork.objects.filter(change__isnull=False).exists()
    for risk in Risk.objects.all():
        risk.clean()
    assert Lesson.objects.filter(project__status="closed").count() > 5
    assert Decision.objects.exclude(raised_by=None).exists()


def test_charters_trace_the_work_to_the_client_s_word(firm: Any) -> None:
    project = project_of("Stadtwerke Weserbergland", "Customer platform and smart metering")
    states = {traced.state for traced in traced_deliverables(project)}
    assert states >= {State.ACCEPTED, State.PLANNED}
    assert all(traced.leaves for traced in traced_deliverables(project))
    assert Responsibility.objects.filter(project=project, letter="A").count() == len(project.deliverables.all())
    assert not Acceptance.objects.filter(given_on__gte=TODAY).exists()
    assert not Acceptance.objects.filter(given_on__lt=F("deliverable__delivered_on"), verdict="accepted").exists()
    of_client = Q(contact__affiliations__account=F("project__account"))
    assert not Acceptance.objects.exclude(of_client).exists()
    assert PlanTemplate.objects.exists()


def test_over_budget_but_on_time(firm: Any) -> None:
    measure = project_of("Klinikverbund", "Digital patient admission").measures.get(latest=True)
    assert measure.cpi < 0.85
    assert measure.spi > 0.85


def test_scope_creep_has_tasks_outside_the_baseline(firm: Any) -> None:
    project = project_of("Tessellate", "Developer portal and API console")
    added = project.tasks.filter(name__endswith="(client request)")
    assert added.count() >= 5
    assert not added.filter(baseline_rows__isnull=False).exists()


def test_negative_float_against_the_promised_date(firm: Any) -> None:
    project = project_of("Brauerei", "New controls for the bottling line")
    assert project.tasks.aggregate(least=Min("total_float_minutes"))["least"] < 0


def test_project_without_baseline_has_unknown_figures(firm: Any) -> None:
    project = project_of("Norddeutsche Treuhand", "Data warehouse proof of value")
    assert not project.baselines.exists()
    measure = project.measures.get(latest=True)
    assert measure.ev is None
    assert measure.ac > 0


def test_prospect_in_negotiation_has_a_planned_project(firm: Any) -> None:
    prospect = Account.objects.get(name__startswith="Compagnie Générale")
    assert prospect.status == "prospect"
    assert prospect.opportunities.get().stage == "negotiation"
    assert prospect.projects.get().status == "planned"
    assert prospect.agreements.get().status == "draft"


def test_empty_account_detractor_pounds_and_notices(firm: Any) -> None:
    assert not Account.objects.get(name__startswith="Grünwald Präzisionsoptik").interactions.exists()
    assert Account.objects.get(name__startswith="Landesamt").affiliations.filter(buying_role="detractor").exists()
    assert Invoice.objects.filter(account__name__startswith="Thameside", currency="GBP").exists()
    assert Notification.objects.filter(user__email__startswith="leonie.achterberg", read_at=None).exists()


def test_easter_and_holidays() -> None:
    known = {2019: (4, 21), 2023: (4, 9), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
    assert holidays("DE", 2026)[date(2026, 5, 14)] == "Ascension Day"
    assert holidays("GB", 2027)[date(2027, 12, 27)].endswith("(substitute day)")
    assert holidays("PL", 2026)[date(2026, 6, 4)] == "Corpus Christi"


def test_open_programmes_are_estimated_and_simulated(firm: Any) -> None:
    simulations = list(Simulation.objects.select_related("plan__project"))
    names = {simulation.project.name for simulation in simulations}
    assert {"Digital service platform for battery parks", "Customer platform and smart metering"} <= names
    for simulation in simulations:
        assert (simulation.status, changed_since(simulation)) == ("done", ""), simulation.project
        result = Result(simulation)
        assert result.saved["estimated"] > 0.6 * result.saved["open"] and result.saved["assumed"] == 0
        assert result.finish(10) < result.finish(80)


def test_its_figures_know_every_event(firm: Any) -> None:
    measures = ProjectMeasure.objects.filter(latest=True)
    assert measures.count() > 5
    assert [m.project for m in measures if m.seen_event != last_event(m.project_id)] == []
