"""Forms of playbooks."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.success.actions.run_playbook import skip_run, start_run
from accord.success.models import Playbook, PlaybookRun, PlaybookStep
from accord.web.shell.forms import RecordForm


class PlaybookForm(RecordForm):
    class Meta:
        model = Playbook
        fields = ["name", "signal", "threshold", "description", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helps = {str(signal): each.help_text for signal, each in Playbook.THRESHOLDS.items()}
        self.fields["threshold"].help_text = helps.get(str(self["signal"].value()), "")
        self.fields["threshold"].widget.attrs["data-help-of"] = self["signal"].id_for_label
        self.fields["threshold"].widget.attrs["data-helps"] = json.dumps(helps, cls=DjangoJSONEncoder)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("threshold") is None:
            found = Playbook.THRESHOLDS.get(cleaned.get("signal", ""))
            cleaned["threshold"] = None if found is None else found.default
        return cleaned


class PlaybookStepForm(RecordForm):
    class Meta:
        model = PlaybookStep
        fields = ["title", "offset_days", "who", "user", "template"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")


class PlaybookRunForm(RecordForm):
    """Begin a playbook at a client by hand."""

    playbook = forms.ModelChoiceField(queryset=Playbook.objects.none())
    about = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    class Meta:
        model = PlaybookRun
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbook: Any = self.fields["playbook"]
        playbook.queryset = Playbook.objects.filter(steps__isnull=False).distinct()

    def save_for_user(self) -> Record:
        account, values = self.instance.account, self.cleaned_data
        run = start_run(
            playbook=values["playbook"], account=account, key=f"hand:{timezone.now().isoformat()}",
            about=values["about"], today=timezone.localdate(), by=self.user,
        )  # fmt: skip
        assert run is not None
        return run


class SkipForm(RecordForm):
    class Meta:
        model = PlaybookRun
        fields = ["skip_reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skip_reason"].required = True

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        return skip_run(
            run=self.instance, by=self.user, version=values["version"], reason=values["skip_reason"],
            on=timezone.localdate(),
        )  # fmt: skip
