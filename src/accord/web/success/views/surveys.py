"""Surveys: the list with scores, the results of one, a client's satisfaction, asking and following up."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accord.accounts.queries import reaches_accounts
from accord.conversations.queries import count_comments
from accord.core.access import Permission, can, may_create
from accord.core.email import email_is_configured
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy, translated
from accord.engines.customers.satisfaction import DEFINITIONS, Score
from accord.insight.queries_satisfaction import (
    FEWEST,
    Group,
    Quarter,
    Results,
    counted,
    readable,
    results,
    score_of,
    scores_of_account,
    visible_answers,
)
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation
from accord.web.accounts.page import account_page
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.shell.addresses import address
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import Mark, RecordPage
from accord.web.shell.templatetags.shell import number, percent
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import EditPage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row
from accord.web.success import forms_surveys as forms
from accord.web.success.views.survey_invitations import TAB, send_label

MOST_GROUPS = 15
MEAN = gettext_lazy("Average score")


def score_text(survey: Survey, value: float | None) -> str | None:
    """A score as people write it: +20, 80%, 6.0."""
    if value is None:
        return None
    if survey.kind == Survey.Kind.NPS:
        return f"{'+' if value > 0 else ''}{number(value, 0)}"
    return percent(value, 0) if survey.kind == Survey.Kind.CSAT else number(value, 1)


def interval_text(survey: Survey, score: Score) -> str:
    """The 95 % interval in words, or why there is none."""
    if found := _interval(survey, score):
        return gettext("95%% interval: %(interval)s") % {"interval": found}
    return gettext("too few answers for a margin of error") if score.answers else gettext("no answers")


def _interval(survey: Survey, score: Score) -> str:
    """Between which scores the true one lies; empty where too few have answered."""
    if score.low is None or score.high is None:
        return ""
    return gettext("%(low)s to %(high)s") % {
        "low": score_text(survey, score.low),
        "high": score_text(survey, score.high),
    }


def score_cell(survey: Survey, group: Group) -> Cell:
    if group.hidden:
        return Cell(None, sub=gettext("fewer than %(fewest)s answers") % {"fewest": FEWEST}, numeric=True)
    margin = _interval(survey, group.score) or interval_text(survey, group.score)
    return Cell(score_text(survey, group.score.value), sub=margin, numeric=True, raw=group.score.value)


class SurveyList(ListPage):
    title = gettext_lazy("Surveys")
    under = (gettext_lazy("Accounts"), "accounts")
    noun = "surveys"
    subtitle = gettext_lazy("Client satisfaction, measured by email surveys that need no sign-in.")
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Survey"), "name"),
        Column(gettext_lazy("Metric"), "kind"),
        Column(gettext_lazy("Sent"), "occasion"),
        Column(gettext_lazy("Answers"), numeric=True),
        Column(gettext_lazy("Score"), numeric=True, second=gettext_lazy("Margin of error")),
    ]

    def rows_of(self, user: Any) -> QuerySet[Survey]:
        return Survey.objects.visible_to(user)

    def prepare(self, records: list[Survey]) -> None:
        self.scores: dict[int, list[int]] = defaultdict(list)
        found = visible_answers(self.request.user).filter(survey__in=[survey.pk for survey in records])
        for survey, score in found.order_by().values_list("survey", "score"):
            self.scores[survey].append(score)

    def row(self, record: Survey) -> Row:
        score = score_of(record, self.scores[record.pk])
        hidden = record.anonymous and 0 < score.answers < FEWEST
        group = Group("", score, hidden)
        sent = record.get_occasion_display()
        return Row(
            record.pk,
            reverse("survey", args=[record.pk]),
            [
                Cell(record.name, sub=record.label),
                Cell(record.get_kind_display(), sub="anonymous" if record.anonymous else ""),
                Cell(sent, sub="" if record.active else "inactive"),
                Cell(number(score.answers), numeric=True, raw=score.answers),
                score_cell(record, group),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, Survey):
            return []
        return [Action.new(gettext("New survey"), reverse("survey-new"))]

    def empty(self) -> Empty:
        text = gettext(
            "Measure NPS, satisfaction (CSAT) or effort (CES) by email: manually, at milestones, when a project "
            "closes or every few months."
        )
        action = self.main_action
        return Empty(gettext("No surveys yet"), text, icon="mood-smile", action=action)


@require_safe
def survey_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of a survey: the score, its margin, the answers by value, client, project, person and service."""
    survey = fetch(Survey, request.user, pk=pk)
    found = results(survey, request.user, Quarter.parse(request.GET.get("quarter", "")))
    quarter = next((g.record for g in found.trend if g.record.key == request.GET.get("quarter")), None)
    shown = visible_answers(request.user).filter(survey=survey)
    if quarter is not None:
        shown = shown.filter(given_on__year=quarter.year, given_on__quarter=quarter.number)
    part = Paginator(_with_texts(shown), 25).get_page(request.GET.get("page"))
    most = max((count for _, count in found.counts), default=0)
    cuts = [
        (gettext("By client"), found.accounts),
        (gettext("By project"), found.projects),
        (gettext("By person"), found.people),
        (gettext("By service"), found.services),
    ]
    context: dict[str, Any] = {
        "survey": survey,
        "definition": translated(DEFINITIONS[survey.kind]) if survey.kind in DEFINITIONS else MEAN,
        "score": None if found.whole.hidden else score_text(survey, found.whole.score.value),
        "interval": "" if found.whole.hidden else interval_text(survey, found.whole.score),
        "whole": found.whole,
        "fewest": FEWEST,
        "bars": [{"value": value, "count": count} for value, count in found.counts],
        "most": most or 1,
        "quarter": quarter,
        "trend": [
            {
                "quarter": group.record,
                "score": score_text(survey, group.score.value),
                "interval": interval_text(survey, group.score),
                "answers": group.score.answers,
                "chosen": group.record == quarter,
            }
            for group in found.trend
        ],
        "cuts": [(title, _score_rows(groups[:MOST_GROUPS], survey)) for title, groups in cuts if groups],
        "answers": readable(list(part.object_list), counted(shown)),
        "page": part,
        "noun": "answers",
        "with_client": True,
        "changeable": _changeable(part.object_list, request.user),
    }
    count_comments(context["answers"])
    return RecordPage(
        record=survey,
        title=survey.name,
        subtitle=survey.label,
        above=[Crumb(gettext("Accounts"), reverse("accounts")), Crumb(gettext("Surveys"), reverse("surveys"))],
        mark=Mark(survey.name, icon="mood-smile"),
        badges=[] if survey.active else [Badge(gettext("Inactive"))],
        facts=_facts(survey, found),
        actions=_actions(survey, request.user),
    ).response(request, "success/survey.html", **context)


