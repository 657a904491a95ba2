"""Keeping a list as one filtered and sorted it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.insight.queries_segments import PAGE as SEGMENTS
from accord.people.models import SavedView
from accord.web.shell.forms import RecordForm
from accord.web.shell.list_columns import ASKED, asked_columns
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage
from accord.web.shell.views.lists import ListPage

# What belongs to one visit and not to the view.
PASSING = {"page", "csrfmiddlewaretoken", "export", "density", "closed"}


def is_list(route: str) -> bool:
    """Whether ``route`` is a list of records with an address of its own, so that views of it can be kept."""
    try:
        view = getattr(resolve(reverse(route)).func, "view_class", None)
    except NoReverseMatch:
        return False
    return isinstance(view, type) and issubclass(view, ListPage)


class SavedViewForm(RecordForm):
    class Meta:
        model = SavedView
        fields = ["name", "shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        taken = SavedView.objects.filter(owner=self.user, page=self.instance.page, name=name)
        if taken.exclude(pk=self.instance.pk).exists():
            self.add_error("name", gettext("You already have a view with this name."))
        return name


def query_of(text: str) -> str:
    """The part of a query that makes the view, in a fixed order; only columns keep theirs."""
    pairs = [(key, value) for key, value in parse_qsl(text) if value and key not in (*PASSING, ASKED)]
    columns = asked_columns(QueryDict(text))
    return urlencode(sorted([*pairs, (ASKED, ",".join(columns))] if columns else pairs))


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


class NamedByPage:
    """A view of the page of segments is called a segment."""

    is_segment = False

    def record(self) -> Record:
        record: Record = super().record()  # type: ignore[misc]
        self.is_segment = getattr(record, "page", "") == SEGMENTS
        return record

    def called(self) -> str:
        return gettext("segment") if self.is_segment else str(SavedView._meta.verbose_name)


class SavedViewFormPage(NamedByPage, FormPage):
    def after(self, record: Record) -> str:
        assert isinstance(record, SavedView)
        return f"{reverse(record.page)}?{record.query}" if is_list(record.page) else reverse("home")


class SavedViewNew(SavedViewFormPage, CreatePage):
    model, form_class = SavedView, SavedViewForm
    submit_label = gettext_lazy("Save")

    def record(self) -> Record:
        page = self.request.GET.get("of", "")
        if not is_list(page):
            raise Http404(gettext("This page doesn't exist."))
        query = query_of(self.request.GET.get("query", ""))[:1000]
        self.is_segment = page == SEGMENTS
        return SavedView(owner=self.request.user, page=page, query=query)

    def title(self, record: Record) -> str:
        assert isinstance(record, SavedView)
        return gettext("Save segment") if record.page == SEGMENTS else gettext("Save view")


class SavedViewEdit(SavedViewFormPage, EditPage):
    model, form_class = SavedView, SavedViewForm
    removal = "saved-view-removal"


class SavedViewRemove(NamedByPage, RemovePage):
    model = SavedView

    def after(self, record: Record) -> str:
        assert isinstance(record, SavedView)
        return reverse(record.page) if is_list(record.page) else reverse("home")
