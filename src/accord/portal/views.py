"""What a client sees: the progress of their own projects, and the question that they are asked."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accord.accounts.models import ClientLink
from accord.insight.models import ProjectMeasure
from accord.people.models import Firm
from accord.portal.forms import AnswerForm, DecisionForm
from accord.projects.actions.survey_projects import answer_survey
from accord.projects.models import Project, Task
from accord.projects.queries_goals import progress_of
from accord.sales.actions.quote_work import decide_quote
from accord.sales.models import Quote
from accord.sales.quote_pdf import quote_pdf as quote_pdf_of
from accord.success.models import Goal, PlannedAction, Strategy, SurveyInvitation


@login_not_required
@never_cache
@require_safe
def projects(request: HttpRequest, secret: str) -> HttpResponse:
    """Planned, running and recently finished projects with their milestones; no money, no names of other clients."""
    link = ClientLink.of_secret(secret)
    if link is None:
        raise Http404(gettext("This link is invalid or has expired. Please contact the person who sent it to you."))
    ClientLink.objects.filter(pk=link.pk).update(last_used_at=timezone.now())
    client = link.actor
    rows = list(Project.objects.visible_to(client).select_related("manager").order_by("start"))
    progress = {m.project_id: m.percent_complete for m in ProjectMeasure.objects.filter(project__in=rows, latest=True)}
    milestones: dict[int, list[Task]] = {}
    for task in Task.objects.visible_to(client).filter(project__in=rows).order_by("finish"):
        milestones.setdefault(task.project_id, []).append(task)
    found: list[dict[str, Any]] = [
        {"project": p, "progress": progress.get(p.pk), "milestones": milestones.get(p.pk, [])} for p in rows
    ]
    goals = progress_of(Goal.objects.visible_to(client).select_related("contact", "owner"))
    context = {
        "goals": [found for found in goals if found.goal.status != Goal.Status.DROPPED],
        "strategies": list(Strategy.objects.visible_to(client).exclude(status=Strategy.Status.DROPPED)),
        "actions": list(PlannedAction.objects.visible_to(client).select_related("owner", "contact")),
        "link": link,
        "account": link.account,
        "projects": found,
        "firm": Firm.current(),
        "today": timezone.localdate(),
    }
    return _private(render(request, "portal/projects.html", context))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, secret: str) -> HttpResponse:
    """The question; only sending the form answers it, since mail programs open addresses to look what is behind."""
    invitation = SurveyInvitation.of_secret(secret)
    if invitation is None:
        raise Http404(gettext("This link is invalid or has expired. Please contact the person who sent it to you."))
    form = AnswerForm(request.POST or None, survey=invitation.survey)
    status = 200
    if request.method == "POST" and invitation.answered_on is None:
        if form.is_valid():
            try:
                answer_survey(
                    invitation=invitation, on=timezone.localdate(), **form.cleaned_data
                )  # fmt: skip
                return _private(HttpResponseRedirect(request.path))
            except ValidationError as error:
                form.add_error(None, error)
        status = 422
    context = {
        "invitation": invitation,
        "survey": invitation.survey,
        "form": form,
        "firm": Firm.current(),
    }
    return _private(render(request, "portal/survey.html", context, status=status))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quote(request: HttpRequest, secret: str) -> HttpResponse:
    """The quote, to be accepted or declined by sending the form; opening the address does neither."""
    found = Quote.of_secret(secret)
    if found is None:
        raise Http404(gettext("This link is invalid or has expired. Please contact the person who sent it to you."))
    if request.method == "GET" and found.seen_at is None:
        Quote.objects.filter(pk=found.pk, seen_at=None).update(seen_at=timezone.now())
    form = DecisionForm(request.POST or None, initial={"name": found.contact.name if found.contact else ""})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            values = form.cleaned_data
            try:
                decide_quote(
                    quote=found, accept=values["decision"] == "accept", name=values["name"], note=values["note"],
                    now=timezone.now(),
                )  # fmt: skip
                return _private(HttpResponseRedirect(request.path))
            except ValidationError as error:
                form.add_error(None, error)
        status = 422
    context = {
        "quote": found,
        "lines": list(found.lines.all()),
        "form": form,
        "firm": Firm.current(),
        "pdf_url": reverse("quote-answer-pdf", args=[secret]),
    }
    return _private(render(request, "portal/quote.html", context, status=status))


@login_not_required
@never_cache
@require_safe
def quote_pdf(request: HttpRequest, secret: str) -> HttpResponse:
    """The same on paper."""
    found = Quote.of_secret(secret)
    if found is None or found.status == Quote.Status.WITHDRAWN:
        raise Http404(gettext("This link is invalid or has expired. Please contact the person who sent it to you."))
    answer = HttpResponse(quote_pdf_of(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slugify(found.key)}.pdf"'
    return _private(answer)


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: a search engine shall not find it. The middleware keeps it out of referrers."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
