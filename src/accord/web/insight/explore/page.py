"""A page of Explore: what a question about all clients is answered with, in words, as a chart and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from accord.core.access import Permission, can
from accord.insight.explore.clients import explored
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries import client_figures, latest_analysis
from accord.people.models import Firm
from accord.web.insight.explore.definitions import DEFINITIONS
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.places import PASSED_ON, address, crumbs, tabs
from accord.web.shell.export import TYPES
from accord.web.shell.list_export import table_export
from accord.web.shell.list_parts import Column, Row
from accord.web.shell.parts import Empty, Link, no_matching
from accord.web.shell.templatetags.shell import day

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says: ``sentence`` as a person would, ``records`` of which ``row`` makes the table's lines.

    ``notes`` say what is not in it, and ``more`` is what the page's own template needs.
    """

    sentence: str
    columns: list[Column]
    records: Sequence[Any]
    row: Callable[[Any], Row]
    table_title: str
    chart: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


def no_run() -> Empty:
    """What every page says before the figures were ever calculated."""
    return Empty(
        gettext("No client figures yet"),
        gettext("Enter agreements or orders, or import invoices, then update the client figures."),
        icon="chart-histogram",
    )


class ExplorePage(View):
    """Subclasses give the ``answer``, or say why there is none (``Empty``)."""

    route: ClassVar[str]
    title: ClassVar[str]
    subtitle: ClassVar[str]
    filter_class: ClassVar[type[ExploreFilter]] = ExploreFilter
    template: ClassVar[str] = "insight/explore/page.html"
    analysis: ClientFigures
    narrowed = False  # whether filters leave clients out

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        analysis = latest_analysis(user)
        form: ExploreFilter = self.filter_class(request.GET, user=user, analysis=analysis)
        values = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
        self.asked = {name: request.GET.get(name, "") for name in form.fields}
        self.narrowed = bool(form.errors) or any(values.get(name) for name in PASSED_ON)
        found: Answer | Empty
        if analysis is None:
            found = no_run()
        else:
            self.analysis = analysis
            rows = explored(user, values) if form.is_valid() else client_figures(user).none()
            found = self.answer(rows, values)
        if isinstance(found, Answer) and request.GET.get("export"):
            return self._file(found)
        context = {
            "title": self.title,
            "subtitle": self.subtitle,
            "crumbs": crumbs(self.title),
            "tabs": tabs(self.route, self.asked),
            "filter_form": form,
            "definition": DEFINITIONS[self.route],
            "as_of": "" if analysis is None else day(analysis.as_of),
            "may_analyse": analysis is None and can(user, Permission.CHANGE, Firm.current()),
        }
        if isinstance(found, Empty):
            return render(request, self.template, context | {"empty": found})
        page = Paginator(found.records, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {
            "answer": found,
            "chart": found.chart,
            "columns": found.columns,
            "rows": [found.row(record) for record in page.object_list],
            "page": page if page.paginator.num_pages > 1 else None,
            "exports": [
                Link(file_type.upper(), address(self.route, self.asked | {"export": file_type})) for file_type in TYPES
            ],
            **found.more,
        }
        return render(request, self.template, context)

    def unfiltered(self, analysis: ClientFigures | None) -> Answer | Empty:
        """What the page says of all clients that the reader may see."""
        self.asked = {}
        if analysis is None:
            return no_run()
        self.analysis = analysis
        return self.answer(explored(self.request.user, {}), {})

    def _file(self, found: Answer) -> HttpResponse:
        file_type = self.request.GET["export"]
        if file_type not in TYPES:
            raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        return table_export(str(self.title), file_type, found.columns, map(found.row, found.records))

    def nobody(self) -> Empty:
        """What it says where the filters leave no client, or nobody has ordered anything."""
        if self.narrowed:
            return no_matching(gettext("clients"))
        return Empty(
            gettext("No clients yet"),
            self.analysis.reason or gettext("Clients appear once they have ordered something."),
            icon="chart-histogram",
        )
