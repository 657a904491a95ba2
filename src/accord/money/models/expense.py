"""Money spent on a project, on its way from draft to reimbursed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accord.core.access import Permission
from accord.core.fields import CurrencyField, LinkFreeCharField, MoneyField, iso_currency
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import Money
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.money.models.expense_category import PERCENT, ExpenseCategory, ExpenseKind
from accord.money.models.expense_checks import check_expense, why_expense_closed
from accord.money.models.expense_rules import NotOnesOwn
from accord.money.models.reimbursement import Reimbursement
from accord.people.models import Person, Role
from accord.projects.models import Project, Task


class Expense(Record):
    """Travel, licences, subcontractors: cost other than hours.

    ``amount``, the ``tax`` that it contains and ``rate`` are in ``currency``, as paid. ``cost`` and
    ``billable_amount`` are in the project's currency, converted once at ``exchange_rate``, that of the day: a later
    rate rewrites no history. ``quantity`` is kilometres or days, as ``kind`` says.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        SUBMITTED = "submitted", gettext_lazy("Submitted")
        APPROVED = "approved", gettext_lazy("Approved")
        REIMBURSED = "reimbursed", gettext_lazy("Reimbursed")
        RETURNED = "returned", gettext_lazy("Returned")

    class PaidBy(models.TextChoices):
        OWN = "own", gettext_lazy("Own money")
        CARD = "card", gettext_lazy("Firm card")

    Kind = ExpenseKind
    OPEN = (Status.DRAFT, Status.RETURNED)  # what its person can change
    COUNTED = (Status.APPROVED, Status.REIMBURSED)  # what is cost of the project

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="expenses")
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="expenses")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses",
        verbose_name=gettext_lazy("person"), help_text=gettext_lazy("Who paid."),
    )  # fmt: skip
    category = models.ForeignKey(
        ExpenseCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses"
    )
    kind = models.CharField(
        max_length=8, choices=ExpenseKind.choices, default=ExpenseKind.ORDINARY, editable=False
    )  # that of its category
    day = models.DateField(gettext_lazy("date"))
    description = models.CharField(max_length=200)
    currency = CurrencyField(default="EUR", validators=[iso_currency])
    amount = MoneyField(
        currency="currency", default=Decimal(0), blank=True, help_text=gettext_lazy("As on the receipt, with tax.")
    )
    tax = MoneyField(
        gettext_lazy("tax"), currency="currency", null=True, blank=True,
        help_text=gettext_lazy("Contained in the amount. Leave empty to use the category's rate."),
    )  # fmt: skip
    tax_deductible = models.BooleanField(gettext_lazy("tax is deductible"), default=True)
    quantity = models.DecimalField(
        gettext_lazy("kilometres or days"), max_digits=8, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100_000)],
    )  # fmt: skip
    breakfasts = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(366)])
    lunches = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(366)])
    dinners = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(366)])
    rate = MoneyField(currency="currency", null=True, blank=True, editable=False)
    exchange_rate = models.DecimalField(max_digits=22, decimal_places=10, default=1, editable=False)
    cost = MoneyField(currency="project.currency", default=Decimal(0), editable=False)
    billable = models.BooleanField(gettext_lazy("billable"), default=False)
    markup_percent = models.DecimalField(
        gettext_lazy("mark-up (%)"), max_digits=5, decimal_places=2, default=0, validators=PERCENT
    )
    billable_amount = MoneyField(currency="project.currency", default=Decimal(0), editable=False)
    paid_by = models.CharField(gettext_lazy("paid with"), max_length=4, choices=PaidBy.choices, default=PaidBy.CARD)
    needs_receipt = models.BooleanField(default=False, editable=False)  # as its category says of the amount
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    reason = LinkFreeCharField(gettext_lazy("reason"), max_length=300, blank=True)  # why it was returned
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    reimbursement = models.ForeignKey(
        Reimbursement, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses", editable=False
    )
    invoice_line = models.ForeignKey(
        "money.InvoiceLine", on_delete=models.SET_NULL, null=True, blank=True, related_name="expenses", editable=False,
        verbose_name=gettext_lazy("billed on"),
    )  # fmt: skip

    holds_files = True
    searched = Searched(names=("description",))
    commercial = True
    money_fields = frozenset({"amount", "tax", "rate", "cost", "billable_amount"})
    not_money = frozenset({"quantity", "exchange_rate", "markup_percent"})
    named_openly = frozenset({"project", "task", "category"})  # one's own expenses say what they were for
    creating_action = "add_expense"
    changing_actions: ClassVar[dict[str, str]] = dict.fromkeys(
        ("project", "category", "day", "currency", "amount", "tax", "tax_deductible", "quantity", "billable", "cost",
         "markup_percent", "paid_by", "person"), "change_expense",
    )  # fmt: skip
    policy = Policy(
        view=Is("person__user") | Through("project", Permission.VIEW_MONEY),
        create=Holding(Role.FINANCE)
        | (Is("person__user") & Through("project", Permission.VIEW))
        | Through("project", Permission.CHANGE),
        change=Holding(Role.FINANCE) | Is("person__user") | Through("project", Permission.CHANGE),
        approve=(Holding(Role.ADMINISTRATOR, Role.FINANCE) | Is("project__manager")) & NotOnesOwn(),
    )

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            from_source("expense"),
            models.CheckConstraint(
                condition=Q(status="reimbursed", reimbursement__isnull=False)
                | (~Q(status="reimbursed") & Q(reimbursement=None)),
                name="expense_reimbursed_by_one",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "day"], name="expense_status"),
            models.Index(fields=["person", "-day"], name="expense_person"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def root(self) -> models.Model:
        return self.project

    @property
    def paid(self) -> Money:
        """What was paid, with tax."""
        return Money(self.amount, self.currency)

    @property
    def net(self) -> Money:
        """What was paid less the tax it contains."""
        return self.paid - Money(self.tax or Decimal(0), self.currency)

    @property
    def meals(self) -> tuple[int, int, int]:
        """Breakfasts, lunches and dinners that somebody else provided."""
        return self.breakfasts, self.lunches, self.dinners

    @property
    def counts(self) -> bool:
        """Whether it is cost of its project."""
        return self.status in self.COUNTED

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def clean(self) -> None:
        check_expense(self)

    def refuse_closed(self, action: str) -> None:
        if reason := why_expense_closed(self, action):
            raise ValidationError(reason)

    def shows_money_to(self, user: Any) -> bool:
        """Whoever enters an expense knows its amount, also before there is a project by which they see it."""
        return self.pk is None or super().shows_money_to(user)

    def sees_billing(self, user: Any) -> bool:
        """Whether ``user`` is told what the client is billed: not whoever only paid."""
        return user is None or self.project.allows(user, Permission.VIEW_MONEY)
