"""The panels of a record's page. A builtin of the template engine, as ``shell`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
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
