"""Sending a survey to the clients of a saved segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.models import Account, Contact
from accord.core.access import Permission, require
from accord.insight.queries_segments import segment_accounts
from accord.people.models import SavedView
from accord.success.actions.survey_clients import audience, invite
from accord.success.models import Survey, SurveyInvitation


@dataclass(slots=True)
class SegmentSurvey:
    """Who was asked, and who was skipped because they were surveyed recently."""

    invitations: list[SurveyInvitation] = field(default_factory=list)
    skipped: list[Contact] = field(default_factory=list)

    @property
    def clients(self) -> int:
        return len({invitation.account_id for invitation in self.invitations})


@transaction.atomic
def survey_segment(*, survey: Survey, segment: SavedView, by: Any, now: datetime) -> SegmentSurvey:
    """Ask the survey's audience at each client in ``segment`` that ``by`` may edit; a job sends the emails.

    The conditions apply with the rights of ``by``. Who works for two of the clients is asked once. Raises
    ``ValidationError`` where nobody can be asked.
    """
    require(by, Permission.CHANGE, survey)
    if not survey.active:
        raise ValidationError(gettext("This survey is inactive. Activate it first."))
    changeable = Account.objects.letting(by, Permission.CHANGE).values("pk")
    accounts = segment_accounts(segment, by).filter(pk__in=changeable).select_related("owner").order_by("pk")
    found = SegmentSurvey()
    seen: set[int] = set()
    for account in accounts:
        contacts = {contact.pk: contact for contact in audience(survey, account) if contact.pk not in seen}
        seen |= contacts.keys()
        if not contacts:
            continue
        made, skipped = invite(
            survey=survey, account=account, contacts=list(contacts.values()), by=by, now=now, about=account.owner
        )
        found.invitations += made
        found.skipped += skipped
    if not found.invitations:
        raise ValidationError(
            gettext("All recipients in this segment were surveyed recently.")
            if found.skipped
            else gettext("No client in this segment that you can edit has a recipient with an email address.")
        )
    return found