def _facts(survey: Survey, found: Results) -> list[Fact]:
    rest = ngettext("%(days)s day", "%(days)s days", survey.rest_days) % {"days": survey.rest_days}
    return [
        Fact(gettext("Metric"), survey.get_kind_display()),
        Fact(gettext("Sent"), survey.get_occasion_display()),
        Fact(gettext("Recipients"), survey.get_audience_display()),
        Fact(gettext("Minimum gap"), rest),
        Fact(gettext("Anonymous"), gettext("Yes") if survey.anonymous else gettext("No")),
        Fact(gettext("Invited"), number(found.asked)),
        Fact(gettext("Answered"), f"{number(found.answered)} ({percent(found.answered / max(found.asked, 1), 0)})"),
        _queued(found.waiting),
        Fact(gettext("Emails failed"), number(found.failed), tone="bad" if found.failed else ""),
    ]


def _actions(survey: Survey, user: Any) -> list[Action]:
    """Edit it, and ask a client, which is chosen on the way, or those of a segment."""
    found: list[Action] = []
    if can(user, Permission.CHANGE, survey):
        found.append(Action.edit(reverse("survey-edit", args=[survey.pk])))
    if survey.active and reaches_accounts(user)[1]:
        url = reverse("new-for-account", args=["survey"])
        found.append(Action(send_label(), url, icon="send", drawer=True, primary=True))
        if can(user, Permission.CHANGE, survey):
            url = reverse("survey-segment", args=[survey.pk])
            found.append(Action(gettext("Send to a segment"), url, icon="users", drawer=True))
    return found


def _queued(waiting: int) -> Fact:
    """How many emails are queued, and why they stay so."""
    is_stuck = bool(waiting) and not email_is_configured()
    text = gettext("%(waiting)s (email is off)") % {"waiting": number(waiting)} if is_stuck else number(waiting)
    return Fact(gettext("Emails queued"), text, tone="warn" if is_stuck else "")


def _with_texts(rows: QuerySet[SurveyAnswer]) -> QuerySet[SurveyAnswer]:
    return rows.select_related("survey", "account", "contact", "followed_up_by", "surveyed__project").order_by(
        "-given_on", "-pk"
    )


def _changeable(answers: Any, user: Any) -> set[int]:
    """The clients among ``answers`` that ``user`` may write about."""
    accounts = {answer.account_id: answer.account for answer in answers}
    return {pk for pk, account in accounts.items() if can(user, Permission.CHANGE, account)}


def _score_rows(groups: list[Group], survey: Survey | None = None) -> list[dict[str, Any]]:
    """Groups as lines with their score and its margin; without ``survey``, each group is a survey of its own."""
    rows = []
    for group in groups:
        asked = survey or group.record
        has_page = group.record is not None and group.record._meta.app_label != "people"
        rows.append(
            {
                "label": group.label,
                "url": address(group.record) if has_page else "",
                "answers": group.score.answers,
                "hidden": group.hidden,
                "score": score_text(asked, group.score.value),
                "interval": interval_text(asked, group.score),
            }
        )
    return rows


@require_safe
def account_satisfaction(request: HttpRequest, pk: int) -> HttpResponse:
    """What a client's people answered, and who is asked."""
    page = account_page(request, pk, TAB)
    rows = visible_answers(request.user).filter(account=page.account)
    invited = SurveyInvitation.objects.visible_to(request.user).filter(account=page.account)
    invited = invited.select_related("survey", "contact", "surveyed__project").order_by("-created_at")
    context: dict[str, Any] = {
        "scores": _score_rows(scores_of_account(page.account, request.user)),
        "fewest": FEWEST,
        "answers": readable(list(_with_texts(rows)[:50]), counted(rows)),
        "invitations": list(invited[:20]),
        "today": timezone.localdate(),
        "changeable": {pk} if page.may_change else set(),
        "email_is_on": email_is_configured(),
        "send_label": send_label(),
        "any_survey": Survey.objects.filter(active=True).exists(),
    }
    count_comments(context["answers"])
    return render(request, "success/satisfaction.html", page.context | context)


class SurveyPages(FormPages):
    route, model, form_class, back = "survey", Survey, forms.SurveyForm, "surveys"
    consequence = gettext_lazy(
        "Its answers are deleted too. To stop the survey but keep the answers, deactivate it instead."
    )


class FollowUp(AccountFormPage, EditPage):
    model, form_class, tab, related = SurveyAnswer, forms.FollowUpForm, TAB, ("account", "contact", "survey")

    def record(self) -> Record:
        record = super().record()
        if record.survey.anonymous:  # nobody is followed up, and one answer alone is not shown
            raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        return record

    def title(self, record: Record) -> str:
        return gettext("Follow up: %(record)s") % {"record": record}
