"""Forms of status reports: a new one, what a person writes, the colours, the schedule, and the firm's thresholds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.access import Permission, can
from accord.core.models import Record
from accord.insight.actions.report_status import refuse_second_draft, report_status, update_status_report
from accord.insight.models import StatusReport, StatusReportSchedule
from accord.insight.status_lights import RULES, Area, limits_of
from accord.insight.status_parts import lights_of
from accord.people.models import Firm, User
from accord.web.shell.forms import RecordForm


class NewReportForm(RecordForm):
    """The day of a new report; everything else is computed."""

    class Meta:
        model = StatusReport
        fields = ["as_of"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["as_of"]
        field.required = False
        field.help_text = gettext("Leave empty to use the project's status date, or today.")

    def clean(self) -> dict[str, Any]:
        refuse_second_draft(self.instance.project)
        return super().clean() or self.cleaned_data

    def save_for_user(self) -> Record:
        return report_status(project=self.instance.project, by=self.user, as_of=self.cleaned_data["as_of"])


class FiguresForm(RecordForm):
    """The day of a draft, as of which its figures are computed anew."""

    class Meta:
        model = StatusReport
        fields = ["as_of"]

    def save_for_user(self) -> Record:
        version, day = self.cleaned_data["version"], self.cleaned_data["as_of"]
        stored = StatusReport.objects.select_related("project", "previous").get(pk=self.instance.pk)
        return update_status_report(report=stored, by=self.user, version=version or 0, as_of=day)


class TextsForm(RecordForm):
    """What a person writes."""

    class Meta:
        model = StatusReport
        fields = ["summary", "decisions_wanted", "next_steps"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["summary"].help_text = gettext(
            "All readers see these texts, also those who can't see amounts."
        )  # fmt: skip


class LightsForm(RecordForm):
    """Colours that a person sets instead of those by rule."""

    class Meta:
        model = StatusReport
        fields = [f"{area.value}_{part}" for area in Area for part in ("override", "reason")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        report = self.instance
        sees_money = report.shows_money_to(self.user)
        self.sections = []
        for part in lights_of(report, money=sees_money):
            colour, reason = (f"{part.area.value}_{name}" for name in ("override", "reason"))
            field: Any = self.fields[colour]
            field.label = gettext("Colour")
            by_rule = gettext("By rule: %(colour)s") % {"colour": str(part.calculated.label).lower()}
            field.choices = [("", by_rule), *(choice for choice in field.choices if choice[0])]
            field.help_text = part.sentence
            self.sections.append((str(part.area.label), [colour, reason]))


class ScheduleForm(RecordForm):
    """When drafts are created, and who gets what is published: colleagues who see the project."""

    class Meta:
        model = StatusReportSchedule
        fields = ["rhythm", "weekday", "publishes", "recipients"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["recipients"]
        project = self.instance.project
        users = User.objects.filter(is_active=True).order_by("name")
        field.queryset = users.filter(pk__in=[u.pk for u in users if can(u, Permission.VIEW, project)])

    def clean(self) -> dict[str, Any]:
        others = StatusReportSchedule.objects.filter(project=self.instance.project).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(gettext("This project already has a schedule. Edit it."))
        return super().clean() or self.cleaned_data


class LimitsForm(RecordForm):
    """From where each rule turns a light amber, and red."""

    class Meta:
        model = Firm
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = limits_of(self.instance.status_limits)
        self.sections = []
        for rule in RULES:
            names = [f"{rule.name}_{colour}" for colour in ("amber", "red")]
            labels = (
                (gettext("Amber below"), gettext("Red below"))
                if rule.falls
                else (gettext("Amber from"), gettext("Red from"))
            )
            standard = (rule.amber, rule.red)
            for name, label, value, usual in zip(names, labels, limits[rule.name], standard, strict=True):
                self.fields[name] = forms.DecimalField(
                    label=label, min_value=0, max_digits=6, decimal_places=2, initial=value,
                    help_text=gettext("Standard: %(value)s.") % {"value": usual},
                )  # fmt: skip
            self.sections.append((f"{rule.area.label}: {rule.label}", names))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for rule in RULES:
            amber, red = (cleaned.get(f"{rule.name}_{colour}") for colour in ("amber", "red"))
            if amber is None or red is None:
                continue
            if rule.falls and red > amber:
                self.add_error(f"{rule.name}_red", ValidationError(gettext("Red can't start above amber.")))
            if not rule.falls and red < amber:
                self.add_error(f"{rule.name}_red", ValidationError(gettext("Red can't start below amber.")))
        return cleaned

    @property
    def stored_values(self) -> dict[str, Any]:
        given = {
            rule.name: (self.cleaned_data[f"{rule.name}_amber"], self.cleaned_data[f"{rule.name}_red"])
            for rule in RULES
        }
        own = {rule.name: given[rule.name] for rule in RULES if given[rule.name] != (rule.amber, rule.red)}
        return {"status_limits": {name: [str(value) for value in pair] for name, pair in own.items()}}
