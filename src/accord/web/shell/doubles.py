"""Asking about a second record of the same name: while it is typed, and once more when it is saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.web.shell.addresses import address

# What a form says about a second record of the same name, by the model.
DOUBLES = {
    "account": gettext_lazy("An account named “%(name)s” already exists. To save another one, tick the box."),
    "project": gettext_lazy("A project named “%(name)s” already exists. To save another one, tick the box."),
}


def double_of(model: type[Record], user: Any, name: str, but: int | None, **same: Any) -> Any:
    """A record that ``user`` may see with this very name, in any case, archived ones included; else ``None``.

    What one may not see is not named, and does not keep anybody from saving.
    """
    name = " ".join(name.split())[:200]
    if not name:
        return None
    rows = model.objects.visible_to(user).filter(name__iexact=name, **same).exclude(pk=but or None)
    found = rows.order_by("pk").first()
    if found is not None:
        found.url = address(found)  # type: ignore[attr-defined]
    return found


class AsksAboutDoubles(forms.Form):
    """A form whose ``name`` should be the only one: a double is saved only when somebody says so."""

    double_route = ""
    double_scope: tuple[str, ...] = ()  # fields that must be the same, too

    save_anyway = forms.BooleanField(label=gettext_lazy("Save another one with this name"), required=False)

    def ask_about_doubles(self) -> None:
        """Give the name's field its check; call it at the end of ``__init__``."""
        widget = self.fields["name"].widget
        url = f"{reverse(self.double_route)}?except={self.instance.pk or 0}"  # type: ignore[attr-defined]
        widget.attrs |= {
            "hx-get": url,
            "hx-trigger": "change, input changed delay:400ms",
            "hx-target": gettext("next .field-note"),
            "hx-include": ",".join(f"[name={name}]" for name in ("name", *self.double_scope)),
            "hx-swap": "innerHTML",
            "data-note": "",
        }
        if not self.is_bound:
            del self.fields["save_anyway"]

    def clean(self) -> dict[str, Any]:
        """A new double is refused once, with a box to tick; one that is there already is left alone."""
        cleaned = super().clean() or {}
        self._check_doubles(cleaned)
        return cleaned

    def _check_doubles(self, cleaned: dict[str, Any]) -> None:
        record: Any = self.instance  # type: ignore[attr-defined]
        name = cleaned.get("name") or ""
        asked = {"name", *self.double_scope}
        found = None
        if not record.pk or asked & set(self.changed_data):
            same = {field: cleaned.get(field) for field in self.double_scope}
            found = double_of(type(record), self.user, name, record.pk, **same)  # type: ignore[attr-defined]
        if found is None:
            self.fields.pop("save_anyway", None)
        elif not cleaned.get("save_anyway"):
            self.add_error("name", DOUBLES[record._meta.model_name] % {"name": found})


def name_note(request: HttpRequest, found: Any) -> HttpResponse:
    return render(request, "shell/parts/double.html", {"double": found})


def number_in(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
