"""The panels of a record's page, and the data of a chart. A builtin of the template engine, as ``shell`` is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from accord.web.shell.record_page import Panel

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: Context, panel: Panel) -> SafeString:
    """One panel with its values: ``{% panel each %}``."""
    assert context.template is not None
    with context.push(panel=panel, **panel.values):
        return context.template.engine.get_template("shell/parts/panel.html").render(context)


@register.filter
def as_json(value: Any) -> str:
    """``value`` for an attribute, which escapes it: htmx takes script elements out of what it swaps into a page."""
    return json.dumps(value, cls=DjangoJSONEncoder)
