"""Keeping a list as one filtered and sorted it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from accord.core.models import Record
from accord.people.models import SavedView
from accord.web.shell.forms import RecordForm
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage

# The lists that can be kept, by route.
PAGES = frozenset({"accounts", "contacts", "requests", "opportunities", "renewals"})
PASSING = {"page", "csrfmiddlewaretoken"}  # what belongs to one visit and not to the view


class SavedViewForm(RecordForm):
    class Meta:
        model = SavedView
        fields = ["name", "shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        taken = SavedView.objects.filter(owner=self.user, page=self.instance.page, name=name)
        if taken.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "You already have a view with this name.")
        return name


def query_of(text: str) -> str:
    """The part of a query that makes the view, in a fixed order."""
    pairs = [(key, value) for key, value in parse_qsl(text) if value and key not in PASSING]
    return urlencode(sorted(pairs))


def saved_views(request: HttpRequest, page: str) -> list[dict[str, Any]]:
    """The views of a list that the signed-in person may use, their own first."""
    here, user = query_of(request.GET.urlencode()), request.user
    rows = SavedView.objects.visible_to(user).filter(page=page).select_related("owner")
    return [
        {
            "label": row.name,
            "url": f"{reverse(page)}?{row.query}",
            "active": row.query == here,
            "edit_url": reverse("saved-view-edit", args=[row.pk]) if row.owner_id == user.pk else "",
            "by": "" if row.owner_id == user.pk else str(row.owner),
        }
        for row in sorted(rows, key=lambda row: (row.owner_id != user.pk, row.name.lower()))
    ]


class OfView(FormPage):
    def after(self, record: Record) -> str:
        assert isinstance(record, SavedView)
        return f"{reverse(record.page)}?{record.query}" if record.page in PAGES else reverse("home")


class SavedViewNew(OfView, CreatePage):
    model, form_class = SavedView, SavedViewForm
    submit_label = "Save"

    def record(self) -> Record:
        page = self.request.GET.get("of", "")
        if page not in PAGES:
            raise Http404("This page doesn't exist.")
        query = query_of(self.request.GET.get("query", ""))[:1000]
        return SavedView(owner=self.request.user, page=page, query=query)

    def title(self, record: Record) -> str:
        return "Save view"


class SavedViewEdit(OfView, EditPage):
    model, form_class = SavedView, SavedViewForm
    removal = "saved-view-removal"


class SavedViewRemove(RemovePage):
    model = SavedView

    def after(self, record: Record) -> str:
        assert isinstance(record, SavedView)
        return reverse(record.page) if record.page in PAGES else reverse("home")
