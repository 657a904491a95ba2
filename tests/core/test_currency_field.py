"""A currency is typed in whatever case, and stored as its ISO code."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accord.accounts.models import Account
from accord.core.formfields import CurrencyCodeField
from accord.people.models import Firm
from accord.web.people.forms_set_up import SetUpForm


def test_forms_take_any_case() -> None:
    for model in (Account, Firm):
        field = model._meta.get_field("currency").formfield()
        assert isinstance(field, CurrencyCodeField)
        assert field.clean(" eur ") == "EUR"
    assert SetUpForm().fields["currency"].clean("chf") == "CHF"


@pytest.mark.parametrize("text", ["eu", "E€R", "12A", "euro"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        SetUpForm().fields["currency"].clean(text)
