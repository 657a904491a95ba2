"""A form's rows of addresses or numbers: each with its label, one of them the primary one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accord.accounts.actions.contact_details import checked
from accord.accounts.mail_addresses import shown
from accord.accounts.models import Detail
from accord.accounts.models.contact_details import MOST_DETAILS, Label
from accord.core.texts import gettext_lazy

_NOUNS = {"emails": gettext_lazy("email address"), "phones": gettext_lazy("phone number")}


class DetailsWidget(forms.Widget):
    """Rows of value, label, and which is the primary one; the browser adds and removes them (``shell/forms.ts``).

    Without a script there is an empty row to fill in, and an emptied one is removed.
    """

    template_name = "accounts/parts/details.html"
    use_fieldset = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value or []) or [Detail("")]
        is_email = self.kind == "emails"
        context |= {
            "rows": [{"value": shown(row.value) if is_email else row.value, "label": row.label} for row in rows],
            "labels": Label.choices,
            "noun": _NOUNS[self.kind],
            "input_type": "email" if is_email else "tel",
            "blank": {"value": "", "label": Label.WORK},
            "next": len(rows) + 1,
            "most": MOST_DETAILS,
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Detail]:
        """The rows as they were sent, the primary one first."""
        values, labels = data.getlist(f"{name}_value"), data.getlist(f"{name}_label")
        rows = [
            Detail(value.strip(), labels[place] if place < len(labels) else Label.WORK)
            for place, value in enumerate(values[: MOST_DETAILS * 2])
        ]
        chosen = data.get(f"{name}_primary", "0")
        first = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 4 else 0
        if first < len(rows):
            rows.insert(0, rows.pop(first))
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_value" not in data

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any) -> SafeString:
        return render_to_string(
            template_name, context
        )  # a template of the product's own, which forms' engine knows not

    def id_for_label(self, id_: str) -> str:
        return ""


class DetailsField(forms.Field):
    """``emails`` or ``phones`` of a contact: a list of :class:`Detail`, the primary one first."""

    widget: Any

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(widget=DetailsWidget(kind), required=False, **kwargs)
        self.kind = kind

    def clean(self, value: Any) -> list[Detail]:
        try:
            return checked(self.kind, value or [])
        except ValidationError as refused:
            raise ValidationError(refused.message_dict[self.kind]) from refused

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [row for row in data or [] if row.value] != list(initial or [])
