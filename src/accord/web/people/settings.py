"""Settings of the firm and of oneself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.email import email_is_configured
from accord.core.event_kinds import RecordEvent
from accord.core.events import record_event
from accord.core.fetch import fetch
from accord.core.models import Event, Record
from accord.core.texts import gettext_lazy
from accord.correspondence.mail_sign_in import providers
from accord.correspondence.models import CalendarFeed, CalendarSource, Mailbox
from accord.people.actions.send_invitation import Invitation, create_sign_in_link, send_invitation
from accord.people.models import ApiToken, Calendar, Firm, Role, Team, User
from accord.web.people import forms
from accord.web.people.forms_calendar import CalendarForm, week_text
from accord.web.shell.confirmation import require_confirmation
from accord.web.shell.forms import RecordForm
from accord.web.shell.parts import Crumb, Link
from accord.web.shell.templatetags.shell import moment
from accord.web.shell.timeline import of_changes
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, go


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The firm, its sign-ins, calendars and teams, and the latest changes anywhere."""
    user: Any = request.user
    if not user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied(gettext("Only administrators can open the settings."))
    firm = Firm.current()
    context = {
        "firm": firm,
        "mfa_roles": [Role(role).label for role in firm.mfa_roles if role in Role.values],
        "email_is_on": email_is_configured(),
        "users": list(User.objects.order_by("-is_active", "name")),
        "calendars": [(c, week_text(c)) for c in Calendar.objects.filter(shared=True).select_related("base")],
        "teams": list(Team.objects.all()),
        "entries": of_changes(Event.objects.filter(subject_type__startswith="people.").order_by("-at")[:20]),
        "crumbs": [Crumb(gettext("Settings"))],
    }
    return render(request, "people/settings.html", context)


class SettingsPage(FormPage):
    """Forms that lead back to the settings."""

    back = "settings"


class FirmEdit(SettingsPage):
    model, form_class = Firm, forms.FirmForm

    def record(self) -> Record:
        firm = Firm.current()
        require(self.request.user, Permission.CHANGE, firm)
        return firm

    def save(self, form: RecordForm) -> Record:
        if "mfa_roles" in form.changed_data:
            require_confirmation(self.request)
        return super().save(form)


class UserNew(SettingsPage, CreatePage):
    model, form_class = User, forms.UserForm
    submit_label = gettext_lazy("Invite user")

    def title(self, record: Record) -> str:
        return gettext("Invite user")

    def save(self, form: RecordForm) -> Record:
        require_confirmation(self.request)
        return super().save(form)

    def done(self, saved: Record) -> HttpResponse:
        """Say that the invitation was emailed, or show the link to hand over: never the one instead of the other."""
        assert isinstance(saved, User)
        invitation = send_invitation(user=saved, by=self.request.user)
        if invitation.sent:
            messages.success(self.request, gettext("Invitation sent to %(email)s.") % {"email": saved.email})
            return go(self.request, self.after(saved))
        return _show_link(self.request, saved, invitation, gettext("User created"), is_new=True)


class UserEdit(SettingsPage, EditPage):
    model, form_class = User, forms.UserForm

    def save(self, form: RecordForm) -> Record:
        """Who may do what, and by which address somebody gets in, is changed only by who confirms who they are."""
        if {"roles", "email", "is_active"} & set(form.changed_data):
            require_confirmation(self.request)
        return super().save(form)

    def context(self, record: Record, form: RecordForm) -> dict[str, Any]:
        links = [Link(gettext("Create sign-in link"), reverse("user-link", args=[record.pk]))]
        return super().context(record, form) | {"further_actions": links}


@require_POST
def sign_in_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link by which somebody sets a new password, for an administrator to hand over."""
    user = fetch(User, request.user, pk=pk, is_active=True)
    require(request.user, Permission.CHANGE, user)
    require_confirmation(request)
    link = create_sign_in_link(user=user, by=request.user)
    return _show_link(request, user, link, gettext("Sign-in link created"))


def _show_link(request: HttpRequest, user: User, link: Invitation, title: str, *, is_new: bool = False) -> HttpResponse:
    is_on = email_is_configured()
    if not is_on:
        reason = gettext("Email is off. Copy this link and send it to %(email)s.") % {"email": user.email}
    elif link.reason and is_new:
        reason = gettext("%(reason)s Copy this link and send it to %(email)s.") % {
            "reason": link.reason,
            "email": user.email,
        }
    else:
        reason = gettext("Copy this link and send it to %(email)s. With it they set a new password.") % {
            "email": user.email
        }
    context = {
        "title": title,
        "reason": reason,
        "link": link,
        "label": gettext("Sign-in link for %(user)s") % {"user": user.name},
        "until": gettext("The link works once, until %(until)s.") % {"until": moment(link.until)},
        "is_on": is_on,
        "crumbs": [Crumb(gettext("Settings"), reverse("settings")), Crumb(title)],
    }
    return render(request, "people/sign_in_link.html", context)


class CalendarNew(SettingsPage, CreatePage):
    model, form_class = Calendar, CalendarForm


class CalendarEdit(SettingsPage, EditPage):
    model, form_class = Calendar, CalendarForm

    def record(self) -> Record:
        calendar = fetch(Calendar, self.request.user, pk=self.kwargs["pk"], shared=True)
        require(self.request.user, Permission.CHANGE, calendar)
        return calendar


class Profile(FormPage):
    """One's own name and time zone: the one thing everybody may change about a sign-in."""

    model, form_class = User, forms.ProfileForm
    back = "profile"

    def record(self) -> Record:
        return User.objects.get(pk=self.request.user.pk)

    def title(self, record: Record) -> str:
        return gettext("Profile")

    def cancel(self, record: Record) -> str:
        return reverse("home")

    def show(self, record: Record, form: RecordForm, status: int = 200) -> HttpResponse:
        context = self.context(record, form) | {
            "tokens": list(ApiToken.objects.visible_to(self.request.user)),
            "mailboxes": list(Mailbox.objects.visible_to(self.request.user)),
            "mail_providers": list(providers().values()),
            "calendars": list(CalendarSource.objects.visible_to(self.request.user)),
            "today": timezone.localdate(),
            "feed": CalendarFeed.objects.visible_to(self.request.user).first(),
        }
        return render(self.request, "people/profile.html", context, status=status)

    def save(self, form: RecordForm) -> Record:
        user: Any = self.request.user
        stored = User.objects.get(pk=user.pk)
        values = form.stored_values
        if stored.version != form.cleaned_data["version"]:
            raise editing.Conflict(stored, [])
        before = {name: getattr(stored, name) for name in values}
        for name, value in values.items():
            setattr(stored, name, value)
        stored.version += 1
        stored.save(update_fields=[*values, "version", "updated_at"])
        record_event(by=user, kind=RecordEvent.CHANGED, subject=stored, before=before, after=values)
        return stored
