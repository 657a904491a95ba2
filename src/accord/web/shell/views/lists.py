"""The page that lists records: filter, sort, columns, pages, files, and a way to make a new one."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from accord.web.shell.custom_fields import PREFIX, custom_cell, custom_columns, custom_value, fields_of
from accord.web.shell.export import TYPES
from accord.web.shell.list_columns import asked_columns, column_choice, shown_columns
from accord.web.shell.list_export import MOST, list_file
from accord.web.shell.list_filters import ListFilter, with_custom_values
from accord.web.shell.list_groups import CLOSED, Group, GroupBy, by_custom, groups_of, sections_of
from accord.web.shell.list_parts import Cell, Column, Row, amount_cell, count_cell, date_cell, due_cell, owner_cell
from accord.web.shell.list_totals import totals

__all__ = ["Cell", "Column", "ListPage", "Row", "amount_cell", "count_cell", "date_cell", "due_cell", "owner_cell"]


class ListPage(View):
    """Subclasses give ``rows_of`` (visible rows), ``row`` (cells) and, where useful, a filter form."""

    title: ClassVar[str]
    subtitle: ClassVar[str] = ""
    columns: list[Column]
    default_sort: ClassVar[str]
    filter_class: ClassVar[type[forms.Form] | None] = None
    page_size: ClassVar[int] = 50
    template: ClassVar[str] = "shell/list.html"
    currency_field: ClassVar[str] = "currency"  # what the amounts of the columns are added up by
    group_by: ClassVar[tuple[GroupBy, ...]] = ()  # what the rows can be put in groups by; choices are also boards
    custom_on: ClassVar[str] = ""  # whose custom fields are columns and filters, too: CustomField.On

    def rows_of(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        return rows

    def with_figures(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add what only the table sorts by and shows, and what is dear to compute for all that is found."""
        return rows

    def row(self, record: Any) -> Row:
        """One record with a cell for each of ``columns``, whichever of them are shown."""
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

    def line(self, record: Any) -> Row:
        """The whole row of a record: the list's own cells, then those of the custom fields."""
        row = self.row(record)
        if self.custom_fields:
            row.cells.extend(custom_cell(field, record.custom) for field in self.custom_fields)
        return row

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.custom_fields = fields_of(self.custom_on)
        self.columns = [*type(self).columns, *custom_columns(self.custom_fields)]
        self.found = self.rows_of(request.user)
        filter_form = self._filter_form(request)
        if isinstance(filter_form, ListFilter):
            filter_form.add_custom(self.custom_fields)
        values: dict[str, Any] = {}
        if filter_form is not None and filter_form.is_valid():
            values = {k: v for k, v in filter_form.cleaned_data.items() if v not in (None, "")}
            self.found = with_custom_values(self.filtered(self.found, values), self.custom_fields, values)
        elif filter_form is not None and filter_form.is_bound:
            self.found = self.found.none()  # and not all: somebody may go on to change what is shown
        self.sort = self._sort(request)
        self.shown = shown_columns(self.columns, asked_columns(request.GET))
        self.groupings = [*self.group_by, *by_custom(self.custom_fields)]
        self.grouping = next((by for by in self.groupings if by.name == request.GET.get("group")), None)
        if request.GET.get("export"):
            return self._file(request)
        table = self._table(request) if self.shows_table() else {}
        context = {
            "title": self.title,
            "subtitle": self.subtitle,
            "actions": self.actions(),
            "filter_form": filter_form,
            "columns_asked": ",".join(asked_columns(request.GET)),
            "column_choice": column_choice(self.columns, self.shown, request) if table else None,
            "groupings": self.groupings if table else [],
            "grouping": self.grouping,
            "exports": self._exports(request),
            "empty": self.empty(is_filtered=bool(values) or bool(filter_form and filter_form.errors)),
            **table,
            **self._kept_views(request),
            **self.extra(),
        }
        return render(request, self.template, context)

    def _sort(self, request: HttpRequest) -> str:
        sort = request.GET.get("sort", self.default_sort)
        known = {c.sort.lstrip("-") for c in self.columns if c.sort}
        return sort if sort.lstrip("-") in known else self.default_sort

    def _ordered(self) -> QuerySet[Any]:
        rows, sort = self.with_figures(self.found), self.sort.lstrip("-")
        for field in self.custom_fields:
            if sort == f"{PREFIX}{field.key}":
                rows = rows.alias(**{sort: custom_value(field)})
        order: list[Any] = [_ordering(self.sort), "pk"]
        if self.grouping is not None:
            rows, order = self.grouping.annotate(rows), [*self.grouping.ordering, *order]
        return rows.order_by(*order)

    def _table(self, request: HttpRequest) -> dict[str, Any]:
        closed = set(request.GET.getlist(CLOSED)) if self.grouping is not None else set()
        ordered = self._ordered().exclude(group_key__in=closed) if closed else self._ordered()
        self.page: Page[Any] = Paginator(ordered, self.page_size).get_page(request.GET.get("page"))
        records = list(self.page.object_list)
        self.prepare(records)
        columns = [self._column(self.columns[place], self.sort) for place in self.shown]
        rows = [self.line(record).picked(self.shown) for record in records]
        groups = self.groups() if self.grouping is not None else []
        keyed = [(record.group_key, row) for record, row in zip(records, rows, strict=True)] if groups else []
        return {
            "columns": columns,
            "rows": rows,
            "row_groups": sections_of(groups, request.GET, keyed, self.page, self.shown),
            "collapsed": sum(group.count for group in groups if group.key in closed),
            "footers": [[line[place] for place in self.shown] for line in self.sums()] if records or groups else [],
            "page": self.page,
        }

    def groups(self) -> list[Group]:
        """The groups of all that the filter finds."""
        assert self.grouping is not None
        return groups_of(self.found, self.grouping, self.columns, self.shown, self.currency_field)

    def sums(self) -> list[list[Cell]]:
        """The lines below the rows, each with a cell for each of ``columns``."""
        return totals(self.found, self.columns, self.shown, self.currency_field)

    def _exports(self, request: HttpRequest) -> list[dict[str, str]]:
        query = request.GET.copy()
        query.pop("page", None)
        exports = []
        for file_type in TYPES:
            query["export"] = file_type
            exports.append({"label": file_type.upper(), "url": f"{request.path}?{query.urlencode()}"})
        return exports

    def _file(self, request: HttpRequest) -> HttpResponse:
        """What the list shows, all pages of it, as a file; back to the list, which says so, where that is too much."""
        file_type, query = request.GET["export"], request.GET.copy()
        query.pop("export")
        if file_type not in TYPES:
            raise Http404("This page doesn't exist, or you don't have access to it.")
        keys = list(self._ordered().values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            messages.error(request, f"Can't export: a file holds {MOST:,} rows. Filter the list and export again.")
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        groups = self.groups() if self.grouping is not None else []
        return list_file(self, file_type, keys, self.shown, groups, self.sums() if keys else [])

    def _kept_views(self, request: HttpRequest) -> dict[str, Any]:
        """The views of this list, and where to keep the one that is shown, if it is one that is not kept."""
        match = request.resolver_match
        if match is None or match.kwargs:  # the list of one record has no route of its own
            return {}
        from accord.web.shell.views.saved_views import query_of, saved_views  # which asks what a list is

        found, query = saved_views(request, match.view_name), query_of(request.GET.urlencode())
        is_new = query and not any(view["active"] for view in found)
        url = f"{reverse('saved-view-new')}?{urlencode({'of': match.view_name, 'query': query})}" if is_new else ""
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
            "numeric": column.numeric or column.money or column.percent,
            "hide_small": column.hide_small,
        }


def _ordering(sort: str) -> Any:
    """Unknown values come last, whichever way the column is sorted."""
    column = F(sort.lstrip("-"))
    return column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
