"""How somebody hears of what concerns them, kind by kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accord.conversations.actions.handle_notices import set_deliveries
from accord.conversations.models import NoticeKind, NoticeSetting
from accord.conversations.queries import DEFAULTS
from accord.core.texts import gettext_lazy
from accord.people.models import Notices, User
from accord.web.shell.once import go
from accord.web.shell.parts import Crumb

HELP = {
    NoticeKind.MENTION: gettext_lazy("Someone mentions you with @ in a comment or note."),
    NoticeKind.COMMENT: gettext_lazy("Someone comments on a record you watch."),
    NoticeKind.ASSIGNMENT: gettext_lazy("You become the owner, manager or assignee of a record."),
    NoticeKind.DUE: gettext_lazy("A resolution time runs out, or a contact is silent."),
    NoticeKind.SYSTEM: gettext_lazy("Decisions, answers from clients and emails that weren't delivered."),
}


class NoticeSettingsForm(forms.Form):
    """One choice for each kind; none follows the profile."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        kept = dict(NoticeSetting.objects.visible_to(user).values_list("kind", "delivery"))
        default = NoticeSetting.Delivery(DEFAULTS[Notices(user.notices)]).label
        choices = [
            (
                "",
                gettext("Default from profile (%(delivery)s)") % {"delivery": default[:1].lower() + default[1:]},
            ),
            *NoticeSetting.Delivery.choices,
        ]
        for kind in NoticeKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=choices,
                required=False,
                help_text=HELP[kind],
                initial=kept.get(kind.value, ""),
            )


@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = NoticeSettingsForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        set_deliveries(user=user, chosen=form.cleaned_data)
        messages.success(request, gettext("Notification settings saved."))
        return go(request, reverse("profile"))
    context = {
        "title": gettext("Notification settings"),
        "subtitle": gettext("Notifications always appear under For you, unless you turn a type off."),
        "form": form,
        "cancel_url": reverse("profile"),
        "form_url": request.get_full_path(),
        "crumbs": [Crumb(gettext("Profile"), reverse("profile")), Crumb(gettext("Notification settings"))],
    }
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)
