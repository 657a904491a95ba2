"""Lists of choices and small parts of markup are written as Django writes them, only sooner."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from accord.web.shell.form_renderer import FormRenderer
from accord.web.shell.markup import escaped, joined, markup

ODD = "<b onclick=\"x\">&amp; 'quoted'"
CHOICES = [
    ("", "–"),
    (1, ODD),
    (ODD, mark_safe("<em>kept</em>")),
    ("group & more", [("a", "A"), ("b", gettext_lazy("Yes"))]),
    (None, "nothing"),
]


@pytest.mark.parametrize("value", ["", 1, ODD, "b", None, "unknown"])
@pytest.mark.parametrize(
    "widget",
    [
        forms.Select(choices=CHOICES),
        forms.Select(attrs={"class": ODD, "required": True, "disabled": False, "data-n": 1234}, choices=CHOICES),
        forms.SelectMultiple(attrs={"size": 3}, choices=CHOICES),
        forms.NullBooleanSelect(),
        forms.Select(choices=[]),
    ],
)
def test_a_list_of_choices_is_the_same_as_django_writes(widget: forms.Select, value: Any) -> None:
    value = [value, "a"] if isinstance(widget, forms.SelectMultiple) else value
    ours, theirs = (
        widget.render(f"name {ODD}", value, {"id": "id_name"}, renderer=renderer())
        for renderer in (FormRenderer, DjangoTemplates)
    )
    assert parse_html(ours) == parse_html(theirs)
    assert hasattr(ours, "__html__")


@pytest.mark.parametrize("value", [ODD, mark_safe(ODD), gettext_lazy("Yes & no"), 12, None, True, ["<i>"]])
def test_values_are_escaped_as_django_escapes_them(value: Any) -> None:
    assert escaped(value) == conditional_escape(value)
    assert markup('<td title="{}">{}</td>', value, value) == format_html('<td title="{}">{}</td>', value, value)
    assert joined((value, "<")) == format_html("{}{}", value, "<")
    assert hasattr(joined(()), "__html__")
