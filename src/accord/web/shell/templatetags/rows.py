"""The cells of a list's rows, which a page has by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accord.web.shell.templatetags.shell import beside, cell, icon, is_blank
from accord.web.shell.templatetags.shell import part_of_cell as _of

register = template.Library()


@register.simple_tag(takes_context=True)
def cells(context: Context, columns: Sequence[Any], row: Any) -> SafeString:
    """The cells of a row beside its ``columns``, the first of which names it: ``shell/parts/rows.html``.

    Written here for the same reason as :func:`cell`. Cells that can be edited in place end with a link that does.
    """
    found = beside(columns, _of(row, "cells"))
    written = [
        format_html('<th scope="row" role="rowheader">{}</th>', cell(each, True, _of(row, "url") or ""))
        for _, each in found[:1]
    ]
    for column, each in found[1:]:
        kinds = (
            "numeric" if _of(each, "numeric") or _of(column, "numeric") else "",
            " hide-small" if _of(column, "hide_small") else "",
            " is-none" if is_blank(each) else "",
        )
        mark, label = "".join(kinds), _of(column, "label")
        body = cell(each)
        route = context.get("list_route")  # none of a list within the page of a record: it has no address of its own
        if route and _of(row, "may_edit") and (name := _of(column, "edit")):
            body = format_html(
                "{}{}", body, _edit(context, row, reverse("list-field", args=[route, row.id, name]), column)
            )
        written.append(
            format_html('<td role="cell" data-label="{}" class="{}"><div class="cell">{}</div></td>', label, mark, body)
        )
    return format_html_join("", "{}", ((each,) for each in written))


def _edit(context: Context, row: Any, url: str, column: Any) -> SafeString:
    return format_html(
        '<a class="cell-edit" id="edit-{}-{}" href="{}?{}" hx-get="{}" hx-target="closest .cell" hx-swap="innerHTML" '
        'aria-label="Edit {} of {}">{}</a>',
        row.id, _of(column, "edit"), url, context.get("list_query", ""), url, _of(column, "label"),
        _of(row.cells[0], "value"), icon("pencil"),
    )  # fmt: skip
