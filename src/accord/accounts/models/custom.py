"""What the firm keeps of clients beyond the usual: labels, and fields of its own with types and rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import re2
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Role


def _compiled(pattern: str) -> Any:
    """By an engine that takes no longer than the text is long, whatever the pattern; raises ``re2.error``."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _refused(error: Exception) -> str:
    """What is wrong with a pattern, and what to write instead."""
    told = error.args[0] if error.args else ""
    said = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    if "invalid perl operator" in said:
        return gettext("This isn't supported: %(reason)s. Lookaheads and lookbehinds aren't supported.") % {
            "reason": said.rpartition(": ")[2]
        }
    if said.startswith("invalid escape sequence") and said[-1:].isdigit():
        return gettext("This isn't supported: %(reason)s. Backreferences aren't supported.") % {
            "reason": said.rpartition(": ")[2]
        }
    return gettext("This isn't a valid regular expression: %(said)s.") % {"said": said}


class Tag(Record):
    """A label on accounts and contacts, to find those that belong together."""

    name = models.CharField(max_length=40, unique=True)

    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, text: str) -> list[Tag]:
        """The tags in a text with commas, made where they are new; however they are spelt, one is there once."""
        found = []
        for name in dict.fromkeys(" ".join(part.split()) for part in text.split(",")):
            if not name:
                continue
            if len(name) > 40:
                raise ValidationError(
                    gettext("“%(name)s…” is too long. Use at most 40 characters.") % {"name": name[:20]}
                )
            found.append(cls.objects.filter(name__iexact=name).first() or cls.objects.create(name=name))
        return found


