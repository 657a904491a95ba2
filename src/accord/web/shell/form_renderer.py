"""How Django's own controls are written, where its templates are slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

from accord.web.shell.markup import joined, markup

SELECT = "django/forms/widgets/select.html"


class FormRenderer(DjangoTemplates):
    """Django's, but for lists of choices.

    Its template of a list includes two more for each choice: the filters of one page, with some hundred choices, took
    as long as its rows.
    """

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = []
    for name, choices, _ in widget["optgroups"]:
        options = joined(
            markup('<option value="{}"{}>{}</option>', each["value"], _attributes(each["attrs"]), each["label"])
            for each in choices
        )
        groups.append(markup('<optgroup label="{}">{}</optgroup>', name, options) if name else options)
    attributes = _attributes(widget["attrs"])
    return markup('<select name="{}"{}>{}</select>', widget["name"], attributes, joined(groups))


def _attributes(given: Mapping[str, Any]) -> SafeString:
    """As ``django/forms/widgets/attrs.html`` writes them: true is a name alone, false is nothing."""
    return joined(
        markup(" {}", name) if value is True else markup(' {}="{}"', name, value)
        for name, value in given.items()
        if value is not False
    )
