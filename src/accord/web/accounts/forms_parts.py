"""Forms of what hangs on an account."""

from __future__ import annotations

from typing import Any

from django import forms

from accord.accounts.models import Contact
from accord.accounts.models.part import AccountPart
from accord.people.models import User
from accord.web.shell.forms import RecordForm


class AccountPartForm(RecordForm):
    """Choices are of the same client: its contacts, needs, goals and strategies; colleagues who work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance.account
        here: dict[type, Any] = {
            Contact: Contact.objects.filter(affiliations__account=account).distinct(),
            User: User.objects.filter(is_active=True).order_by("name"),
        }
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                model = field.queryset.model
                if model in here:
                    field.queryset = here[model]
                elif issubclass(model, AccountPart):
                    field.queryset = model.objects.visible_to(self.user).filter(account=account)
