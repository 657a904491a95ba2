"""The page that lists records: filter, sort, pages, and a way to make a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from accord.web.shell.templatetags.shell import day


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``sort`` is the ordering it stands for (a field path), empty where it cannot be sorted."""

    label: str
    sort: str = ""
    numeric: bool = False
    hide_small: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with how to show it; ``who`` puts a person's disc before it, ``progress`` a bar of 0 to 100."""

    value: Any = ""
    url: str = ""
    sub: str = ""
    tone: str = ""
    badge: bool = False
    numeric: bool = False
    who: str = ""
    progress: Any = None
    drawer: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list."""

    id: int
    url: str
    cells: list[Cell] = field(default_factory=list)


class ListPage(View):
    """Subclasses give ``rows_of`` (visible rows), ``row`` (cells) and, where useful, a filter form."""

    title: ClassVar[str]
    subtitle: ClassVar[str] = ""
    columns: ClassVar[list[Column]]
    default_sort: ClassVar[str]
    filter_class: ClassVar[type[forms.Form] | None] = None
    page_size: ClassVar[int] = 50
    template: ClassVar[str] = "shell/list.html"
    saved_as: ClassVar[str] = ""  # the route under which views of this list are kept

    def rows_of(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        return rows

    def with_figures(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add what only the table sorts by and shows, and what is dear to compute for all that is found."""
        return rows

    def row(self, record: Any) -> Row:
        raise NotImplementedError

    def prepare(self, records: list[Any]) -> None:
        """Look up, in one query each, what the page's rows need besides themselves."""

    def actions(self) -> list[dict[str, Any]]:
        return []

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        return {"title": "Nothing here yet", "text": "", "action": None}

    def extra(self) -> dict[str, Any]:
        return {}

    def shows_table(self) -> bool:
        """Whether the found rows are shown as a table; a list that shows them otherwise takes them from ``found``."""
        return True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.found = self.rows_of(request.user)
        filter_form = self._filter_form(request)
        values: dict[str, Any] = {}
        if filter_form is not None and filter_form.is_valid():
            values = {k: v for k, v in filter_form.cleaned_data.items() if v not in (None, "")}
            self.found = self.filtered(self.found, values)
        elif filter_form is not None and filter_form.is_bound:
            self.found = self.found.none()  # and not all: somebody may go on to change what is shown
        table = self._table(request) if self.shows_table() else {}
        context = {
            "title": self.title,
            "subtitle": self.subtitle,
            "actions": self.actions(),
            "filter_form": filter_form,
            "empty": self.empty(is_filtered=bool(values) or bool(filter_form and filter_form.errors)),
            **table,
            **self._kept_views(request),
            **self.extra(),
        }
        return render(request, self.template, context)

    def _table(self, request: HttpRequest) -> dict[str, Any]:
        sort = request.GET.get("sort", self.default_sort)
        known = {c.sort for c in self.columns if c.sort}
        if sort.lstrip("-") not in known and sort != self.default_sort:
            sort = self.default_sort
        rows = self.with_figures(self.found).order_by(_ordering(sort), "pk")
        self.page: Page[Any] = Paginator(rows, self.page_size).get_page(request.GET.get("page"))
        records = list(self.page.object_list)
        self.prepare(records)
        columns = [self._column(c, sort) for c in self.columns]
        return {"columns": columns, "rows": [self.row(record) for record in records], "page": self.page}

    def _kept_views(self, request: HttpRequest) -> dict[str, Any]:
        """The views of this list, and where to keep the one that is shown, if it is one that is not kept."""
        from accord.web.shell.views.saved_views import query_of, saved_views

        if not self.saved_as:
            return {}
        found, query = saved_views(request, self.saved_as), query_of(request.GET.urlencode())
        is_new = query and not any(view["active"] for view in found)
        url = f"{reverse('saved-view-new')}?{urlencode({'of': self.saved_as, 'query': query})}" if is_new else ""
        return {"saved_views": found, "save_view_url": url}

    def _filter_form(self, request: HttpRequest) -> forms.Form | None:
        return self.filter_class(request.GET or None) if self.filter_class else None

    def _column(self, column: Column, sort: str) -> dict[str, Any]:
        direction = ""
        if column.sort and sort.lstrip("-") == column.sort.lstrip("-"):
            direction = "desc" if sort.startswith("-") else "asc"
        return {
            "label": column.label,
            "sort": column.sort,
            "sorted": direction,
            "numeric": column.numeric,
            "hide_small": column.hide_small,
        }


def _ordering(sort: str) -> Any:
    """Unknown values come last, whichever way the column is sorted."""
    column = F(sort.lstrip("-"))
    return column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)


def due_cell(due: date | None, today: date, *, over: bool) -> Cell:
    """A date that is marked, in words too, once it has passed; ``over`` is what no longer waits."""
    if due is None:
        return Cell(None)
    late = due < today and not over
    return Cell(day(due), tone="bad" if late else "", sub="overdue" if late else "")


def owner_cell(owner: Any) -> Cell:
    return Cell(owner, who=str(owner)) if owner else Cell("Unassigned", tone="warn")
