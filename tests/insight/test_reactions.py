"""Figures follow from events: after any write, by page or API, they are those of a full recomputation."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord.core.events import record_event
from accord.core.subscribers import unit_of_work
from accord.insight.models import ProjectMeasure
from accord.insight.queries import current_measure, last_event, measurement, project_value
from accord.projects.models import Project
from tests.web.confirmed import confirmed
from tests.web.forms_as_browser import completed, sent_by
from tests.web.routes import ROUTES, Route
from tests.web.test_permissions import address
from tests.world import World, make_shared, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]  # what follows from an event is the same
FIGURES = (
    "bac", "pv", "ev", "ac", "cv", "sv", "cpi", "spi", "eac", "percent_complete", "finish", "baseline_finish",
    "missing", "status_source",
)  # fmt: skip
WRITES = sorted(name for name, route in ROUTES.items() if (route.post or route.form) and not route.public)


def figures(measure: ProjectMeasure) -> dict[str, Any]:
    return {name: getattr(measure, name) for name in FIGURES}


def recomputed(project: Project) -> dict[str, Any]:
    today = timezone.localdate()
    day = min(today, project.stopped_on) if project.is_stopped and project.stopped_on else today
    measure = measurement(project, project_value(project, None, day), day)
    measure.day, measure.latest = date(2100, 1, 1), False
    measure.save()
    measure.refresh_from_db()  # as the database keeps it
    found = figures(measure)
    measure.delete()
    return found


def run_jobs() -> None:
    """Do the jobs that wait, as a worker would."""
    for result in DBTaskResult.objects.ready().filter(task_path__contains="accord.insight.jobs"):
        result.task.func(*result.args_kwargs["args"])
        result.set_successful(None)


def changed(form: Any, sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """``sent`` with other numbers, dates and ticks."""
    other = dict(sent)
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        value = (sent.get(key) or [""])[0]
        if isinstance(field, forms.BooleanField):
            other.pop(key, None) if value else other.update({key: ["on"]})
        elif isinstance(field, forms.DateField) and value[:4].isdigit():
            other[key] = [(date.fromisoformat(value[:10]) + timedelta(days=2)).isoformat()]
        elif isinstance(field, forms.DecimalField | forms.IntegerField) and value.replace(".", "").isdigit():
            other[key] = [str(int(float(value)) + 1)]
    return other


def write(client: Client, route: Route, url: str, entered: dict[str, Any]) -> bool:
    """Use the route, with what is ``entered`` into its form; whether it wrote something."""
    if "/api/" in url:
        return client.post(url, json.dumps(route.body), content_type="application/json").status_code < 300
    if not route.form:
        return client.post(url).status_code == 302
    page = client.get(url)
    form = page.context and page.context.get("form")
    if page.status_code != 200 or not isinstance(form, forms.BaseForm):
        return client.post(url).status_code == 302
    sent = completed(form, sent_by(page.content.decode(), url)) | {name: [value] for name, value in entered.items()}
    return any(client.post(url, values).status_code == 302 for values in (changed(form, sent), sent))


ENTERED: dict[str, dict[str, Any]] = {"time-new": {"hours": "1.5"}, "expense-new": {"amount": "12"}}


def test_every_write_leaves_the_figures_of_a_full_recomputation() -> None:
    firm, shared = make_world(), make_shared()
    client = confirmed(Client(), firm.administrator)
    type(firm.ours.person).objects.filter(pk=firm.ours.person.pk).update(user=firm.administrator)
    wrote, wrong = set(), {}
    for name in WRITES:
        route = ROUTES[name]
        if "secret" in route.target.values():
            continue
        with transaction.atomic():
            own = {"person": firm.ours.person.pk, "project": firm.ours.project.pk, "hours": "1.5"}
            entered = ENTERED.get(name, {}) | (own if name == "time-new" else {})
            if write(client, route, address(name, route, firm.ours, shared), entered):
                wrote.add(name)
                run_jobs()
                for project in Project.objects.all():
                    kept = ProjectMeasure.objects.filter(project=project, latest=True).first()
                    if kept is None or (found := figures(kept)) != (right := recomputed(project)):
                        differing = (
                            {n: (found[n], right[n]) for n in FIGURES if found[n] != right[n]} if kept else "none"
                        )
                        wrong[name] = differing
            transaction.set_rollback(True)
    assert wrong == {}
    # What changes figures was really written.
    assert {"time-new", "time-edit", "time-removal", "expense-new", "project-edit", "task-edit"} & set(WRITES) <= wrote
    assert len(wrote) > 100, sorted(set(WRITES) - wrote)


def test_one_unit_of_work_measures_once(monkeypatch: pytest.MonkeyPatch) -> None:
    firm: World = make_world()
    project, calls = firm.ours.project, []
    monkeypatch.setattr("accord.insight.reactions.refresh_project_figures", calls.append)
    with unit_of_work():
        for note in ("one", "two", "three"):
            record_event(by=None, kind="record.changed", subject=project, after={"name": note})
        record_event(by=None, kind="record.changed", subject=firm.ours.account)
        assert calls == []
    assert [[event.after["name"] for event in events] for events in calls] == [["one", "two", "three"]]


def test_a_subscriber_that_fails_breaks_nothing_and_figures_catch_up(monkeypatch: pytest.MonkeyPatch) -> None:
    firm: World = make_world()
    project = firm.ours.project

    def fail(events: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("accord.insight.reactions.refresh_project_figures", fail)
    with unit_of_work():
        record_event(by=None, kind="record.changed", subject=project)
    kept = ProjectMeasure.objects.get(project=project, latest=True)
    assert kept.seen_event < last_event(project.pk)
    assert current_measure(project, None, timezone.localdate()).pk is None  # computed, since what is kept is behind
