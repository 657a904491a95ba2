"""The pages of capacity, skills, absences, allocations, staffing and public holidays, as a browser uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.people.models import Absence, Calendar, Person, PersonSkill, Skill
from accord.projects.models import Allocation, NeededSkill, StaffingRequest
from accord.web.people.forms_calendar import parse_hours, week_text
from tests.factories import browser_of
from tests.world import CANARY, World

pytestmark = pytest.mark.django_db


def as_user(user: Any) -> Client:
    return browser_of(user)


@pytest.fixture
def firm(world: tuple[World, dict[str, Any]]) -> World:
    return world[0]


@pytest.fixture
def client(firm: World) -> Client:
    return as_user(firm.administrator)


@pytest.fixture
def leader(firm: World) -> Client:
    return as_user(firm.ours.users["project_manager"])


def test_the_heat_map_counts_other_people_s_projects_and_names_only_one_s_own(firm: World) -> None:
    Person.objects.filter(pk=firm.theirs.person.pk).update(name="Tess Theirs")
    member = as_user(firm.ours.users["member"])
    page = member.get(reverse("capacity"), {"start": "2026-03-04"}).content.decode()
    assert "Tess Theirs" in page
    assert reverse("person-week", args=[firm.theirs.person.pk, "2026-03-02"]) in page
    assert CANARY not in page
    week = member.get(reverse("person-week", args=[firm.theirs.person.pk, "2026-03-04"])).content.decode()
    assert "Another project" in week
    assert CANARY not in week
    own = member.get(reverse("person-week", args=[firm.ours.person.pk, "2026-03-02"])).content.decode()
    assert "Brewery" in own and "Design" in own and "Tentative allocation" in own


def test_the_heat_map_is_filtered_and_pages_through_the_weeks(client: Client, firm: World) -> None:
    person, skill = firm.ours.person, Skill.objects.create(name="Juggling")
    person.refresh_from_db()
    PersonSkill.objects.create(person=person, skill=skill)
    answer = client.get(reverse("capacity"), {"skill": skill.pk})
    assert [row.person for team in answer.context["teams"] for row in team["rows"]] == [person]
    assert answer.context["is_now"]
    later = client.get(reverse("capacity"), {"start": answer.context["after"]})
    assert not later.context["is_now"]
    assert client.get(reverse("capacity"), {"start": "9999-12-30"}).status_code == 200
    assert client.get(reverse("capacity"), {"start": "nonsense", "team": "x"}).status_code == 200


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-12-31"])
def test_a_week_that_is_none_is_not_found(client: Client, firm: World, day: str) -> None:
    assert client.get(reverse("person-week", args=[firm.ours.person.pk, day])).status_code == 404


def test_people_say_themselves_when_they_are_away_and_why_is_theirs_alone(firm: World) -> None:
    person, day = firm.ours.person, timezone.localdate() + timedelta(days=7)
    member, other = as_user(firm.ours.users["member"]), as_user(firm.theirs.users["member"])
    form = {"starts_on": day, "ends_on": day, "kind": "sick", "note": "Tonsils"}
    assert other.post(reverse("absence-new", args=[person.pk]), form).status_code == 403
    assert member.post(reverse("absence-new", args=[person.pk]), form).status_code == 302
    absence = Absence.objects.get(note="Tonsils")
    url = reverse("person", args=[person.pk])
    assert "Tonsils" in member.get(url).content.decode()
    seen = other.get(url).content.decode()
    assert str(day.day) in seen and "Tonsils" not in seen and "Sick" not in seen
    edit = reverse("absence-edit", args=[absence.pk])
    assert member.post(edit, form | {"version": 1, "note": "Better"}).status_code == 302
    assert member.post(edit, form | {"version": 1, "note": "Worse"}).status_code == 409
    wrong = member.post(edit, form | {"version": 2, "ends_on": day - timedelta(days=1)})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"ends_on"})
    member.post(reverse("absence-removal", args=[absence.pk]))
    assert not Absence.objects.filter(pk=absence.pk).exists()


def test_a_skill_is_added_once_shown_in_the_matrix_and_stays_while_asked_for(client: Client, firm: World) -> None:
    client.post(reverse("skill-new"), {"name": "Welding", "field": "Trades"})
    skill, person = Skill.objects.get(name="Welding"), firm.ours.person
    url = reverse("person-skill-new", args=[person.pk])
    assert client.post(url, {"skill": skill.pk, "level": 4}).status_code == 302
    again = client.post(url, {"skill": skill.pk, "level": 2})
    assert (again.status_code, set(again.context["form"].errors)) == (422, {"skill"})
    page = client.get(reverse("skills"), {"field": "Trades"}).content.decode()
    assert "Welding" in page and '<span class="skill skill-4">4</span>' in page
    NeededSkill.objects.create(project=firm.ours.project, request=firm.ours.staffing_request, skill=skill)
    client.post(reverse("skill-removal", args=[skill.pk]))
    assert Skill.objects.filter(pk=skill.pk).exists()
    NeededSkill.objects.filter(skill=skill).delete()
    client.post(reverse("skill-removal", args=[skill.pk]))
    assert not Skill.objects.filter(pk=skill.pk).exists()


def test_time_is_promised_confirmed_changed_and_taken_back(leader: Client, firm: World) -> None:
    project, person = firm.ours.project, Person.objects.create(name="New Nora")
    form = {"starts_on": "2026-06-01", "ends_on": "2026-06-30", "share": 40, "note": ""}
    wrong = leader.post(reverse("allocation-new", args=[project.pk]), form | {"person": person.pk, "share": 140})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"share"})
    leader.post(reverse("allocation-new", args=[project.pk]), form | {"person": person.pk})
    row = Allocation.objects.get(person=person)
    assert (row.confirmed, row.share) == (False, 40)
    leader.post(reverse("allocation-confirmation", args=[row.pk]))
    row.refresh_from_db()
    assert row.confirmed and project.resources.filter(person=person).exists()
    edit = reverse("allocation-edit", args=[row.pk])
    # What the form does not show it does not take.
    changed = leader.post(edit, form | {"version": 2, "share": 60, "confirmed": "", "person": firm.ours.person.pk})
    assert changed["Location"] == reverse("project-work", args=[project.pk])
    row.refresh_from_db()
    assert (row.share, row.confirmed, row.person) == (60, True, person)
    assert leader.post(edit, form | {"version": 2, "share": 70}).status_code == 409
    assert leader.post(reverse("allocation-removal", args=[row.pk]) + "?from=person")["Location"] == reverse(
        "person", args=[person.pk]
    )
    assert not Allocation.objects.filter(person=person).exists()


def test_from_the_person_s_page_only_one_s_own_projects_are_offered(leader: Client, firm: World) -> None:
    url = reverse("person-allocation-new", args=[firm.theirs.person.pk])
    offered = leader.get(url).context["form"].fields["project"].queryset
    assert list(offered) == [firm.ours.project]
    form = {"starts_on": "2026-06-01", "ends_on": "2026-06-30", "share": 40}
    refused = leader.post(url, form | {"project": firm.theirs.project.pk})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"project"})


def test_somebody_is_looked_for_found_and_proposed(leader: Client, firm: World) -> None:
    project, today = firm.ours.project, timezone.localdate()
    skill = Skill.objects.create(name="Coopering")
    able = Person.objects.create(name="Able Abel")
    PersonSkill.objects.create(person=able, skill=skill, level=4)
    form = {"role": "Cooper", "starts_on": today, "ends_on": today + timedelta(weeks=4), "share": 50}
    twice = form | {"skill_1": skill.pk, "level_1": 3, "skill_2": skill.pk, "level_2": 1}
    new = reverse("staffing-request-new", args=[project.pk])
    wrong = leader.post(new, twice)
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"skill_2"})
    leader.post(new, form | {"skill_1": skill.pk, "level_1": 3})
    row = StaffingRequest.objects.get(role="Cooper")
    assert "Cooper" in leader.get(reverse("staffing")).content.decode()
    page = leader.get(reverse("staffing-request", args=[row.pk]))
    assert [(c["person"], c["fit"], c["missing"]) for c in page.context["candidates"]] == [(able, 100, [])]
    edit = reverse("staffing-request-edit", args=[row.pk])
    assert leader.post(edit, form | {"version": 1, "skill_1": skill.pk, "level_1": 5}).status_code == 302
    assert leader.post(edit, form | {"version": 1, "role": "Other"}).status_code == 409
    page = leader.get(reverse("staffing-request", args=[row.pk]))
    assert page.context["candidates"][0]["missing"] == ["Coopering: expert"]
    answer = leader.post(reverse("staffing-request-proposal", args=[row.pk]), {"person": able.pk})
    assert answer["Location"] == reverse("project-work", args=[project.pk])
    row.refresh_from_db()
    assert row.status == "filled" and row.allocation is not None and row.allocation.person == able
    assert leader.get(edit).status_code == 403
    leader.post(reverse("staffing-request-proposal", args=[row.pk]), {"person": able.pk})
    assert Allocation.objects.filter(person=able).count() == 1
    assert "Able Abel" in leader.get(reverse("project-work", args=[project.pk])).content.decode()


def test_members_see_a_request_and_not_who_would_fit_it(firm: World) -> None:
    member = as_user(firm.ours.users["member"])
    page = member.get(reverse("staffing-request", args=[firm.ours.staffing_request.pk]))
    assert page.status_code == 200
    assert page.context["candidates"] == []


def test_public_holidays_by_form_and_out_again(client: Client) -> None:
    calendar = Calendar.objects.create(name="Kiel")
    url = reverse("calendar-holidays", args=[calendar.pk])
    regions = client.get(url, {"country": "DE"}).context["form"].fields["region"].choices
    assert ("SH", "Schleswig-Holstein") in list(regions)
    form = {"version": 1, "country": "DE", "region": "SH", "first": 2026, "last": 2027}
    wrong = client.post(url, form | {"last": 2025})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"last"})
    unknown = client.post(url, form | {"country": "FR"})
    assert set(unknown.context["form"].errors) == {"region"}
    assert client.post(url, form).status_code == 302
    calendar.refresh_from_db()
    assert any(e["name"] == "Reformation Day" for e in calendar.exceptions)
    assert client.post(url, form).status_code == 409
    # Edited as text, what came from the country keeps its mark, and what was added by hand has none.
    edit = client.get(reverse("calendar-edit", args=[calendar.pk])).context["form"]
    text = edit.fields["exceptions_text"].initial + "\n2026-12-24 Closed"
    week = {day: edit.fields[day].initial for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    client.post(
        reverse("calendar-edit", args=[calendar.pk]), week | {"name": "Kiel", "version": 2, "exceptions_text": text}
    )
    client.post(reverse("calendar-holidays-removal", args=[calendar.pk]), {"mark": "holidays:DE-SH"})
    calendar.refresh_from_db()
    assert [e["name"] for e in calendar.exceptions] == ["Closed"]


def test_a_calendar_s_week_in_plain_words(client: Client) -> None:
    assert parse_hours("9-12, 13:30 to 17") == [[540, 720], [810, 1020]]
    assert parse_hours("off") == parse_hours("") == []
    with pytest.raises(ValueError, match="before it ends"):
        parse_hours("17-9")
    base = Calendar.objects.create(name="Full")
    part = Calendar.objects.create(name="Part", base=base, week=[None, None, None, [[540, 720]], [], [], []])
    assert week_text(base) == "Monday to Friday 09:00–12:00, 13:00–17:00"
    assert week_text(part) == "Monday to Wednesday as in Full; Thursday 09:00–12:00"
    # What is as in the base stays so when the form is saved unchanged.
    form = client.get(reverse("calendar-edit", args=[part.pk])).context["form"]
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    week = {day: form.fields[day].initial for day in days}
    form = week | {"name": "Part", "version": 1, "friday": "9-12"}
    response = client.post(reverse("calendar-edit", args=[part.pk]), form)
    assert response.status_code == 302, response.context["form"].errors
    part.refresh_from_db()
    assert part.week == [None, None, None, [[540, 720]], [[540, 720]], [], []]


def test_the_api_tells_load_and_keeps_why_somebody_is_away_to_itself(firm: World) -> None:
    member = as_user(firm.ours.users["member"])
    form = {"starts_on": "2030-03-04", "ends_on": "2030-03-08", "kind": "sick", "note": "Knee"}
    url = "/api/people/absences"
    own = member.post(url, form | {"person": firm.ours.person.pk}, content_type="application/json")
    assert (own.status_code, own.json()["note"]) == (201, "Knee")
    refused = member.post(url, form | {"person": firm.theirs.person.pk}, content_type="application/json")
    assert refused.status_code == 403
    backwards = form | {"person": firm.ours.person.pk, "ends_on": "2030-03-01"}
    answer = member.post(url, backwards, content_type="application/json")
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"ends_on"})
    seen = as_user(firm.theirs.users["member"]).get(url, {"person": firm.ours.person.pk}).json()["items"]
    assert seen and not any("kind" in row or "note" in row for row in seen)
    load = member.get("/api/people/capacity", {"start": "2030-03-06", "weeks": 2}).json()["items"]
    mine = next(row for row in load if row["id"] == firm.ours.person.pk)
    assert [(week["week"], week["percent"]) for week in mine["weeks"]] == [("2030-03-04", None), ("2030-03-11", 0)]


def test_the_api_promises_time_for_who_leads_the_project(leader: Client, firm: World) -> None:
    url = f"/api/projects/{firm.ours.project.pk}/allocations"
    body = {"person": firm.ours.person.pk, "starts_on": "2031-01-06", "ends_on": "2031-01-10", "share": 30}
    assert leader.post(url, body, content_type="application/json").status_code == 201
    too_much = leader.post(url, body | {"share": 130}, content_type="application/json")
    assert (too_much.status_code, set(too_much.json()["fields"])) == (422, {"share"})
    member = as_user(firm.ours.users["member"])
    assert member.post(url, body, content_type="application/json").status_code == 403
    assert "2031-01-06" in {row["starts_on"] for row in member.get(url).json()["items"]}
    roles = {row["role"] for row in leader.get("/api/staffing").json()["items"]}
    assert "Second brewer" in roles


def test_in_an_empty_firm_the_pages_say_what_to_do_next(client: Client) -> None:
    Person.objects.update(left_on="2020-01-01")
    StaffingRequest.objects.all().delete()
    Skill.objects.all().delete()
    assert "No people to show" in client.get(reverse("capacity")).content.decode()
    assert "No skills yet" in client.get(reverse("skills")).content.decode()
    assert "No open positions" in client.get(reverse("staffing")).content.decode()
