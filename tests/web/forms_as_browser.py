"""What a browser would send of a page's form: the values it shows, with none of what it does not show."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.inside = False
        self.select: tuple[str, bool] | None = None
        self.options: list[tuple[str, bool]] = []
        self.area: str | None = None

    @property
    def values(self) -> list[tuple[str, str]]:
        return self.forms[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.inside = (given.get("method") or "").lower() == "post"
            if self.inside:
                self.forms.append((given.get("action") or "", []))
        if not self.inside:
            return
        if tag == "input" and name and "disabled" not in given:
            kind = given.get("type") or "text"
            if kind in {"checkbox", "radio"} and "checked" not in given:
                return
            if kind not in {"submit", "button", "file"}:
                self.values.append((name, given.get("value") or ("on" if kind == "checkbox" else "")))
        elif tag == "select":
            self.select, self.options = (name, "multiple" in given), []
        elif tag == "option" and self.select:
            self.options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self.area = name
            self.values.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self.area is not None and self.inside:
            name, value = self.values.pop()
            self.values.append((name, value + data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            if self.area is not None and self.inside:
                name, value = self.values.pop()
                self.values.append((name, value.removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select and self.inside:
            name, several = self.select
            chosen = [value for value, selected in self.options if selected]
            if not several and not chosen and self.options:
                chosen = [self.options[0][0]]
            self.values.extend((name, value) for value in (chosen if several else chosen[-1:]))
            self.select = None


def sent_by(html: str, path: str = "") -> dict[str, list[str]]:
    """The values of the page's form that posts to ``path``; of its first with a visible field, if none does."""
    reader = _Forms()
    reader.feed(html)
    found = [values for action, values in reader.forms if urlsplit(action).path == urlsplit(path).path]
    found = found or [values for action, values in reader.forms if not action]
    assert found, f"no form of this page posts to {path}: {[action for action, _ in reader.forms]}"
    sent: dict[str, list[str]] = {}
    for name, value in max(found, key=len):
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def completed(form: forms.BaseForm, sent: dict[str, list[str]], mark: str = "Made by a test") -> dict[str, list[str]]:
    """``sent`` with something in every field that must be filled in and is not."""
    filled = dict(sent)
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if field.required and not any(filled.get(key, [])) and (value := _something(field, mark)) != "":
            filled[key] = [value]
    return filled


def _something(field: forms.Field, mark: str) -> str:
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.first()
        return str(row.pk) if row else ""
    if isinstance(field, forms.ChoiceField):
        groups = [label if isinstance(label, list) else [(value, label)] for value, label in field.choices]
        return next((str(value) for group in groups for value, _ in group if value not in ("", None)), "")
    if isinstance(field, forms.DateTimeField):
        return timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    if isinstance(field, forms.DateField):
        return (timezone.localdate() + timedelta(days=1)).isoformat()
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return str(field.min_value if field.min_value is not None else 1)
    if isinstance(field, forms.EmailField):
        return "made.by.a.test@client.test"
    if isinstance(field, forms.URLField):
        return "https://client.test/"
    if isinstance(field, forms.BooleanField):
        return "on"
    most = getattr(field, "max_length", None) or 100
    return mark[:most]
