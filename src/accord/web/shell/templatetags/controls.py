"""The controls of form fields, in the look of the product. A builtin of the template engine, as ``shell`` is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accord.web.shell.markup import joined, markup
from accord.web.shell.templatetags.shell import UNKNOWN

register = template.Library()

SHORT_TEXT = 20  # characters at most: a currency, a postcode, a code
HALF_WIDTH = (
    forms.NumberInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.EmailInput,
    forms.Select,
)


def _use_browser_control(widget: forms.Widget) -> None:
    """A date is chosen in the browser's own control, which speaks ISO whatever the locale."""
    if isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.TimeInput):
        widget.input_type, widget.format = "time", "%H:%M"


def _soften_empty_choice(field: BoundField) -> None:
    """Django's nine hyphens for "nothing chosen" become one dash."""
    if isinstance(field.field, forms.ModelChoiceField):
        if field.field.empty_label == BLANK_CHOICE_DASH[0][1]:
            field.field.empty_label = UNKNOWN
    elif isinstance(field.field, forms.ChoiceField):
        softened = [
            (value, UNKNOWN if label == BLANK_CHOICE_DASH[0][1] else label) for value, label in field.field.choices
        ]
        field.field.widget.choices = softened


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's own control in the look of the product; label, help and errors are ``parts/field.html``."""
    widget = field.field.widget
    _use_browser_control(widget)
    _soften_empty_choice(field)
    plain = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)
    if isinstance(widget, plain):
        return field.as_widget()
    name = "form-select" if isinstance(widget, forms.Select) else "form-control"
    given = str(widget.attrs.get("class", ""))
    attrs: dict[str, Any] = {"class": f"{given} {name}".strip()}
    if isinstance(field.field, forms.DecimalField) and "step" not in widget.attrs:
        attrs["inputmode"] = "decimal"
    offered = getattr(widget, "datalist", None)
    if not offered:
        return field.as_widget(attrs=attrs)
    named = f"{field.auto_id}_offered"
    options = format_html_join("", '<option value="{}"></option>', ((text,) for text in offered))
    control = field.as_widget(attrs=attrs | {"list": named})
    return format_html('{}<datalist id="{}">{}</datalist>', control, named, options)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """The choices of a list that a template writes itself."""
    return joined(
        markup('<option value="{}"{}>{}</option>', value, " selected" if value == chosen else "", label)
        for value, label in choices
    )


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is a single tick, which has its label beside it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_half(field: BoundField) -> bool:
    """Whether the field is short enough to share a line with another."""
    widget = field.field.widget
    wide = (forms.SelectMultiple, forms.CheckboxSelectMultiple, forms.RadioSelect)
    if type(widget) is forms.TextInput:
        return int(widget.attrs.get("maxlength", 1000)) <= SHORT_TEXT
    return isinstance(widget, HALF_WIDTH) and not isinstance(widget, wide)
