"""The cells of a list's rows, which a page has by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accord.web.shell.templatetags.shell import beside, cell, is_blank
from accord.web.shell.templatetags.shell import part_of_cell as _of

register = template.Library()


@register.simple_tag
def cells(columns: Sequence[Any], row: Any) -> SafeString:
    """The cells of a row beside its ``columns``, the first of which names it: ``shell/parts/rows.html``.

    Written here for the same reason as :func:`cell`.
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
        written.append(
            format_html(
                '<td role="cell" data-label="{}" class="{}"><div class="cell">{}</div></td>', label, mark, cell(each)
            )
        )
    return format_html_join("", "{}", ((each,) for each in written))
