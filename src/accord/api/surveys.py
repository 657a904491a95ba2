"""Surveys, and sending one to a saved segment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Query, Router, Schema

from accord.api.answers import exactly, page_of, row_of
from accord.api.pages import Paging, page
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.insight.actions.survey_segment import survey_segment
from accord.insight.queries_segments import segments_of
from accord.success.models import Survey

router = Router(tags=["surveys"])

SURVEY = ("name", "kind", "label", "audience", "occasion", "anonymous", "active", "rest_days", "days_open")
SURVEY_OUT = row_of("Survey", Survey, SURVEY, label=str)
INVITED = exactly("SegmentInvited", {"invited": int, "clients": int, "skipped": int})


class SegmentIn(Schema):
    """``segment`` is the id of a saved segment that the caller may filter by."""

    segment: int


@router.get("", response=page_of(SURVEY_OUT))
def surveys(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """All surveys; ``label`` is the question that clients read."""
    return page(Survey.objects.visible_to(request.user).order_by("name", "pk"), paging, SURVEY, user=request.user)


@router.post("/{int:pk}/invitations", response={201: INVITED})
def send_to_segment(request: HttpRequest, pk: int, body: SegmentIn) -> tuple[int, dict[str, int]]:
    """Ask the survey's recipients at each client of the segment that the caller may edit. ``skipped`` were surveyed
    within the minimum gap; emails are sent within minutes, where email is set up."""
    survey = fetch(Survey, request.user, pk=pk)
    require(request.user, Permission.CHANGE, survey)
    segment = next((row for row in segments_of(request.user) if row.pk == body.segment), None)
    if segment is None:
        raise ValidationError({"segment": gettext("Choose one of your segments.")})
    found = survey_segment(survey=survey, segment=segment, by=request.user, now=timezone.now())
    return 201, {"invited": len(found.invitations), "clients": found.clients, "skipped": len(found.skipped)}
