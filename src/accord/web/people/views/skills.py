"""What people can do: the matrix, the list of skills, a person's levels."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core import editing
from accord.core.access import may_create
from accord.core.texts import gettext_lazy
from accord.people.models import Level, Person, PersonSkill, Skill
from accord.projects.models import NeededSkill
from accord.web.people.forms_time import PersonSkillForm, SkillFilter, SkillForm
from accord.web.shell.parts import Action, Crumb, Empty
from accord.web.shell.views.form_pages import FormPages

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
    actions = [Action.new(gettext("New skill"), reverse("skill-new"))]
    context = {
        "title": gettext("Skills"),
        "crumbs": [Crumb(gettext("People"), reverse("people")), Crumb(gettext("Skills"))],
        "actions": actions if may_change else [],
        "filter_form": form,
        "fields": [
            {"name": name or gettext("Other"), "count": len(list(group))}
            for name, group in groupby(skills, key=lambda skill: skill.field)
        ],
        "skills": skills,
        "may_change": may_change,
        "teams": [
            {
                "name": team.name if team else gettext("No team"),
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
            gettext("No skills yet"),
            gettext("Add the skills your projects need. People then set their own level on their page.")
            if may_change
            else gettext("Project managers and administrators add skills here."),
            icon="award",
            action=actions[0] if may_change else None,
        ),
    }
    return render(request, "people/skills.html", context)


class SkillPages(FormPages):
    route, model, form_class, back = "skill", Skill, SkillForm, "skills"
    consequence = gettext_lazy("The skill is removed from everyone who has it.")

    def remove(self, skill: Skill) -> None:
        if NeededSkill.objects.filter(skill=skill).exists():
            raise ValidationError(
                gettext("“%(skill)s” can't be deleted: a staffing request requires it.") % {"skill": skill}
            )
        editing.remove(skill, by=self.request.user)


class PersonSkillPages(FormPages):
    route, model, form_class, parent = "person-skill", PersonSkill, PersonSkillForm, "person"
    related = ("person", "skill")
    new_label = gettext_lazy("Add")
    consequence = gettext_lazy("The skill stays in the list of skills.")

    def title(self, record: Any) -> str:
        return (
            f"{record.skill}: {record.person}"
            if record.pk
            else gettext("Skill of %(person)s") % {"person": record.person}
        )
