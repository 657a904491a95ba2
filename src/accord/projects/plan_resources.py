"""Resources that join a plan from within it: a name typed into the resource cell of a task."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from accord.core import editing
from accord.people.models import Person
from accord.people.queries import present_people
from accord.projects.actions.staff_project import add_person
from accord.projects.models import Resource
from accord.projects.plan_rows import Invalid, PlanRows


def named(rows: PlanRows, name: Any, person: Any = None) -> Resource:
    """The resource of that name: the plan's own, else a colleague who joins the project, else a new one.

    ``person`` says which colleague is meant. Who may change the plan, as the caller has asked, may add to it; of
    colleagues only those whom ``rows.by`` sees are found.
    """
    wanted = " ".join(str(name or "").split())
    if not wanted or len(wanted) > 200:
        raise Invalid("Enter the name of the resource, at most 200 characters.", field="name")
    own = Resource.objects.filter(project=rows.project)
    known = next((each for each in own if each.name.casefold() == wanted.casefold()), None)
    if known is not None:
        return known
    colleague = _colleague(rows, wanted, person)
    if colleague is not None:
        resource = add_person(project=rows.project, person=colleague, by=rows.by)
    else:
        uid = (own.aggregate(top=Max("uid"))["top"] or 0) + 1
        resource = editing.create(Resource(project=rows.project, uid=uid, name=wanted), by=rows.by)
    rows.reload_frame()
    return resource


def _colleague(rows: PlanRows, name: str, key: Any) -> Person | None:
    people = present_people(rows.by)
    if key is not None:
        found = people.filter(pk=key).first() if isinstance(key, int) and not isinstance(key, bool) else None
        if found is None:
            raise Invalid("This person does not exist.", field="person")
        return found
    same = list(people.filter(name__iexact=name)[:2])
    return same[0] if len(same) == 1 else None
