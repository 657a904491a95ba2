"""Sending surveys: to contacts of a client, to the clients of a segment, or as links to hand over."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from accord.core.access import Permission, require
from accord.core.email import email_is_configured
from accord.core.fetch import fetch
from accord.core.links import absolute
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.success.actions.survey_clients import create_survey_link
from accord.success.models import Survey, SurveyInvitation
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.shell.forms import RecordForm
from accord.web.shell.parts import Crumb
from accord.web.shell.views.forms import CreatePage, EditPage, go
from accord.web.success import forms_surveys as forms

TAB = "account-satisfaction"


def send_label() -> str:
    """What the button does: without email there are links to hand over, and nothing is sent."""
    return gettext("Send survey") if email_is_configured() else gettext("Create survey links")


class InvitationNew(AccountFormPage, CreatePage):
    model, form_class, tab = SurveyInvitation, forms.InvitationForm, TAB
    saved_message = gettext_lazy("Survey emails queued.")

    def button(self) -> str:
        return send_label()

    def title(self, record: Record) -> str:
        if email_is_configured():
            return gettext("Send a survey to %(account)s") % {"account": self.account}
        return gettext("Create survey links for %(account)s") % {"account": self.account}

    def save(self, form: RecordForm) -> Record:
        made = super().save(form)
        assert isinstance(form, forms.InvitationForm)
        if form.resting:
            names = ", ".join(str(contact) for contact in form.resting)
            messages.info(
                self.request, gettext("Skipped, because they were surveyed recently: %(names)s.") % {"names": names}
            )
        return made

    def done(self, saved: Record) -> HttpResponse:
        """Without email the links are shown to hand over, all of this survey's at once."""
        if email_is_configured():
            return super().done(saved)
        assert isinstance(saved, SurveyInvitation)
        made = SurveyInvitation.objects.filter(
            survey=saved.survey,
            account=self.account,
            created_at__gte=saved.created_at,
            sent_at=None,
            link_created_at=None,
            answered_on=None,
        )
        back = reverse("account-satisfaction", args=[self.account.pk])
        return _show_links(self.request, list(made.select_related("contact", "survey", "account").order_by("pk")), back)


class SegmentSend(EditPage):
    """Asking the clients of a saved segment."""

    model, form_class = Survey, forms.SegmentSurveyForm

    def title(self, record: Record) -> str:
        return gettext("Send %(survey)s to a segment") % {"survey": record}

    def button(self) -> str:
        return send_label()

    def crumbs(self, record: Record) -> list[Crumb]:
        return [
            Crumb(gettext("Accounts"), reverse("accounts")),
            Crumb(gettext("Surveys"), reverse("surveys")),
            Crumb(str(record), self.after(record)),
        ]

    def after(self, record: Record) -> str:
        return reverse("survey", args=[record.pk])

    def save(self, form: RecordForm) -> Record:
        saved = super().save(form)
        assert isinstance(form, forms.SegmentSurveyForm)
        self.sent = form.sent
        if skipped := len(self.sent.skipped):
            text = ngettext(
                "%(count)s contact skipped: surveyed recently.",
                "%(count)s contacts skipped: surveyed recently.",
                skipped,
            )
            messages.info(self.request, text % {"count": skipped})
        return saved

    def toast(self) -> str:
        count = len(self.sent.invitations)
        return ngettext("%(count)s survey email queued.", "%(count)s survey emails queued.", count) % {"count": count}

    def done(self, saved: Record) -> HttpResponse:
        if email_is_configured():
            return super().done(saved)
        return _show_links(self.request, self.sent.invitations, self.after(saved))


@require_POST
def invitation_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link for one who was invited and not emailed; a new one in place of the old."""
    row = fetch(SurveyInvitation, request.user, "account", "contact", "survey", pk=pk)
    require(request.user, Permission.CHANGE, row)
    return _show_links(request, [row], reverse("account-satisfaction", args=[row.account_id]))


def _show_links(request: HttpRequest, rows: list[SurveyInvitation], back: str) -> HttpResponse:
    """Links to hand over; ``back`` is where they were asked for, the page of a client or of the survey."""
    several, links = len({row.account_id for row in rows}) > 1, []
    for row in rows:
        try:
            secret = create_survey_link(invitation=row, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return go(request, back)
        label = f"{row.contact} ({row.account})" if several else str(row.contact)
        url = absolute(reverse("survey-answer", args=[secret]))
        links.append({"id": f"survey-{row.pk}", "label": label, "url": url})
    crumbs = [Crumb(str(rows[0].survey if several else rows[0].account), back), Crumb(gettext("Survey links"))]
    context = {
        "links": links,
        "survey": rows[0].survey,
        "back": back,
        "crumbs": crumbs,
        "email_is_on": email_is_configured(),
    }
    return render(request, "success/survey_links.html", context)
