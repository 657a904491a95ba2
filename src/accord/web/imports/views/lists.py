"""The list of imports, and what can be imported."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy, translated
from accord.exchange.importers.registry import TABLES
from accord.exchange.models import Import
from accord.exchange.queries import kinds_for
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import ago
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, count_cell

TONES = {
    Import.Status.DONE: "good",
    Import.Status.CHECKED: "info",
    Import.Status.UPLOADED: "info",
    Import.Status.REFUSED: "bad",
    Import.Status.FAILED: "bad",
    Import.Status.UNDONE: "neutral",
}


class ImportList(ListPage):
    title = gettext_lazy("Imports")
    noun = "imports"
    subtitle = gettext_lazy(
        "Every file is checked first, so you can review the result before any data is written. Every import "
        "can be undone."
    )
    template = "imports/list.html"
    default_sort = "-created_at"
    columns = [
        Column(gettext_lazy("File"), "file_name"),
        Column(gettext_lazy("Type"), "kind"),
        Column(gettext_lazy("Status"), "status"),
        Column(gettext_lazy("New"), numeric=True, hide_small=True),
        Column(gettext_lazy("Changed"), numeric=True, hide_small=True),
        Column(gettext_lazy("Date"), "-created_at"),
        Column(gettext_lazy("By"), "by__name", hide_small=True),
    ]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not kinds_for(request.user):
            raise PermissionDenied(gettext("You don't have permission to import files."))
        return super().get(request, **kwargs)

    def rows_of(self, user: Any) -> QuerySet[Import]:
        return Import.objects.visible_to(user).select_related("by").defer("shape", "mapping")

    def row(self, record: Import) -> Row:
        done = record.report if record.status == Import.Status.DONE else {}
        return Row(
            record.pk,
            reverse("import", args=[record.pk]),
            [
                Cell(record.file_name, sub=gettext("from %(source_name)s") % {"source_name": record.source_name}),
                Cell(Import.Kind(record.kind).label.split(" (")[0]),
                Cell(record.get_status_display(), badge=True, tone=TONES.get(Import.Status(record.status), "warn")),
                count_cell(done["create"]) if done else Cell(None),
                count_cell(done["update"]) if done else Cell(None),
                Cell(ago(record.created_at), raw=record.created_at),
                Cell(str(record.by), who=str(record.by)) if record.by else Cell("Accord"),
            ],
        )

    def actions(self) -> list[Action]:
        return [Action(gettext("New import"), reverse("import-new"), icon="upload", primary=True, key="n")]

    def empty(self) -> Empty:
        text = gettext("Choose what to import. No data is written until you confirm.")
        return Empty(gettext("No imports yet"), text, icon="file-import")

    def extra(self) -> dict[str, Any]:
        return {
            "offers": [offer(kind) for kind in kinds_for(self.request.user)],
        }


def offer(kind: Import.Kind) -> dict[str, Any]:
    """What the page says of one kind of file."""
    address = f"{reverse('import-new')}?kind={kind.value}"
    if kind == Import.Kind.PLAN:
        return {
            "title": gettext("Project plan"),
            "icon": "timeline-event",
            "text": gettext(
                "A Microsoft Project plan with tasks, links, calendars, resources, baselines, progress and cost."
            ),
            "needs": [gettext("Microsoft Project XML (in Microsoft Project: File, Save As, XML Format)")],
            "url": address,
            "sample": "",
        }
    importer = TABLES[kind.value]
    needs = [*(field.label for field in importer.fields if field.required), *importer.alternatives()]
    icons = {
        "accounts": "building-community",
        "contacts": "users",
        "opportunities": "target-arrow",
        "invoices": "receipt",
        "exchange_rates": "currency-euro",
    }
    return {
        "title": translated(importer.title),
        "icon": icons[importer.kind],
        "text": translated(importer.text),
        "needs": [translated(each) for each in needs],
        "url": address,
        "sample": reverse("import-sample", args=[importer.kind]),
    }
