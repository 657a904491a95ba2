"""The page that lists records: filter, sort, columns, pages, files, and a way to make a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View

from accord.accounts.queries_custom import PREFIX, custom_value, with_custom_values
from accord.insight.queries_segments import in_segment
from accord.people.models import Role
from accord.web.shell.custom_fields import custom_cell, custom_columns, fields_of
from accord.web.shell.export import TYPES
from accord.web.shell.list_board import lanes_of
from accord.web.shell.list_columns import asked_columns, column_choice, shown_columns
from accord.web.shell.list_export import MOST, list_file
from accord.web.shell.list_filters import ListFilter
from accord.web.shell.list_groups import CLOSED, Group, GroupBy, by_custom, groups_of, sections_of
from accord.web.shell.list_parts import Cell, Column, Row, amount_cell, count_cell, date_cell, due_cell, owner_cell
from accord.web.shell.list_totals import totals
from accord.web.shell.parts import Action, Crumb, Empty, Link, Tab, no_matching
from accord.web.shell.views.forms import EditPage

__all__ = ["Cell", "Column", "ListPage", "Row", "amount_cell", "count_cell", "date_cell", "due_cell", "owner_cell"]


class ListPage(View):
    """Subclasses give ``rows_of`` (visible rows), ``row`` (cells) and, where useful, a filter form."""

    title: ClassVar[str]
    subtitle: ClassVar[str] = ""
    noun: ClassVar[str] = "rows"  # what it lists, as "1–50 of 120 accounts" says it
    under: ClassVar[tuple[str, str] | None] = None  # the page above it in the breadcrumb: label and route
    crumb: ClassVar[str] = ""  # what the breadcrumb calls it, where that is not its title
    columns: list[Column]
    default_sort: ClassVar[str]
    filter_class: ClassVar[type[forms.Form] | None] = None
    page_size: ClassVar[int] = 50
    template: ClassVar[str] = "shell/list.html"
    currency_field: ClassVar[str] = "currency"  # what the amounts of the columns are added up by
    edit_page: ClassVar[type[EditPage] | None] = None  # the form by which cells and boards edit a record
    editors: ClassVar[tuple[Role, ...]] = ()  # who is offered that; whether a record may be edited is asked when it is
    group_by: ClassVar[tuple[GroupBy, ...]] = ()  # what the rows can be put in groups by; choices are also boards
    client: ClassVar[str] = ""  # the path from a row to its account, where the list can be filtered by segment
    custom_on: ClassVar[str] = ""  # whose custom fields are columns and filters, too: CustomField.On

    def rows_of(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        return rows

    def of_segment(self, rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        """Those of ``rows`` whose client is in the segment that is asked for."""
        return in_segment(rows, asked, self.request.user, self.client)

    def with_figures(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add what only the table sorts by and shows, and what is dear to compute for all that is found."""
        return rows

    def row(self, record: Any) -> Row:
        """One record with a cell for each of ``columns``, whichever of them are shown."""
        raise NotImplementedError

    def prepare(self, records: list[Any]) -> None:
        """Look up, in one query each, what the page's rows need besides themselves."""

    def actions(self) -> list[Action]:
        return []

    @property
    def main_action(self) -> Action | None:
        """What one does first where the list is empty: create what it lists, for who may."""
        return next((action for action in self.actions() if action.primary), None)

    def crumbs(self) -> list[Crumb]:
        above = [Crumb(self.under[0], reverse(self.under[1]))] if self.under else []
        return [*above, Crumb(self.crumb or self.title)]

    def empty(self) -> Empty:
        """What it says where there is nothing to list."""
        return Empty(gettext("Nothing here yet"))

    def no_match(self) -> Empty:
        """What it says where its filters leave nothing."""
        return no_matching(self.noun)

    def extra(self) -> dict[str, Any]:
        return {}

    def faces(self) -> list[tuple[str, dict[str, str]]]:
        """Other ways to look at the list than as a table or board: their names and what the address says for each."""
        return []

    def movers(self) -> dict[str, Callable[[Any, str, int], Any]]:
        """The fields that an action changes and not the record's form: record, value and version are given to it."""
        return {}

    def asks(self, record: Any, field: str, value: str) -> str:
        """Where something must be said before ``record`` gets this value; nowhere, as a rule."""
        return ""

    def field_url(self, record: Any, field: str) -> str:
        """Where a field of ``record`` is edited in place, so that the answer shows the list as it is asked for."""
        url = reverse("list-field", args=[self._route(self.request), record.pk, field])
        return f"{url}?{self.request.GET.urlencode()}"

    def may_edit(self, record: Any) -> bool:
        """Whether the reader is offered to edit ``record`` in place."""
        user: Any = self.request.user
        return self.edit_page is not None and user.has_role(*self.editors)

    def editable_fields(self) -> set[str]:
        """The fields that cells and boards of this list can edit."""
        if self.edit_page is None:
            return set()
        custom = {f"{PREFIX}{field.key}" for field in fields_of(self.custom_on)}
        columns = {column.edit for column in type(self).columns if column.edit}
        return columns | set(self.edit_page.form_class._meta.fields or ()) | set(self.movers()) | custom

    def grouping_named(self, name: str) -> GroupBy | None:
        groupings = [*self.group_by, *by_custom(fields_of(self.custom_on))] if name else []
        return next((by for by in groupings if by.name == name), None)

    def shows_table(self) -> bool:
        """Whether the found rows are shown as a table; a list that shows them otherwise takes them from ``found``."""
        return self.board is None and self.request.GET.get("show") not in {more.get("show") for _, more in self.faces()}

    def line(self, record: Any) -> Row:
        """The whole row of a record: the list's own cells, then those of the custom fields."""
        row = replace(self.row(record), may_edit=self.may_edit(record))
        if self.custom_fields:
            row.cells.extend(custom_cell(field, record.custom) for field in self.custom_fields)
        return row

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.custom_fields = fields_of(self.custom_on)
        self.columns = [*type(self).columns, *custom_columns(self.custom_fields)]
        self.found = self.rows_of(request.user)
        filter_form = self._filter_form(request)
        if isinstance(filter_form, ListFilter):
            if self.client:
                filter_form.add_segments(request.user)
            filter_form.add_custom(self.custom_fields)
        values: dict[str, Any] = {}
        if filter_form is not None and filter_form.is_valid():
            values = {k: v for k, v in filter_form.cleaned_data.items() if v not in (None, "")}
            self.found = with_custom_values(self.filtered(self.found, values), self.custom_fields, values)
            self.found = self.of_segment(self.found, values.get("segment", "") if self.client else "")
        elif filter_form is not None and filter_form.is_bound:
            self.found = self.found.none()  # and not all: somebody may go on to change what is shown
        self.sort = self._sort(request)
        self.shown = shown_columns(self.columns, asked_columns(request.GET))
        self.groupings = [*self.group_by, *by_custom(self.custom_fields)]
        self.grouping = next((by for by in self.groupings if by.name == request.GET.get("group")), None)
        self.boards = self._boards()
        self.board = self._board(request)
        if request.GET.get("export"):
            return self._file(request)
        table = self._table(request) if self.shows_table() else self._lanes(request) if self.board else {}
        context = {
            "title": self.title,
            "subtitle": self.subtitle,
            "noun": self.noun,
            "crumbs": self.crumbs(),
            "actions": self.actions(),
            "filter_form": filter_form,
            "columns_asked": ",".join(asked_columns(request.GET)),
            "column_choice": column_choice(self.columns, self.shown, request) if table else None,
            "groupings": self.groupings if table and self.board is None else [],
            "grouping": self.grouping,
            "face": [(name, request.GET[name]) for name in ("show", "by", "month") if request.GET.get(name)],
            **self._switch(request),
            "exports": self._exports(request),
            "list_route": self._route(request),
            "list_query": request.GET.urlencode(),
            "empty": self.no_match() if values or (filter_form and filter_form.errors) else self.empty(),
            **table,
            **self._kept_views(request),
            **self.extra(),
        }
        return render(request, self.template, context)

    def _sort(self, request: HttpRequest) -> str:
        sort = request.GET.get("sort", self.default_sort)
        known = {c.sort.lstrip("-") for c in self.columns if c.sort}
        return sort if sort.lstrip("-") in known else self.default_sort

    def sortable(self) -> QuerySet[Any]:
        """All that is found, with what it is sorted by."""
        rows, sort = self.with_figures(self.found), self.sort.lstrip("-")
        for field in self.custom_fields:
            if sort == f"{PREFIX}{field.key}":
                rows = rows.alias(**{sort: custom_value(field)})
        return rows

    def _ordered(self) -> QuerySet[Any]:
        rows = self.sortable()
        if self.grouping is not None:
            return self.grouping.annotate(rows).order_by(*self.grouping.ordering, *self.order(), "pk")
        return rows.order_by(*self.order(), "pk")

    def order(self) -> list[Any]:
        """What the rows are sorted by."""
        return [_ordering(self.sort)]

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

    def _boards(self) -> list[GroupBy]:
        """What the list can be a board by: choices that its records can be moved among."""
        if self.edit_page is None:
            return []
        form = set(self.edit_page.form_class._meta.fields or ()) | set(self.movers())
        return [by for by in self.groupings if by.choices and (by.name in form or by.name.startswith(PREFIX))]

    def _board(self, request: HttpRequest) -> GroupBy | None:
        if request.GET.get("show") != "board" or not self.boards:
            return None
        return next((by for by in self.boards if by.name == request.GET.get("by")), self.boards[0])

    def _switch(self, request: HttpRequest) -> dict[str, Any]:
        """The table and what else the list can be shown as."""
        boards = [
            (gettext("Board by %(by)s") % {"by": by.label.lower()}, {"show": "board", "by": by.name})
            for by in self.boards
        ]
        others = [*boards, *self.faces()]
        if not others:
            return {}
        shown = request.GET.copy()
        for name in ("page", "show", "by", "month"):
            shown.pop(name, None)
        here = {"show": "board", "by": self.board.name} if self.board else {"show": request.GET.get("show", "")}
        switch = []
        for label, more in [(gettext("Table"), {}), *others]:
            query = shown.copy()
            query.update(more)
            is_here = (more or {"show": ""}) == here or (not more and self.shows_table())
            switch.append(Tab(label, f"?{query.urlencode()}", active=is_here))
        return {"switch": switch, "switch_label": gettext("View")}

    def _lanes(self, request: HttpRequest) -> dict[str, Any]:
        assert self.board is not None
        lanes = lanes_of(self, self.board)
        return {
            "board": self.board,
            "lanes": lanes,
            "may_move": any(card.moves for lane in lanes for card in lane.cards),
        }

    def groups(self) -> list[Group]:
        """The groups of all that the filter finds."""
        assert self.grouping is not None
        return groups_of(self.found, self.grouping, self.columns, self.shown, self.currency_field)

    def sums(self) -> list[list[Cell]]:
        """The lines below the rows, each with a cell for each of ``columns``."""
        return totals(self.found, self.columns, self.shown, self.currency_field)

    def _exports(self, request: HttpRequest) -> list[Link]:
        query = request.GET.copy()
        query.pop("page", None)
        exports = []
        for file_type in TYPES:
            query["export"] = file_type
            exports.append(Link(file_type.upper(), f"{request.path}?{query.urlencode()}"))
        return exports

    def _file(self, request: HttpRequest) -> HttpResponse:
        """What the list shows, all pages of it, as a file; back to the list, which says so, where that is too much."""
        file_type, query = request.GET["export"], request.GET.copy()
        query.pop("export")
        if file_type not in TYPES:
            raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        keys = list(self._ordered().values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            messages.error(
                request,
                gettext("Can't export: a file holds %(most)s rows. Filter the list and export again.")
                % {"most": f"{MOST:,}"},
            )
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        groups = self.groups() if self.grouping is not None else []
        return list_file(self, file_type, keys, self.shown, groups, self.sums() if keys else [])

    def _route(self, request: HttpRequest) -> str:
        """The name of the list's address; none of the list of one record, which has no address of its own."""
        match = request.resolver_match
        return match.view_name if match is not None and not match.kwargs else ""

    def _kept_views(self, request: HttpRequest) -> dict[str, Any]:
        """The views of this list, and where to keep the one that is shown, if it is one that is not kept."""
        route = self._route(request)
        if not route:
            return {}
        from accord.web.shell.views.saved_views import query_of, saved_views  # which asks what a list is

        found, query = saved_views(request, route), query_of(request.GET.urlencode())
        is_new = query and not any(view["active"] for view in found)
        url = f"{reverse('saved-view-new')}?{urlencode({'of': route, 'query': query})}" if is_new else ""
        return {"saved_views": found, "save_view_url": url}

    def _filter_form(self, request: HttpRequest) -> forms.Form | None:
        return self.filter_class(request.GET or None) if self.filter_class else None

    def _column(self, column: Column, sort: str) -> Column:
        direction = ""
        if column.sort and sort.lstrip("-") == column.sort.lstrip("-"):
            direction = "desc" if sort.startswith("-") else "asc"
        numeric = column.numeric or column.money or column.percent
        edit = column.edit if self.edit_page is not None else ""
        return replace(column, sorted=direction, numeric=numeric, edit=edit)


def _ordering(sort: str) -> Any:
    """Unknown values come last, whichever way the column is sorted."""
    column = F(sort.lstrip("-"))
    return column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
