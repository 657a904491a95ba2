"""One cell of the RACI matrix."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.access import Permission, can, require
from accord.core.editing import Conflict, Difference
from accord.core.events import record_event
from accord.projects.events import DeliverableEvent
from accord.projects.models import Deliverable, Responsibility, Stakeholder

Letter = Responsibility.Letter


@transaction.atomic
def set_raci(
    *, deliverable: Deliverable, stakeholder: Stakeholder, letter: str, by: Any, before: str | None = None
) -> Responsibility | None:
    """Say what ``stakeholder`` does for ``deliverable``; an empty ``letter`` empties the cell.

    ``before`` is the letter that was seen: :class:`Conflict` if another stands there now. Raises ``ValidationError``
    in words where the two belong to different projects, the letter is none of R, A, C, I, or somebody is accountable
    already.
    """
    require(by, Permission.CHANGE, deliverable)
    Deliverable.objects.select_for_update().get(pk=deliverable.pk)
    if stakeholder.project_id != deliverable.project_id:
        raise ValidationError(gettext("This person isn't a stakeholder of the project."))
    if letter and letter not in Letter.values:
        raise ValidationError(gettext("“%(letter)s” isn't a RACI role. Use R, A, C or I.") % {"letter": letter})
    cells = Responsibility.objects.filter(deliverable=deliverable)
    cell = cells.filter(stakeholder=stakeholder).first()
    stored = cell.letter if cell else ""
    if before is not None and before != stored:
        raise Conflict(cell or deliverable, [Difference(str(stakeholder), letter or "nothing", stored or "nothing")])
    if letter == stored:
        return cell
    if letter == Letter.ACCOUNTABLE:
        _refuse_second(cells)
    if cell is None:
        cell = Responsibility(project=deliverable.project, deliverable=deliverable, stakeholder=stakeholder)
    subject = {"by": by, "subject": deliverable, "kind": DeliverableEvent.RESPONSIBILITIES_CHANGED}
    if letter:
        cell.letter = letter
        cell.version += bool(stored)
        cell.save()
    else:
        cell.delete()
    name = str(stakeholder)
    record_event(**subject, before={name: stored} if stored else {}, after={name: letter} if letter else {})
    if letter in (Letter.RESPONSIBLE, Letter.ACCOUNTABLE):
        _tell(stakeholder, deliverable, Letter(letter), by)
    return cell if letter else None


def _tell(stakeholder: Stakeholder, deliverable: Deliverable, letter: Responsibility.Letter, by: Any) -> None:
    """A colleague who has something to do for it now, and sees it, is told."""
    user = stakeholder.person.user if stakeholder.person is not None else None
    if user is not None and can(user, Permission.VIEW, deliverable):
        text = gettext("%(by)s made you %(letter)s for %(deliverable)s (%(project)s)") % {
            "by": by or "Accord",
            "letter": letter.label.lower(),
            "deliverable": deliverable,
            "project": deliverable.project,
        }
        notify([user], text, kind=NoticeKind.ASSIGNMENT, about=deliverable, by=by)


def _refuse_second(cells: Any) -> None:
    """One person answers for a thing, or nobody does."""
    other = (
        cells.filter(letter=Letter.ACCOUNTABLE).select_related("stakeholder__contact", "stakeholder__person").first()
    )
    if other is not None:
        raise ValidationError(
            gettext("%(stakeholder)s is already accountable for “%(deliverable)s”. Remove their A first.")
            % {"stakeholder": other.stakeholder, "deliverable": other.deliverable}
        )
