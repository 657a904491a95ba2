"""Hours are read as people write them, in every form that asks for them."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django import forms

from accord.core.durations import hours_of
from accord.core.formfields import HoursField
from accord.web.money.forms_time import TimeForm
from accord.web.projects.durations import minutes_of
from accord.web.sales.forms import AgreementForm
from accord.web.support.forms import ServiceLevelForm


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1:30", "1.5"), ("1.5", "1.5"), ("1,5", "1.5"), ("1.5h", "1.5"), ("1,5 h", "1.5"), ("1:30 h", "1.5"),
        ("2 hours", "2"), (" 7:05 ", "7.08"), ("0:01", "0.02"), (".25", "0.25"), ("8", "8"), ("1.50 Hrs", "1.5"),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, hours: str) -> None:
    assert HoursField().clean(text) == Decimal(hours)


@pytest.mark.parametrize("text", ["1:60", "1:5", "h", "one", "1.5.1", "1,000,5", "-1", "1e3", "NaN", "1:30:00"])
def test_what_is_no_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="for example 7:30"):
        HoursField(min_value=0).clean(text)


def test_a_thousand_is_not_taken_for_one() -> None:
    with pytest.raises(forms.ValidationError, match="2 decimal places"):
        HoursField().clean("1,500")
    with pytest.raises(forms.ValidationError):
        HoursField(max_value=24).clean("24:01")
    assert HoursField(required=False).clean("") is None


def test_no_minute_is_lost() -> None:
    field = HoursField()
    day = range(1, 24 * 60 + 1)
    assert [round(field.clean(field.prepare_value(hours_of(minutes))) * 60) for minutes in day] == list(day)


@pytest.mark.parametrize("hours", ["1.01", "0.33", "40.00", "7.50", "1234.56"])
def test_what_is_stored_comes_back_as_it_was(hours: str) -> None:
    field = HoursField()
    assert field.clean(field.prepare_value(Decimal(hours))) == Decimal(hours)
    assert not field.has_changed(Decimal(hours), field.prepare_value(Decimal(hours)))


def every(base: type) -> set[Any]:
    """The classes that come from ``base``, of the modules that are loaded."""
    found = set(base.__subclasses__())
    return found.union(*(every(each) for each in found))


def test_every_form_that_asks_for_hours_reads_them_so() -> None:
    import_module("accord.config.urls")  # which knows every page
    asked = {
        (form, name): field
        for form in every(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if name == "hours" or name.endswith("_hours")
    }
    assert {(AgreementForm, "hours"), (ServiceLevelForm, "first_response_hours"), (TimeForm, "hours")} <= set(asked)
    others = {form.__name__ for (form, _), field in asked.items() if not isinstance(field, HoursField)}
    assert others == {"SetUpForm"}  # the hours of the day at which people work


def test_durations_of_plans_know_the_clock_too() -> None:
    assert [minutes_of(text, 480) for text in ("1:30", "1:30h", "1.5h", "1,5h", "1d 4h")] == [90, 90, 90, 90, 720]
