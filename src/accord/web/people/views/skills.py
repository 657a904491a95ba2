"""What people can do: the matrix, the list of skills, a person's levels."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accord.core.access import may_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.people.models import Level, Person, PersonSkill, Skill
from accord.projects.models import NeededSkill
from accord.web.people.forms_time import PersonSkillForm, SkillFilter, SkillForm
from accord.web.shell.parts import Action, Crumb, Empty
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go

PEOPLE = 100


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """People by skills, by field and team."""
    skills = list(Skill.objects.visible_to(request.user).order_by("field", "name"))
    form = SkillFilter(request.GET or None, sorted({skill.field for skill in skills if skill.field}))
    values = form.cleaned_data if form.is_valid() else {}
    if values.get("field"):
        skills = [skill for skill in skills if skill.field == values["field"]]
    people = Person.objects.visible_to(request.user).filter(left_on=None)
    if values.get("team"):
        people = people.filter(team=values["team"])
    ordered = people.select_related("team").order_by(F("team__name").asc(nulls_last=True), "name", "pk")
    page = Paginator(ordered, PEOPLE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    held = PersonSkill.objects.filter(person__in=[person.pk for person in shown])
    levels = {(person, skill): level for person, skill, level in held.values_list("person_id", "skill_id", "level")}
    may_change = may_create(request.user, Skill)
    actions = [Action.new("New skill", reverse("skill-new"))]
    context = {
        "title": "Skills",
        "crumbs": [Crumb("People", reverse("people")), Crumb("Skills")],
        "actions": actions if may_change else [],
        "filter_form": form,
        "fields": [
            {"name": name or "Other", "count": len(list(group))}
            for name, group in groupby(skills, key=lambda skill: skill.field)
        ],
        "skills": skills,
        "may_change": may_change,
        "teams": [
            {
                "name": team.name if team else "No team",
                "rows": [
                    {"person": person, "levels": [levels.get((person.pk, skill.pk)) for skill in skills]}
                    for person in members
                ],
            }
            for team, members in groupby(shown, key=lambda person: person.team)
        ],
        "levels": Level.choices,
        "page": page,
        "noun": "people",
        "empty": Empty(
            "No skills yet",
            "Add the skills your projects need. People then set their own level on their page."
            if may_change
            else "Project managers and administrators add skills here.",
            icon="award",
            action=actions[0] if may_change else None,
        ),
    }
    return render(request, "people/skills.html", context)


class SkillsFormPage:
    """Forms that lead back to the matrix."""

    back = "skills"


class SkillNew(SkillsFormPage, CreatePage):
    model, form_class = Skill, SkillForm


class SkillEdit(SkillsFormPage, EditPage):
    model, form_class = Skill, SkillForm
    removal = "skill-removal"


class SkillRemove(SkillsFormPage, RemovePage):
    model = Skill
    consequence = "The skill is removed from everyone who has it."

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        skill = self.record()
        if NeededSkill.objects.filter(skill=skill).exists():
            messages.error(request, f"“{skill}” can't be deleted: a staffing request requires it.")
            return go(request, self.after(skill))
        return super().post(request, **kwargs)


class PersonFormPage:
    """Forms that lead back to the person."""

    def after(self, record: Record) -> str:
        return reverse("person", args=[record.person_id])  # type: ignore[attr-defined]


class PersonSkillNew(PersonFormPage, CreatePage):
    model, form_class = PersonSkill, PersonSkillForm
    submit_label = "Add"

    def blank(self) -> Record:
        return PersonSkill(person=fetch(Person, self.request.user, pk=self.kwargs["person"]))

    def title(self, record: Record) -> str:
        return f"Skill of {record.person}"  # type: ignore[attr-defined]


class PersonSkillEdit(PersonFormPage, EditPage):
    model, form_class, related = PersonSkill, PersonSkillForm, ("person", "skill")
    removal = "person-skill-removal"

    def title(self, record: Record) -> str:
        return f"{record.skill}: {record.person}"  # type: ignore[attr-defined]


class PersonSkillRemove(PersonFormPage, RemovePage):
    model = PersonSkill
    consequence = "The skill stays in the list of skills."
