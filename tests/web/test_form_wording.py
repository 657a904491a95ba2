"""Words of forms that several of them share: what a button does, and what a filter is called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

import accord.config.urls  # noqa: F401, which knows every page
from accord.support.models import Request
from accord.web.shell.views.forms import CreatePage, FormPage
from accord.web.support.forms import RequestFilter
from accord.web.support.requests import target_cell
from tests.core.test_hours_field import every

VERBS = frozenset(
    {
        "Add", "Allocate", "Answer", "Correct", "Create", "Decide", "Invite", "Issue", "Lock", "Log",
        "Mark", "Record", "Renew", "Request",
        "Resolve", "Return", "Run", "Save", "Send", "Simulate", "Skip", "Start", "Upload", "Withdraw",
    }
)  # fmt: skip


def test_every_submit_button_says_what_it_does() -> None:
    pages = every(FormPage)
    labels = {page.__name__: str(page.submit_label) for page in pages}
    assert len(labels) > 100
    assert {name: label for name, label in labels.items() if label.split()[0] not in VERBS} == {}


def test_a_new_record_is_made_not_named() -> None:
    """“Service level” on a button of a form that adds one."""
    nouns = {page.__name__: str(page.model._meta.verbose_name) for page in every(CreatePage) if hasattr(page, "model")}
    assert len(nouns) > 40
    pages: dict[str, Any] = {page.__name__: page for page in every(CreatePage)}
    assert {name for name, noun in nouns.items() if pages[name].submit_label.lower() == noun.lower()} == set()


def test_what_is_a_type_is_called_a_type() -> None:
    shown = [
        (form.__name__, name, field.label)
        for form in every(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if form.__module__.startswith("accord.") and not isinstance(field.widget, forms.HiddenInput)
    ]
    assert len(shown) > 300
    kinds = [row for row in shown if row[1] == "kind" and row[2] is None]
    assert kinds == []
    assert [row for row in shown if str(row[2]).lower() in {"kind", "answer by", "solve by", "solution"}] == []
    assert RequestFilter.base_fields["kind"].label == "Type"


def test_a_due_date_says_of_what() -> None:
    now = timezone.now()
    asked = Request(first_response_due=now + timedelta(hours=1), resolution_due=now - timedelta(hours=1))
    assert target_cell(asked, now).sub == "first response"
    asked.responded_at = now
    assert target_cell(asked, now).sub == "resolution, overdue"
