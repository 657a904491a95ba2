"""Resources that join a plan from within it: a name typed into the resource cell of a task."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext

from accord.core import editing
from accord.people.models import Person
from accord.people.queries import present_people
from accord.projects.actions.staff_project import add_person, as_resource
from accord.projects.models import Resource
from accord.projects.plan_rows import Invalid, PlanRows


def named(rows: PlanRows, name: Any, person: Any = None) -> Resource:
    """The resource of that name: the plan's own, else a colleague who joins the project, else a new one.

    ``person`` says which colleague is meant. Who may change the plan, as the caller has asked, may add to it; of
    colleagues only those whom ``rows.by`` sees are found.
    """
    wanted = " ".join(str(name or "").split())
    if not wanted or len(wanted) > 200:
        raise Invalid(gettext("Enter the name of the resource, at most 200 characters."), field="name")
    own = Resource.all_objects.filter(plan=rows.plan)
    known = next((each for each in own if each.name.casefold() == wanted.casefold()), None)
    if known is not None:
        return known
    colleague = _colleague(rows, wanted, person)
    uid = (own.aggregate(top=Max("uid"))["top"] or 0) + 1
    if colleague is not None and rows.plan.is_current:
        resource = add_person(project=rows.project, person=colleague, by=rows.by)
    else:
        about = as_resource(colleague) if colleague is not None else {"name": wanted}
        resource = Resource(**rows.plan.place, uid=uid, **about)
        if rows.plan.is_current:
            editing.create(resource, by=rows.by)
        else:
            resource.save()  # nobody joins the project for a trial: they do when it is adopted
    rows.reload_frame()
    return resource


def _colleague(rows: PlanRows, name: str, key: Any) -> Person | None:
    people = present_people(rows.by)
    if key is not None:
        found = people.filter(pk=key).first() if isinstance(key, int) and not isinstance(key, bool) else None
        if found is None:
            raise Invalid(gettext("This person does not exist."), field="person")
        return found
    same = list(people.filter(name__iexact=name)[:2])
    return same[0] if len(same) == 1 else None
