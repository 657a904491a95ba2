"""Forms of skills and absences, and the filters of the pages that show them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.people.models import Absence, PersonSkill, Skill, Team
from accord.web.shell.forms import RecordForm


class AbsenceForm(RecordForm):
    class Meta:
        model = Absence
        fields = ["starts_on", "ends_on", "kind", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = gettext("Included. For one day, use the same date twice.")
        self.fields["kind"].help_text = gettext("Colleagues see that you're away, not why.")


class SkillForm(RecordForm):
    class Meta:
        model = Skill
        fields = ["name", "field"]


class PersonSkillForm(RecordForm):
    """A skill that the person does not have yet; of one they have, only the level changes."""

    class Meta:
        model = PersonSkill
        fields = ["skill", "level"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["skill"]
            return
        held = PersonSkill.objects.filter(person=self.instance.person).values("skill")
        self.fields["skill"].queryset = Skill.objects.exclude(pk__in=held)
        self.fields["skill"].help_text = gettext("Not listed? A project manager can add it under People, Skills.")


class SkillFilter(forms.Form):
    """Fields and teams are few: both are lists."""

    field = forms.ChoiceField(label=gettext_lazy("Skill group"), required=False)
    team = forms.ChoiceField(required=False)

    def __init__(self, data: Any, fields: list[str]) -> None:
        super().__init__(data)
        self.fields["field"].choices = [("", gettext("All fields")), *((name, name) for name in fields)]
        self.fields["team"].choices = [("", gettext("All teams")), *Team.objects.values_list("pk", "name")]


class CapacityFilter(forms.Form):
    team = forms.ChoiceField(required=False)
    skill = forms.ChoiceField(required=False)
    start = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["team"].choices = [("", gettext("All teams")), *Team.objects.values_list("pk", "name")]
        self.fields["skill"].choices = [("", gettext("Any skill")), *Skill.objects.values_list("pk", "name")]
