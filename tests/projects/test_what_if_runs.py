"""Simulating and levelling a what-if: with the code of the current plan, and nothing of it meets the current plan."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accord.core.access import Permission, can
from accord.core.models import Event
from accord.people.models import Person, Role, User
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.edit_plan import edit_plan, undo_step
from accord.projects.actions.level_plans import level_plans
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.actions.simulate_plan import simulate_plan
from accord.projects.actions.what_if import adopt_what_if, start_what_if
from accord.projects.levelling_result import Result
from accord.projects.models import Levelling, Plan, PlanEdit, Project, Risk, Simulation, Task
from accord.projects.plan_rows import Invalid
from accord.projects.queries_comparison_dates import beside, choices
from accord.projects.queries_levelling import taken_elsewhere, to_level_with
from accord.projects.queries_risks import simulated_risks
from accord.projects.queries_simulation import criticality, last_asked, latest, likely_finishes
from accord.projects.simulation_result import Result as SimulationResult
from tests.factories import MONDAY
from tests.projects.planning import crowded, edit_task, task, task_of, update
from tests.projects.test_level_plans import THREE_DAYS, starts

pytestmark = pytest.mark.django_db


def simulated(plan: Plan, by: Any = None, **options: Any) -> Simulation:
    return simulate_plan(simulation=Simulation(plan=plan, **{"iterations": 400} | options), by=by, now=True)


def levelled(plan: Plan, by: User) -> Levelling:
    found = level_plans(levelling=Levelling(plan=plan, seconds=2), others=[], by=by, now=True)
    assert found.status == Levelling.Status.DONE, found.error
    return found


def starts_of(plan: Plan) -> list[datetime]:
    return sorted(Task.all_objects.filter(plan=plan, deleted_at=None).values_list("start", flat=True))


@pytest.fixture
def what_if(project: Project, manager: User) -> Plan:
    return start_what_if(project=project, by=manager, name="Slower")


class TestSimulation:
    def test_it_is_of_the_what_if_alone_and_nobodys_news(self, what_if: Plan, project: Project, manager: User) -> None:
        edit_task(what_if, manager, "Build", fields={"duration_minutes": 10 * 420})
        what_if.refresh_from_db()
        events = Event.objects.count()
        found = simulated(what_if, manager)
        assert found.status == Simulation.Status.DONE
        result = SimulationResult(found)
        assert result.planned_finish == what_if.finish and what_if.finish is not None
        assert project.finish is not None and what_if.finish > project.finish
        own = set(Task.all_objects.filter(plan=what_if).values_list("pk", flat=True))
        assert {row.task for row in result.forecasts} == own == set(criticality(what_if))
        assert (latest(what_if), latest(project.plan), criticality(project.plan)) == (found, None, {})
        assert Event.objects.count() == events

    def test_both_finishes_stand_side_by_side(self, what_if: Plan, project: Project, manager: User) -> None:
        assert (likely_finishes(what_if).current, likely_finishes(what_if).what_if) == (None, None)
        Project.objects.filter(pk=project.pk).update(target_finish=project.finish)
        edit_task(what_if, manager, "Build", fields={"duration_minutes": 10 * 420})
        what_if = Plan.objects.get(pk=what_if.pk)
        simulated(what_if.project.plan, spread_high=40, seed=7)
        asked = last_asked(what_if)
        assert asked is not None and (asked.spread_high, asked.seed) == (40, 7)
        simulated(what_if, spread_high=40)
        found = likely_finishes(what_if)
        assert found.current is not None and found.what_if is not None
        assert found.what_if.p80 > found.current.p80
        assert found.current.on_time is not None and found.what_if.on_time == 0
        assert (found.current.changed, found.what_if.changed) == ("", "")
        assert found.different_options == ["seed"]
        edit_task(what_if, manager, "Build", fields={"duration_minutes": 420})
        again = likely_finishes(Plan.objects.get(pk=what_if.pk))
        assert again.what_if is not None and again.what_if.changed == "plan"
        assert again.current is not None and again.current.changed == ""

    def test_risks_affect_the_copies_of_their_tasks(self, what_if: Plan, project: Project, manager: User) -> None:
        five = dict.fromkeys(("days_low", "days_likely", "days_high"), Decimal(5))
        flood = Risk(project=project, title="Flood", probability=100, **five)
        raise_entry(entry=flood, by=manager, many={"tasks": [task(project, "Build")]})
        certain = simulated(what_if).result["risks"][0]
        assert (certain["title"], certain["share"]) == ("Flood", 1)
        # A task that is new in both plans has the same number in each: the risk means that of the current plan.
        for plan, name in ((project.plan, "Paint"), (what_if, "Polish")):
            edit_plan(plan=plan, by=manager, changes=[{"op": "create_task", "fields": {"name": name}}])
        paint = task(project, "Paint")
        assert paint.uid == task_of(what_if, "Polish").uid
        flood.tasks.set([paint])
        assert simulated_risks(project.plan).risks[0].strikes == (paint.uid,)
        assert simulated_risks(what_if).risks[0].strikes == ()
        assert [risk.title for risk in simulated_risks(what_if).without_tasks] == ["Flood"]
        flood.tasks.set([task(project, "Build")])
        edit_task(what_if, manager, "Build", op="delete_task")
        assert simulated_risks(what_if).risks[0].strikes == ()

    def test_what_fails_names_the_tasks_of_the_what_if(self, what_if: Plan, manager: User) -> None:
        edit_task(what_if, manager, "Build", fields={"name": "Assemble"})
        Task.all_objects.filter(plan=what_if, name="Assemble").update(constraint="MSO", constraint_date=None)
        found = simulated(what_if)
        assert found.status == Simulation.Status.FAILED and "“Assemble”" in found.error

    def test_who_may_not_change_the_project_may_not_simulate(self, what_if: Plan, manager: User) -> None:
        member = User.objects.create(email="m@firm.test", name="Member", roles=[Role.MEMBER])
        with pytest.raises(PermissionDenied):
            simulated(what_if, member)
        found = simulated(what_if, manager)
        assert can(manager, Permission.CHANGE, found) and not can(member, Permission.VIEW, found)
        assert found in Simulation.objects.visible_to(manager)
        assert not Simulation.objects.visible_to(member).exists()

    def test_an_adopted_what_if_is_not_calculated_any_more(self, what_if: Plan, manager: User) -> None:
        edit_task(what_if, manager, "Build", fields={"duration_minutes": 10 * 420})
        adopt_what_if(plan=what_if, by=manager)
        for start in (simulated, levelled):
            with pytest.raises(Invalid, match="has been adopted"):
                start(Plan.objects.get(pk=what_if.pk), manager)


class TestLevelling:
    def test_accepted_it_is_one_edit_of_the_what_if(self, shop: Project, manager: User) -> None:
        plan = start_what_if(project=shop, by=manager, name="Levelled")
        events = Event.objects.count()
        found = levelled(plan, manager)
        assert starts_of(plan) == [MONDAY] * 3
        result = Result(found)
        assert (result.finish_after, result.parts[0].plan) == (datetime(2026, 3, 4, 17), plan.pk)
        assert [each.key for each in choices(plan)] == ["current", "baseline-0", f"levelling-{found.pk}"]
        dates = beside(plan, f"levelling-{found.pk}")
        assert dates is not None and len(dates) == 2
        assert beside(shop.plan, f"levelling-{found.pk}") is None
        assert accept_levelling(levelling=found, by=manager) == 1
        assert (starts_of(plan), starts(shop)) == (THREE_DAYS, [MONDAY] * 3)
        assert PlanEdit.all_objects.filter(plan=plan).count() == 1 and not PlanEdit.objects.exists()
        assert Event.objects.count() == events, "it is nobody's news"
        undo_step(plan=plan, by=manager)
        assert starts_of(plan) == [MONDAY] * 3

    def test_adopted_it_delays_the_current_plan(self, shop: Project, manager: User) -> None:
        plan = start_what_if(project=shop, by=manager, name="Levelled")
        accept_levelling(levelling=levelled(plan, manager), by=manager)
        adopt_what_if(plan=plan, by=manager)
        assert starts(shop) == THREE_DAYS
        undo_step(plan=Project.objects.get(pk=shop.pk).plan, by=manager)
        assert starts(shop) == [MONDAY] * 3

    def test_work_in_other_projects_counts_but_not_the_plan_it_replaces(
        self, shop: Project, manager: User, ann: Person
    ) -> None:
        other = crowded("Portal", manager, ann, 1)
        plan = start_what_if(project=shop, by=manager, name="Levelled")
        start_what_if(project=other, by=manager, name="Never meant")
        assert [(row.project, row.person) for row in taken_elsewhere([plan])] == [(other.pk, ann.pk)]
        accept_levelling(levelling=levelled(plan, manager), by=manager)
        assert starts_of(plan) == [datetime(2026, 3, day, 9) for day in (3, 4, 5)]
        assert starts(other) == [MONDAY]

    def test_it_is_levelled_alone(self, shop: Project, manager: User, ann: Person) -> None:
        other = crowded("Portal", manager, ann, 1)
        plan = start_what_if(project=shop, by=manager, name="Levelled")
        assert list(to_level_with(shop.plan, manager)) == [other]
        assert list(to_level_with(plan, manager)) == []
        for together in (other, shop):
            with pytest.raises(Invalid, match="without other projects"):
                level_plans(levelling=Levelling(plan=plan), others=[together], by=manager)

    def test_what_was_changed_meanwhile_is_not_overwritten(self, shop: Project, manager: User) -> None:
        plan = start_what_if(project=shop, by=manager, name="Levelled")
        found = levelled(plan, manager)
        update(shop, manager, "Shop 1", duration_minutes=840)  # another plan: the proposal still fits
        edit_task(plan, manager, "Shop 2", fields={"duration_minutes": 840})
        with pytest.raises(Invalid, match="Levelled has changed since"):
            accept_levelling(levelling=found, by=manager)
        assert starts_of(plan) == [MONDAY] * 3
        fresh = levelled(Plan.objects.get(pk=plan.pk), manager)
        update(shop, manager, "Shop 1", duration_minutes=420)
        assert accept_levelling(levelling=fresh, by=manager) == 1