class CustomField(Record):
    """A field that the firm adds to one kind of record. Values lie in the record's ``custom``, by ``key``."""

    class On(models.TextChoices):
        """The kinds of records, each by the name of its model."""

        ACCOUNT = "account", gettext_lazy("Accounts")
        CONTACT = "contact", gettext_lazy("Contacts")
        OPPORTUNITY = "opportunity", gettext_lazy("Opportunities")
        AGREEMENT = "agreement", gettext_lazy("Agreements")
        REQUEST = "request", gettext_lazy("Requests")
        PROJECT = "project", gettext_lazy("Projects")
        TASK = "task", gettext_lazy("Tasks")

    class Kind(models.TextChoices):
        TEXT = "text", gettext_lazy("Text")
        NUMBER = "number", gettext_lazy("Number")
        DATE = "date", gettext_lazy("Date")
        CHOICE = "choice", gettext_lazy("Single choice")
        YES_NO = "yes_no", gettext_lazy("Yes or no")
        LINK = "link", gettext_lazy("Web address")

    on = models.CharField(gettext_lazy("applies to"), max_length=11, choices=On.choices, default=On.ACCOUNT)
    key = models.CharField(
        max_length=40,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]*\Z", gettext_lazy("Use lower-case letters, digits and underscores."))
        ],
        help_text=gettext_lazy("The name used in the API. It can't be changed later."),
    )
    label = models.CharField(max_length=80)
    kind = models.CharField(gettext_lazy("type"), max_length=6, choices=Kind.choices, default=Kind.TEXT)
    choices = models.TextField(gettext_lazy("options"), blank=True, help_text=gettext_lazy("One option per line."))
    required = models.BooleanField(default=False)
    lowest = models.DecimalField(
        gettext_lazy("minimum"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=gettext_lazy("Numbers only."),
    )
    highest = models.DecimalField(
        gettext_lazy("maximum"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=gettext_lazy("Numbers only."),
    )
    pattern = models.CharField(
        max_length=200,
        blank=True,
        help_text=(
            gettext_lazy(
                r"A regular expression (RE2) that the whole text must match, for example [A-Z]{2}\d{4}. Lookaheads, "
                r"lookbehinds and backreferences aren't supported. \w and \d stand for a–z and 0–9; use \p{L} for "
                "letters of any language."
            )
        ),
    )
    order = models.PositiveSmallIntegerField(gettext_lazy("position"), default=50)

    not_money = frozenset({"lowest", "highest"})
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR))

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["on", "key"], name="custom_field_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def offered(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    def clean(self) -> None:
        if self.kind == self.Kind.CHOICE and len(self.offered) < 2:
            raise ValidationError({"choices": gettext("Enter at least two options, one per line.")})
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValidationError({"highest": gettext("The highest number can't be below the lowest.")})
        try:
            _compiled(self.pattern)
        except re2.error as error:
            raise ValidationError({"pattern": _refused(error)}) from error

    def read(self, value: Any) -> Any:
        """``value`` as it is kept in JSON, ``None`` for nothing; raises ``ValidationError`` with what is wrong."""
        if value in (None, ""):
            if self.required:
                raise ValidationError(gettext("%(label)s is required.") % {"label": self.label})
            return None
        return getattr(self, f"_read_{self.kind}")(value)

    def _read_text(self, value: Any) -> str:
        text = str(value).strip()
        if len(text) > 2000:
            raise ValidationError(
                gettext("%(label)s is too long. Use at most 2,000 characters.") % {"label": self.label}
            )
        try:
            fits = not self.pattern or _compiled(self.pattern).fullmatch(text)
        except re2.error as error:  # an older pattern, of a syntax that is not supported any more
            raise ValidationError(
                gettext("%(label)s: the pattern %(pattern)s isn't supported. Ask an administrator to edit the field.")
                % {"label": self.label, "pattern": self.pattern}
            ) from error
        if not fits:
            raise ValidationError(
                gettext("%(label)s: “%(text)s” doesn't match the pattern %(pattern)s.")
                % {"label": self.label, "text": text[:40], "pattern": self.pattern}
            )
        return text

    def _read_number(self, value: Any) -> str:
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise ValidationError(
                gettext("%(label)s: “%(value)s” isn't a number.") % {"label": self.label, "value": str(value)[:40]}
            ) from error
        if not number.is_finite():
            raise ValidationError(
                gettext("%(label)s: “%(value)s” isn't a number.") % {"label": self.label, "value": str(value)[:40]}
            )
        if abs(number) >= 10**15:
            raise ValidationError(
                gettext("%(label)s: “%(value)s” is too large. Use at most 15 digits.")
                % {"label": self.label, "value": str(value)[:40]}
            )
        if (self.lowest is not None and number < self.lowest) or (self.highest is not None and number > self.highest):
            low, high = (
                None if end is None else f"{Decimal(end).normalize():f}" for end in (self.lowest, self.highest)
            )
            if high is None:
                raise ValidationError(gettext("%(label)s must be %(low)s or more.") % {"label": self.label, "low": low})
            if low is None:
                raise ValidationError(
                    gettext("%(label)s must be %(high)s or less.") % {"label": self.label, "high": high}
                )
            raise ValidationError(
                gettext("%(label)s must be from %(low)s to %(high)s.") % {"label": self.label, "low": low, "high": high}
            )
        return f"{number.normalize():f}"

    def _read_date(self, value: Any) -> str:
        try:
            return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
        except ValueError as error:
            raise ValidationError(
                gettext("%(label)s: enter a date such as 2026-05-31.") % {"label": self.label}
            ) from error

    def _read_choice(self, value: Any) -> str:
        if str(value) not in self.offered:
            raise ValidationError(
                gettext("%(label)s must be one of %(offered)s.")
                % {"label": self.label, "offered": ", ".join(self.offered)}
            )
        return str(value)

    def _read_yes_no(self, value: Any) -> bool:
        if value in (True, "true", "True", "yes", "1", 1):
            return True
        if value in (False, "false", "False", "no", "0", 0):
            return False
        raise ValidationError(gettext("%(label)s must be yes or no.") % {"label": self.label})

    def _read_link(self, value: Any) -> str:
        URLValidator(["http", "https"], message=f"{self.label} must be a web address that starts with https://.")(
            str(value)
        )
        return str(value)

    def number(self, value: Any) -> Decimal | None:
        """A kept value of a number as one; ``None`` where it is none, as of a field that was defined anew."""
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return None

    def text(self, value: Any) -> str:
        """A kept value as people read it."""
        if value is None:
            return ""
        return (gettext("Yes") if value else gettext("No")) if self.kind == self.Kind.YES_NO else str(value)


def read_custom(on: str, given: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """``kept`` with the ``given`` values in place, checked; raises ``ValidationError`` by field for what is wrong."""
    fields = {field.key: field for field in CustomField.objects.filter(on=on)}
    if unknown := given.keys() - fields.keys():
        raise ValidationError(
            {"custom": gettext("Unknown field: %(unknown)s.") % {"unknown": ", ".join(sorted(unknown))}}
        )
    values, wrong = dict(kept), {}
    for key, value in given.items():
        try:
            values[key] = fields[key].read(value)
        except ValidationError as error:
            wrong[key] = error.messages
    if wrong:
        raise ValidationError({"custom": [message for messages in wrong.values() for message in messages]})
    return {key: value for key, value in values.items() if value is not None}
