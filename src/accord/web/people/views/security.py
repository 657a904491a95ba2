"""The log of security events, for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accord.core.models import SecurityEvent
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.web.shell.forms import DateInput
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import moment
from accord.web.shell.views.lists import Cell, Column, ListPage, Row

Kind = SecurityEvent.Kind

TONES = {
    Kind.SIGN_IN_FAILED: "warn", Kind.FACTOR_FAILED: "warn", Kind.KEY_REFUSED: "warn", Kind.SIGN_IN_SLOWED: "bad",
    Kind.IDENTITY_ADDED: "warn", Kind.IDENTITY_REMOVED: "warn",
    Kind.FACTOR_REMOVED: "warn", Kind.ROLES_CHANGED: "info", Kind.ACCESS_CHANGED: "info", Kind.RULES_CHANGED: "info",
    Kind.USER_CREATED: "info", Kind.KEY_CREATED: "info", Kind.KEY_REVOKED: "info", Kind.EMAIL_CHANGED: "info",
}  # fmt: skip


class SecurityFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search security events"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Event"), choices=[("", gettext_lazy("All events")), *Kind.choices], required=False
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DateInput())
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DateInput())


class SecurityLog(ListPage):
    title = gettext_lazy("Security events")
    under = (gettext_lazy("Settings"), "settings")
    noun = "events"
    subtitle = gettext_lazy("Sign-ins, roles, second factors and API keys.")
    default_sort = "-at"
    page_size = 100
    filter_class = SecurityFilter
    columns = [
        Column(gettext_lazy("Time"), "at"),
        Column(gettext_lazy("Event"), "kind"),
        Column(gettext_lazy("User"), "user_name"),
        Column(gettext_lazy("By"), "actor_name", hide_small=True),
        Column(gettext_lazy("IP address"), "address", hide_small=True, second=gettext_lazy("Browser")),
        Column(gettext_lazy("Details"), hide_small=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[SecurityEvent]:
        if not user.has_role(Role.ADMINISTRATOR):
            raise PermissionDenied(gettext("Security events are for administrators."))
        return SecurityEvent.objects.visible_to(user)

    def filtered(self, rows: QuerySet[SecurityEvent], values: dict[str, Any]) -> QuerySet[SecurityEvent]:
        if q := values.get("q"):
            rows = rows.filter(Q(user_name__icontains=q) | Q(actor_name__icontains=q) | Q(address__startswith=q))
        if kind := values.get("kind"):
            rows = rows.filter(kind=kind)
        if since := values.get("since"):
            rows = rows.filter(at__date__gte=since)
        if until := values.get("until"):
            rows = rows.filter(at__date__lte=until)
        return rows

    def row(self, record: SecurityEvent) -> Row:
        kind = Kind(record.kind)
        return Row(
            record.pk,
            "",
            [
                Cell(moment(record.at), raw=record.at),
                Cell(kind.label, badge=True, tone=TONES.get(kind, "neutral")),
                Cell(record.user_name or None),
                Cell(record.actor_name or None),
                Cell(record.address or None, sub=record.agent[:80]),
                Cell(_details(record.detail) or None),
            ],
        )

    def empty(self) -> Empty:
        return Empty(
            gettext("No security events yet"), gettext("Sign-ins and changes of access are listed here."), icon="lock"
        )


def _details(detail: dict[str, Any]) -> str:
    """Roles before and after, the name of a key: whatever the event keeps, in a line."""
    if "before" in detail or "after" in detail:
        return f"{_text(detail.get('before'))} → {_text(detail.get('after'))}"
    return ", ".join(f"{name.replace('_', ' ')}: {_text(value)}" for name, value in detail.items())


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(Role(item).label) if item in Role.values else str(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "none")
