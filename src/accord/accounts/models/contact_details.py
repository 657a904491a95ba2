"""How to reach a contact: e-mail addresses and telephone numbers, several of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Lower

from accord.accounts.mail_addresses import stored
from accord.core.models import Record
from accord.core.policy import part_of
from accord.core.search import Searched
from accord.core.texts import gettext_lazy

MOST_DETAILS = 20  # of each kind, for one contact


class AddressField(models.EmailField):
    """An e-mail address whose domain is kept, and compared, as computers write it: ``müller.example`` is ``xn--…``."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return stored(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = stored(value)
            setattr(model_instance, self.attname, value)
        return value

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(stored(value) if isinstance(value, str) else value, model_instance)


class Label(models.TextChoices):
    """What an address or number is for."""

    WORK = "work", gettext_lazy("Work")
    MOBILE = "mobile", gettext_lazy("Mobile")
    PRIVATE = "private", gettext_lazy("Private")
    OTHER = "other", gettext_lazy("Other")


@dataclass(frozen=True, slots=True)
class Detail:
    """One way to reach a contact. The first of a list is the primary one."""

    value: str
    label: str = Label.WORK

    @property
    def label_text(self) -> str:
        return str(Label(self.label).label)


class _Further(Record):
    """An address or number beside the primary one, which is the contact's own column."""

    label = models.CharField(max_length=7, choices=Label.choices, default=Label.WORK)

    policy = part_of("contact")

    class Meta:
        abstract = True

    contact: Any

    @property
    def root(self) -> models.Model:
        found: models.Model = self.contact
        return found


class ContactEmail(_Further):
    """An e-mail address of a contact beside the primary one."""

    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="emails")
    address = AddressField()

    searched = Searched(names=("address",), of="contact")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["contact", "address"], name="contact_email_once")]
        indexes = [models.Index(Lower("address"), name="contact_email_any")]

    def __str__(self) -> str:
        return self.address


class ContactPhone(_Further):
    """A telephone number of a contact beside the primary one."""

    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=40)

    searched = Searched(numbers=("number",), of="contact")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["contact", "number"], name="contact_phone_once")]

    def __str__(self) -> str:
        return self.number
