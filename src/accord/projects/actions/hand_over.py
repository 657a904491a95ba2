"""From an order that was won to the project that delivers it: nothing that was agreed is typed twice, or lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.models import Affiliation
from accord.core.dates import day_text
from accord.core.events import record_event
from accord.people.models import User
from accord.projects.actions.start_project import start_project
from accord.projects.models import CharterItem, Deliverable, Objective, Project, Stakeholder
from accord.sales.events import OpportunityEvent
from accord.sales.models import Opportunity, Quote

INFLUENCE = {Affiliation.Influence.LITTLE: 1, Affiliation.Influence.SOME: 2, Affiliation.Influence.MUCH: 3}
STANCES = {-2: "resists", -1: "doubts", 0: "neutral", 1: "supports", 2: "supports"}


@transaction.atomic
def hand_over(*, opportunity: Opportunity, manager: User | None, start: datetime, by: Any) -> Project:
    """Start the project of a won order.

    Its charter takes over: what the order is for as its objective; the lines of the accepted quote as deliverables in
    scope, those not taken as out of scope; what was given in the negotiation as constraints, since it was promised;
    the client's people who decide as stakeholders. Raises ``ValidationError`` for an order that is not won, or has a
    project already.
    """
    if opportunity.stage != Opportunity.Stage.WON:
        raise ValidationError(gettext("Only a won opportunity can become a project."))
    if Project.objects.filter(opportunity=opportunity).exists():
        raise ValidationError(gettext("This opportunity already has a project."))
    account = opportunity.account
    project = Project(
        account=account, name=opportunity.name[:200], service=opportunity.service, manager=manager, start=start,
        currency=opportunity.currency, opportunity=opportunity, status=Project.Status.PLANNED,
    )  # fmt: skip
    start_project(project=project, by=by)
    quote = opportunity.quotes.filter(status=Quote.Status.ACCEPTED).order_by("-pk").first()
    _take_quote(project, quote)
    _take_promises(project, opportunity)
    _take_people(project)
    for need in account.goals.filter(status="open"):
        Objective.objects.create(
            project=project, name=need.title, measure=need.measure, due_on=need.due_on,
            baseline=_number(need.baseline, need.unit), target=_number(need.target, need.unit),
        )  # fmt: skip
    record_event(by=by, kind=OpportunityEvent.HANDED_OVER, subject=opportunity, after={"project": project})
    return project


def _number(value: Any, unit: str) -> str:
    return "" if value is None else f"{value.normalize():f} {unit}".strip()


def _take_quote(project: Project, quote: Quote | None) -> None:
    if quote is None:
        return
    for order, line in enumerate(quote.lines.all()):
        head, _, rest = line.description.partition("\n")
        if line.optional:
            kind, text = (
                CharterItem.Kind.OUT_OF_SCOPE,
                gettext("%(head)s (optional in %(quote)s, not ordered)") % {"head": head, "quote": quote.key},
            )
            CharterItem.objects.create(project=project, kind=kind, text=text[:500])
            continue
        Deliverable.objects.create(project=project, name=head[:200], description=rest.strip(), order=order)
    if quote.terms:
        terms = " ".join(quote.terms.split())
        CharterItem.objects.create(
            project=project,
            kind=CharterItem.Kind.CONSTRAINT,
            text=(gettext("Terms: %(terms)s") % {"terms": terms})[:500],
        )


def _take_promises(project: Project, opportunity: Opportunity) -> None:
    """What was given is a promise to the client that the project keeps, whoever negotiated it."""
    for row in opportunity.negotiation.exclude(given=""):
        sentence = (
            gettext("Promised on %(on)s: %(given)s in return for %(in_return)s")
            if row.in_return
            else gettext("Promised on %(on)s: %(given)s")
        )
        text = " ".join((sentence % {"on": day_text(row.on), "given": row.given, "in_return": row.in_return}).split())
        CharterItem.objects.create(project=project, kind=CharterItem.Kind.CONSTRAINT, text=text[:500])


def _take_people(project: Project) -> None:
    places = Affiliation.objects.filter(account=project.account, until=None).exclude(buying_role="")
    Stakeholder.objects.bulk_create(
        Stakeholder(
            project=project, contact=place.contact, part=place.get_buying_role_display(),
            influence=INFLUENCE.get(place.influence, 2),
            interest=3 if place.buying_role in Affiliation.DECIDING else 2,
            engagement=STANCES[place.sentiment or 0],
        )
        for place in places.select_related("contact").order_by("pk")
    )  # fmt: skip
