"""Forms of the board: what to show on it, and what to ask before a move."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.projects.lanes import Card, Lane
from accord.projects.models import Task

ME = "me"


class BoardFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search tasks"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Assignee"), required=False)
    deliverable = forms.ChoiceField(label=gettext_lazy("Deliverable"), required=False)

    def __init__(self, cards: Iterable[Card], data: Any = None) -> None:
        super().__init__(data)
        people = {r.pk: r.name for card in cards for r in card.resources}
        made = {card.task.deliverable_id: str(card.task.deliverable) for card in cards if card.task.deliverable_id}
        by_name = sorted(people.items(), key=lambda each: each[1].casefold())
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Anyone")),
            (ME, gettext("Assigned to me")),
            *((str(pk), name) for pk, name in by_name),
            ("nobody", gettext("Unassigned")),
        ]
        deliverables = [("", gettext("Any")), *((str(pk), name) for pk, name in made.items())]
        self.fields["deliverable"].choices = deliverables  # type: ignore[attr-defined]

    def keeps(self, card: Card, user: Any) -> bool:
        """Whether ``card`` is among what was asked for; what makes no sense asks for nothing."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        person, deliverable = values.get("person", ""), values.get("deliverable", "")
        if (q := values.get("q", "").casefold()) and q not in card.task.name.casefold():
            return False
        if deliverable and str(card.task.deliverable_id) != deliverable:
            return False
        if person == ME:
            return card.is_of(user.pk)
        if person == "nobody":
            return not card.resources
        return not person or person in {str(r.pk) for r in card.resources}


class MoveForm(forms.Form):
    """Asks what ``needs`` names before ``task`` goes to ``lane``."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    waiting_for = forms.CharField(
        label=gettext_lazy("Waiting for"), max_length=300, help_text=gettext_lazy("For example “client's texts”.")
    )
    percent = forms.DecimalField(
        label=gettext_lazy("Percent complete"), min_value=0, max_value=99, decimal_places=2, max_digits=5
    )

    def __init__(self, task: Task, lane: Lane, needs: list[str], data: Any = None) -> None:
        super().__init__(data, initial={"version": task.version, "waiting_for": task.waiting_for})
        for name in ("waiting_for", "percent"):
            if name not in needs:
                del self.fields[name]
