"""The firm that runs this installation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from stdnum import bic as bic_number
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError as NotANumber

from accord.core.fields import CurrencyField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.remembered import Remembered
from accord.core.rules import Holding, everyone, nobody
from accord.core.security import Kind, record_security
from accord.core.texts import gettext_lazy
from accord.people.models.user import Role, check_time_zone


def check_mfa_roles(value: Any) -> None:
    if not isinstance(value, list) or any(role not in Role.values for role in value):
        raise ValidationError(gettext("Choose among the roles."))


def _roles_with_mfa() -> frozenset[str]:
    return frozenset(Firm.objects.order_by("pk").values_list("mfa_roles", flat=True).first() or ())


def _name() -> str:
    return str(Firm.current().name)


mfa_roles = Remembered(_roles_with_mfa)  # the roles that must use two-factor authentication
firm_name = Remembered(_name)


def _forget() -> None:
    mfa_roles.forget()
    firm_name.forget()


def check_iban(value: str) -> None:
    try:
        iban_number.validate(value)
    except NotANumber as error:
        raise ValidationError(gettext("This isn't an IBAN. Check the digits.")) from error


def check_bic(value: str) -> None:
    try:
        bic_number.validate(value)
    except NotANumber as error:
        raise ValidationError(gettext("This isn't a BIC. Enter 8 or 11 characters.")) from error


class Firm(Record):
    """One row: name, currency of account, time zone, usual working time, and what stands on its letters."""

    name = models.CharField(max_length=150, default="Our firm")
    currency = CurrencyField(default="EUR", help_text=gettext_lazy("Currency for firm-wide figures."))
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    calendar = models.ForeignKey("people.Calendar", on_delete=models.PROTECT, null=True, related_name="+")
    legal_name = models.CharField(
        max_length=200,
        blank=True,
        help_text=gettext_lazy(
            "As registered, for example “Ada Consulting GmbH”. Leave empty if it is the same as the name."
        ),
    )
    street = models.CharField(gettext_lazy("street address"), max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    register_entry = models.CharField(
        max_length=120,
        blank=True,
        help_text=gettext_lazy("Court and number, for example “Amtsgericht Hannover, HRB 12345”."),
    )
    directors = models.CharField(gettext_lazy("managing directors"), max_length=200, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    vat_id = models.CharField("VAT ID", max_length=20, blank=True)
    bank = models.CharField(max_length=100, blank=True)
    iban = models.CharField("IBAN", max_length=42, blank=True, validators=[check_iban])
    bic = models.CharField("BIC", max_length=11, blank=True, validators=[check_bic])
    billing_from = models.DateField(
        gettext_lazy("bill from Accord since"),
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "Accord proposes invoices for work from this day on. What came before was billed elsewhere."
        ),
    )
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)  # its address, and how large it is drawn
    logo_width = models.PositiveIntegerField(default=0, editable=False)
    logo_height = models.PositiveIntegerField(default=0, editable=False)
    checklist_dismissed_at = models.DateTimeField(null=True, blank=True, editable=False)
    sponsor_silence = models.PositiveSmallIntegerField(
        gettext_lazy("silent sponsor after (days)"),
        default=60,
        help_text=gettext_lazy("Account managers are notified when a sponsor has had no contact for this long."),
    )

    overtime_from = models.DateField(
        gettext_lazy("overtime counts from"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Leave empty to count from the first timesheet that each person submits."),
    )
    value_horizon_months = models.PositiveSmallIntegerField(
        gettext_lazy("lifetime value horizon"),
        choices=[
            (12, gettext_lazy("1 year")),
            (24, gettext_lazy("2 years")),
            (36, gettext_lazy("3 years")),
            (60, gettext_lazy("5 years")),
        ],
        default=36,
    )
    discount_percent = models.DecimalField(
        gettext_lazy("discount rate (% per year)"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(10),
        validators=[MinValueValidator(0), MaxValueValidator(50)],
        help_text=gettext_lazy("What a year's delay takes off the value of money to come."),
    )
    fee_increase_percent = models.DecimalField(
        gettext_lazy("expected fee increase (% per year)"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(2),
        validators=[MinValueValidator(-20), MaxValueValidator(20)],
        help_text=gettext_lazy("Retainers and subscriptions only."),
    )
    shortest_silence = models.PositiveSmallIntegerField(
        gettext_lazy("shortest silence before a client is lost (months)"),
        default=9,
        validators=[MinValueValidator(3), MaxValueValidator(60)],
        help_text=gettext_lazy(
            "Clients who order projects are lost once three times their usual interval has passed without an order, "
            "but not sooner than this."
        ),
    )
    longest_silence = models.PositiveSmallIntegerField(
        gettext_lazy("longest silence before a client is lost (months)"),
        default=24,
        validators=[MinValueValidator(3), MaxValueValidator(60)],
        help_text=gettext_lazy("For the same time for all clients, enter the same number in both fields."),
    )

    signal_weights = models.JSONField(
        gettext_lazy("signal weights"), default=dict, blank=True, editable=False
    )  # those that differ from the standard ones, by the name of the signal

    status_limits = models.JSONField(
        gettext_lazy("thresholds of status reports"), default=dict, blank=True, editable=False
    )  # those that differ from the standard ones, by the name of the rule: where amber and red begin

    unaudited = frozenset({"logo_digest", "logo_width", "logo_height"})
    not_money = frozenset({"discount_percent", "fee_increase_percent"})

    mfa_roles = models.JSONField(
        gettext_lazy("roles that must use two-factor authentication"),
        default=list,
        blank=True,
        validators=[check_mfa_roles],
        help_text=gettext_lazy(
            "People with these roles must set it up at their next sign-in before they can do anything else."
        ),
    )

    policy = Policy(
        view=everyone,
        view_money=Holding(Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER),
        change=Holding(Role.ADMINISTRATOR),
        create=nobody,
        delete=nobody,
    )  # the money of the whole firm is not for members of project teams

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if None not in (self.shortest_silence, self.longest_silence) and self.longest_silence < self.shortest_silence:
            text = gettext("The longest silence can't be less than the shortest.")
            raise ValidationError({"longest_silence": text})

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        _forget()

    def log_security(self, *, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        _forget()  # an edit is an UPDATE and does not come by ``save``
        if "mfa_roles" in before and "mfa_roles" in after:
            record_security(Kind.RULES_CHANGED, by=by, before=before["mfa_roles"], after=after["mfa_roles"])

    @property
    def silence_limits(self) -> tuple[int, int]:
        """Between how many months without an order a project client counts as lost."""
        return self.shortest_silence, self.longest_silence

    @property
    def letter_name(self) -> str:
        """The name that stands on letters: the registered one."""
        return self.legal_name or self.name

    @property
    def address_lines(self) -> list[str]:
        town = f"{self.postcode} {self.city}".strip()
        return [line for line in (self.street, town, self.country) if line]

    @property
    def contact_lines(self) -> list[str]:
        return [line for line in (self.phone, self.email, self.website.removeprefix("https://").rstrip("/")) if line]

    @property
    def legal_lines(self) -> list[str]:
        """Register, managing directors and tax data, each as one line."""
        named = (
            ("%(value)s", self.register_entry),
            (gettext("Managing directors: %(value)s"), self.directors),
            (gettext("Tax number: %(value)s"), self.tax_number),
            (gettext("VAT ID: %(value)s"), self.vat_id),
        )
        return [line % {"value": value} for line, value in named if value]

    @property
    def bank_lines(self) -> list[str]:
        iban = iban_number.format(self.iban) if self.iban else ""
        named = (("", self.bank), ("IBAN ", iban), ("BIC ", self.bic))
        return [f"{label}{value}" for label, value in named if value]

    @classmethod
    def current(cls) -> Firm:
        """The firm; made with its usual week on first use."""
        firm = cls.objects.select_related("calendar").order_by("pk").first()
        if firm is None:
            from accord.people.models.calendar import Calendar

            firm = cls.objects.create(calendar=Calendar.objects.create(name="Standard"))
        return firm


class FirmLogo(models.Model):
    """The firm's logo as a PNG that this program wrote itself; in the database, and so in every backup."""

    firm = models.OneToOneField(Firm, on_delete=models.CASCADE, related_name="logo")
    digest = models.CharField(max_length=64)
    png = models.BinaryField()

    def __str__(self) -> str:
        return gettext("logo of %(firm)s") % {"firm": self.firm}
