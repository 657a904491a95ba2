"""Forms of surveys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Contact
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.insight.actions.survey_segment import survey_segment
from accord.insight.queries_segments import segments_of
from accord.projects.actions.survey_projects import invite_about
from accord.projects.models import Project
from accord.success.actions.survey_clients import follow_up, invite
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation
from accord.web.shell.forms import RecordForm


class SurveyForm(RecordForm):
    sections = [
        ("", ["name", "kind", "question", "scale", "reason_question"]),
        (gettext_lazy("Schedule and recipients"), ["occasion", "every_months", "audience", "rest_days", "days_open"]),
        (gettext_lazy("More details"), ["anonymous", "active"]),
    ]

    class Meta:
        model = Survey
        fields = [
            "name", "kind", "question", "scale", "reason_question", "occasion", "every_months", "audience",
            "rest_days", "days_open", "anonymous", "active",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        old = Survey.objects.filter(pk=self.instance.pk or 0).first()
        if old is not None and old.anonymous and not cleaned.get("anonymous") and old.invitations.exists():
            self.add_error(
                "anonymous", gettext("This can't be changed: recipients were promised anonymity. Create a new survey.")
            )
        elif old is not None and old.answers.exists():
            for name in ("kind", "scale", "anonymous"):
                if cleaned.get(name) != getattr(old, name):
                    self.add_error(
                        name,
                        gettext("This survey already has answers. Create a new survey to ask a different question."),
                    )
        return cleaned


class InvitationForm(RecordForm):
    """Whom of a client to ask, and about which project."""

    contacts = forms.ModelMultipleChoiceField(label=gettext_lazy("Recipients"), queryset=Contact.objects.none())
    project = forms.ModelChoiceField(
        label=gettext_lazy("About a project"),
        queryset=Project.objects.none(),
        required=False,
        empty_label=gettext_lazy("The client as a whole"),
    )
    field_order = ["survey", "contacts", "project"]

    class Meta:
        model = SurveyInvitation
        fields = ["survey"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance.account
        contacts, projects, surveys = (self.fields[name] for name in ("contacts", "project", "survey"))
        here: Any = Contact.objects.filter(affiliations__account=account, affiliations__until=None)
        contacts.queryset = here.exclude(email="").order_by("name").distinct()
        projects.queryset = Project.objects.visible_to(self.user).filter(account=account, archived_at=None)
        surveys.queryset = Survey.objects.filter(active=True)
        self.resting: list[Contact] = []

    @transaction.atomic
    def save_for_user(self) -> Record:
        values, now = self.cleaned_data, timezone.now()
        account, project = self.instance.account, values["project"]
        about: Any = {"survey": values["survey"], "contacts": list(values["contacts"]), "by": self.user, "now": now}
        if project is not None:
            made, self.resting = invite_about(project=project, **about)
        else:
            made, self.resting = invite(account=account, about=account.owner, **about)
        if not made:
            names = ", ".join(str(contact) for contact in self.resting)
            days = values["survey"].rest_days
            raise forms.ValidationError(
                {"contacts": gettext("Surveyed in the last %(days)s days: %(names)s.") % {"days": days, "names": names}}
            )
        return made[0]


class SegmentSurveyForm(RecordForm):
    """The saved segment whose clients are asked."""

    segment = forms.ChoiceField(label=gettext_lazy("Segment"))

    class Meta:
        model = Survey
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segments = {str(row.pk): row for row in segments_of(self.user)}
        segment: Any = self.fields["segment"]
        segment.choices = [("", "---------"), *((key, row.name) for key, row in self.segments.items())]
        segment.help_text = (
            gettext("Reaches %(recipients)s of the clients in it that you can edit.")
            % {"recipients": self.instance.get_audience_display().lower()}
            if self.segments
            else gettext("You have no segments yet. Save one under Reports → Explore → Segments first.")
        )

    def save_for_user(self) -> Record:
        segment = self.segments[self.cleaned_data["segment"]]
        self.sent = survey_segment(survey=self.instance, segment=segment, by=self.user, now=timezone.now())
        return self.instance


class FollowUpForm(RecordForm):
    class Meta:
        model = SurveyAnswer
        fields = ["follow_up"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follow_up"].required = True

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        return follow_up(
            answer=self.instance, by=self.user, version=values["version"], words=values["follow_up"],
            on=timezone.localdate(),
        )  # fmt: skip
