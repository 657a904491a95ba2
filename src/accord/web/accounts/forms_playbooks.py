"""Forms of playbooks."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils import timezone

from accord.accounts.actions.run_playbook import skip_run, start_run
from accord.accounts.models import Playbook, PlaybookRun, PlaybookStep
from accord.core.models import Record
from accord.people.models import User
from accord.web.shell.forms import RecordForm

# What counts as near, late, high or new where nobody says otherwise.
USUAL = {"renewal": 120, "late_project": 10, "churn": 60, "health": 15, "new_client": 60}


class PlaybookForm(RecordForm):
    class Meta:
        model = Playbook
        fields = ["name", "signal", "threshold", "description", "active"]
        help_texts: ClassVar[dict[str, str]] = {
            "threshold": "Days ahead of an end (usual: 120), days that a project is late (10), percent of churn (60), "
            "points of health lost within a month (15), days as a client at most (60)."
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("threshold") is None:
            cleaned["threshold"] = USUAL.get(cleaned.get("signal", ""))
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
    about = forms.CharField(label="Because", max_length=300)

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
            url=reverse("account-plan", args=[account.pk]),
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
