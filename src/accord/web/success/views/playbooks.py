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
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, can, may_create, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
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
    return (
        gettext("%(share)s (%(cleared)s of %(of)s)") % {"share": percent(cleared / of, 0), "cleared": cleared, "of": of}
        if of
        else None
    )


class PlaybookList(ListPage):
    title = gettext_lazy("Playbooks")
    under = (gettext_lazy("Accounts"), "accounts")
    noun = "playbooks"
    subtitle = gettext_lazy("Standard responses to events at a client, with their success rate.")
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Playbook"), "name"),
        Column(gettext_lazy("Trigger"), "signal"),
        Column(gettext_lazy("Steps"), "step_count", numeric=True),
        Column(gettext_lazy("Active"), numeric=True),
        Column(gettext_lazy("Resolved"), numeric=True),
        Column(gettext_lazy("Resolved when skipped"), numeric=True),
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
        new = Action.new(gettext("New playbook"), reverse("playbook-new"))
        if self.page.paginator.count:
            return [new]
        return [
            Action(gettext("Add standard playbooks"), reverse("playbooks-usual"), icon="list-check", method="post"),
            new,
        ]

    def empty(self) -> Empty:
        action = self.main_action
        text = gettext(
            "A playbook assigns tasks automatically when a renewal approaches, a sponsor goes silent or a project "
            "runs late, and shows whether it helps."
        )
        return Empty(gettext("No playbooks yet"), text, icon="checklist", action=action)


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
    messages.success(
        request, gettext("%(made)s playbooks added. Adapt them to the way you work.") % {"made": number(made)}
    )
    return go(request, reverse("playbooks"))


@require_safe
def playbook_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Its steps, its runs, and what they brought about."""
    row = fetch(Playbook, request.user, pk=pk)
    may_change = can(request.user, Permission.CHANGE, row)
    found = visible_runs(request.user).filter(playbook=row).select_related("account")
    runs = list(found.order_by("-started_on", "-pk"))
    effect = effect_of(runs)
    new_step = Action(gettext("Add step"), reverse("playbook-step-new", args=[pk]), icon="plus", key="n")
    shown = [{"run": run, "tone": TONES[PlaybookRun.Status(run.status)]} for run in runs[:50]]
    return RecordPage(
        record=row,
        title=row.name,
        subtitle=row.description,
        above=[Crumb(gettext("Accounts"), reverse("accounts")), Crumb(gettext("Playbooks"), reverse("playbooks"))],
        mark=Mark(row.name, icon="checklist"),
        badges=[] if row.active else [Badge(gettext("Inactive"))],
        facts=[Fact(gettext("Trigger"), signal_text(row)), *_effect_facts(effect)],
        actions=[Action.edit(reverse("playbook-edit", args=[pk]))] if may_change else [],
        may_change=may_change,
        panels=[
            Panel(
                gettext("Steps"),
                "success/parts/playbook.html#steps",
                {"steps": list(row.steps.select_related("user", "template"))},
                id="steps",
                action=new_step if may_change else None,
            ),
            Panel(gettext("History"), "success/parts/playbook.html#runs", {"runs": shown}, id="runs", count=len(shown)),
        ],
    ).response(request)


def _effect_facts(effect: Effect) -> list[Fact]:
    return [
        Fact(gettext("Active"), number(effect.running)),
        Fact(
            gettext("Resolved when completed"),
            cleared_text(effect.done_cleared, effect.done),
            missing=gettext("Not completed yet"),
        ),
        Fact(
            gettext("Resolved when skipped"),
            cleared_text(effect.skipped_cleared, effect.skipped),
            missing=gettext("Never skipped"),
        ),
        Fact(
            gettext("Days to resolution"),
            number(effect.days) if effect.days is not None else None,
            missing=gettext("Not known"),
        ),
    ]


class PlaybookPages(FormPages):
    route, model, form_class, back = "playbook", Playbook, forms.PlaybookForm, "playbooks"
    consequence = gettext_lazy(
        "The playbook's history and success rate are deleted too. To stop it but keep the history, "
        "deactivate it instead."
    )


class StepPages(FormPages):
    route, model, form_class, parent = "playbook-step", PlaybookStep, forms.PlaybookStepForm, "playbook"
    related = ("playbook",)
    new_label, new_title = gettext_lazy("Add"), gettext_lazy("New step")
    consequence = gettext_lazy("Playbooks already started keep this step.")


class RunNew(AccountFormPage, CreatePage):
    model, form_class, tab = PlaybookRun, forms.PlaybookRunForm, TAB
    submit_label, saved_message = gettext_lazy("Start"), gettext_lazy("Playbook started.")

    def title(self, record: Record) -> str:
        return gettext("Start a playbook for %(account)s") % {"account": self.account}


class RunSkip(AccountFormPage, EditPage):
    model, form_class, tab, related = PlaybookRun, forms.SkipForm, TAB, ("account", "playbook")
    submit_label, saved_message = gettext_lazy("Skip"), gettext_lazy("Playbook skipped.")

    def title(self, record: Record) -> str:
        return gettext("Skip “%(record)s”?") % {"record": record}


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
