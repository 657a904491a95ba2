"""Playbooks: what begins when, with which steps, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, can, may_create, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.insight.queries_signals import Effect, effect_of, visible_runs
from accord.success.actions.add_standard_playbooks import add_standard_playbooks
from accord.success.actions.run_playbook import complete_step
from accord.success.models import Playbook, PlaybookRun, PlaybookRunStep, PlaybookStep
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import Mark, Panel, RecordPage
from accord.web.shell.templatetags.shell import number, percent
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage, EditPage, go
from accord.web.shell.views.lists import Cell, Column, ListPage, Row
from accord.web.success import forms_playbooks as forms

TAB = "account-plan"
TONES = {PlaybookRun.Status.RUNNING: "info", PlaybookRun.Status.DONE: "good", PlaybookRun.Status.SKIPPED: "neutral"}


def cleared_text(cleared: int, of: int) -> str | None:
    return f"{percent(cleared / of, 0)} ({cleared} of {of})" if of else None


class PlaybookList(ListPage):
    title = "Playbooks"
    under = ("Accounts", "accounts")
    noun = "playbooks"
    subtitle = "Standard responses to events at a client, with their success rate."
    default_sort = "name"
    columns = [
        Column("Playbook", "name"),
        Column("Trigger", "signal"),
        Column("Steps", "step_count", numeric=True),
        Column("Active", numeric=True),
        Column("Resolved", numeric=True),
        Column("Resolved when skipped", numeric=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[Playbook]:
        return Playbook.objects.visible_to(user).annotate(step_count=Count("steps"))

    def prepare(self, records: list[Playbook]) -> None:
        runs: dict[int, list[PlaybookRun]] = defaultdict(list)
        for run in visible_runs(self.request.user).filter(playbook__in=[p.pk for p in records]):
            runs[run.playbook_id].append(run)
        self.effects = {record.pk: effect_of(runs[record.pk]) for record in records}

    def row(self, record: Any) -> Row:
        effect = self.effects[record.pk]
        days = ""
        if effect.days is not None:
            days = ngettext("after %(days)s day", "after %(days)s days", round(effect.days)) % {
                "days": number(effect.days)
            }
        return Row(
            record.pk,
            reverse("playbook", args=[record.pk]),
            [
                Cell(record.name, sub=record.description[:140]),
                Cell(signal_text(record), sub="" if record.active else "inactive"),
                Cell(number(record.step_count), numeric=True, raw=record.step_count),
                Cell(number(effect.running), numeric=True, raw=effect.running),
                Cell(cleared_text(effect.done_cleared, effect.done), sub=days, numeric=True),
                Cell(cleared_text(effect.skipped_cleared, effect.skipped), numeric=True),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, Playbook):
            return []
        new = Action.new("New playbook", reverse("playbook-new"))
        if self.page.paginator.count:
            return [new]
        return [Action("Add standard playbooks", reverse("playbooks-usual"), icon="list-check", method="post"), new]

    def empty(self) -> Empty:
        action = self.main_action
        text = (
            "A playbook assigns tasks automatically when a renewal approaches, a sponsor goes silent or a project "
            "runs late, and shows whether it helps."
        )
        return Empty("No playbooks yet", text, icon="checklist", action=action)


def signal_text(playbook: Playbook) -> str:
    """What starts it, with its threshold."""
    found = Playbook.THRESHOLDS.get(Playbook.Signal(playbook.signal))
    if found is None or playbook.threshold is None:
        return str(playbook.get_signal_display())
    return found.text(playbook.threshold)


@require_POST
def usual(request: HttpRequest) -> HttpResponse:
    """Begin with the playbooks that most firms want."""
    made = add_standard_playbooks(by=request.user)
    messages.success(request, f"{number(made)} playbooks added. Adapt them to the way you work.")
    return go(request, reverse("playbooks"))


@require_safe
def playbook_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Its steps, its runs, and what they brought about."""
    row = fetch(Playbook, request.user, pk=pk)
    may_change = can(request.user, Permission.CHANGE, row)
    found = visible_runs(request.user).filter(playbook=row).select_related("account")
    runs = list(found.order_by("-started_on", "-pk"))
    effect = effect_of(runs)
    new_step = Action("Add step", reverse("playbook-step-new", args=[pk]), icon="plus", key="n")
    shown = [{"run": run, "tone": TONES[PlaybookRun.Status(run.status)]} for run in runs[:50]]
    return RecordPage(
        record=row,
        title=row.name,
        subtitle=row.description,
        above=[Crumb("Accounts", reverse("accounts")), Crumb("Playbooks", reverse("playbooks"))],
        mark=Mark(row.name, icon="checklist"),
        badges=[] if row.active else [Badge("Inactive")],
        facts=[Fact("Trigger", signal_text(row)), *_effect_facts(effect)],
        actions=[Action.edit(reverse("playbook-edit", args=[pk]))] if may_change else [],
        may_change=may_change,
        panels=[
            Panel(
                "Steps", "success/parts/playbook.html#steps",
                {"steps": list(row.steps.select_related("user", "template"))}, id="steps",
                action=new_step if may_change else None,
            ),
            Panel("History", "success/parts/playbook.html#runs", {"runs": shown}, id="runs", count=len(shown)),
        ],
    ).response(request)  # fmt: skip


def _effect_facts(effect: Effect) -> list[Fact]:
    return [
        Fact("Active", number(effect.running)),
        Fact("Resolved when completed", cleared_text(effect.done_cleared, effect.done), missing="Not completed yet"),
        Fact("Resolved when skipped", cleared_text(effect.skipped_cleared, effect.skipped), missing="Never skipped"),
        Fact("Days to resolution", number(effect.days) if effect.days is not None else None, missing="Not known"),
    ]  # fmt: skip


class PlaybookPages(FormPages):
    route, model, form_class, back = "playbook", Playbook, forms.PlaybookForm, "playbooks"
    consequence = (
        "The playbook's history and success rate are deleted too. To stop it but keep the history, "
        "deactivate it instead."
    )


class StepPages(FormPages):
    route, model, form_class, parent = "playbook-step", PlaybookStep, forms.PlaybookStepForm, "playbook"
    related = ("playbook",)
    new_label, new_title = "Add", "New step"
    consequence = "Playbooks already started keep this step."


class RunNew(AccountFormPage, CreatePage):
    model, form_class, tab = PlaybookRun, forms.PlaybookRunForm, TAB
    submit_label, saved_message = "Start", "Playbook started."

    def title(self, record: Record) -> str:
        return f"Start a playbook for {self.account}"


class RunSkip(AccountFormPage, EditPage):
    model, form_class, tab, related = PlaybookRun, forms.SkipForm, TAB, ("account", "playbook")
    submit_label, saved_message = "Skip", "Playbook skipped."

    def title(self, record: Record) -> str:
        return f"Skip “{record}”?"


@require_POST
def step_completion(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off a step of a run, or open it again."""
    step = fetch(PlaybookRunStep, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, step)
    try:
        complete_step(step=step, by=request.user, at=None if step.done_at else timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, reverse(TAB, args=[step.account_id]))
