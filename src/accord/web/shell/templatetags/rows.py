"""The cells of a list's rows, which a page has by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from accord.web.shell.list_parts import Cell, Column, Row
from accord.web.shell.markup import joined, markup
from accord.web.shell.templatetags.shell import beside, cell, icon, is_blank

register = template.Library()


@register.simple_tag(takes_context=True)
def list_row(context: Context, columns: Sequence[Column], row: Row, chosen: Any = None) -> SafeString:
    """A row beside its ``columns``, the first of which names it, with a box to tick where rows can be ``chosen``.

    Written here for the same reason as :func:`cell`. Cells that can be edited in place end with a link that does.
    """
    found = beside(columns, row.cells)
    written = []
    if chosen and found:
        written.append(_choice(row, found[0][1]))
    if found:
        first = cell(found[0][1], True, row.url)
        written.append(markup('<th scope="row" role="rowheader">{}</th>', first))
    # No list within the page of a record has an address of its own, and so no cells that are edited.
    route = context.get("list_route") if row.may_edit else ""
    for column, each in found[1:]:
        kinds = "numeric" if each.numeric or column.numeric else ""
        if column.hide_small:
            kinds += " hide-small"
        if is_blank(each):
            kinds += " is-none"
        body = cell(each)
        if route and (name := column.edit):
            body = joined((body, _edit(context, row, reverse("list-field", args=[route, row.id, name]), column)))
        label = column.label
        written.append(
            markup('<td role="cell" data-label="{}" class="{}"><div class="cell">{}</div></td>', label, kinds, body)
        )
    return markup('<tr role="row">{}</tr>', joined(written))


def _choice(row: Row, first: Cell) -> SafeString:
    return markup(
        '<td class="choose" role="cell"><label><input type="checkbox" name="ids" value="{}" form="selection" '
        'data-choose-row aria-label="Select {}"></label></td>',
        row.id, first.value,
    )  # fmt: skip


def _edit(context: Context, row: Row, url: str, column: Column) -> SafeString:
    return markup(
        '<a class="cell-edit" id="edit-{}-{}" href="{}?{}" hx-get="{}" hx-target="closest .cell" hx-swap="innerHTML" '
        'aria-label="Edit {} of {}">{}</a>',
        row.id, column.edit, url, context.get("list_query", ""), url, column.label,
        row.cells[0].value, icon("pencil"),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def move_form(context: Context, url: str, key: str, label: str, version: int, field: str = "", value: str = "") -> Any:
    """The entry of a card's menu that moves it to the lane ``key``, by posting ``value`` as its ``field``.

    Written here for the same reason as :func:`cell`: a board has hundreds.
    """
    chosen = markup('<input type="hidden" name="{}" value="{}">', field, value) if field else ""
    return markup(
        '<form method="post" action="{}" hx-post="{}" hx-target="#list" hx-select="#list" hx-swap="outerHTML" '
        'data-to="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="version" value="{}">{}'
        '<button class="menu-item" type="submit">{}Move to {}</button></form>',
        url, url, key, context.get("csrf_token", ""), version, chosen, icon("corner-down-left"), label,
    )  # fmt: skip


@register.simple_tag
def move_question(url: str, key: str, label: str) -> SafeString:
    """The entry that asks something first; a drop on the lane ``key``, where there is one, asks the same."""
    to = markup(' data-to="{}"', key) if key else ""
    mark = icon("corner-down-left")
    return markup('<a class="menu-item" href="{}" data-drawer{}>{}{}</a>', url, to, mark, label)
