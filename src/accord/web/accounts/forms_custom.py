"""Forms of the firm's custom fields and tags, and of several accounts at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.accounts.actions.open_account import SERVING
from accord.accounts.models import Account, Contact, CustomField, LeavingReason, Tag
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.people.queries import users_with_role
from accord.web.shell.forms import DateInput, RecordForm


class CustomFieldForm(RecordForm):
    sections = [
        ("", ["on", "label", "key", "kind", "required", "order"]),
        (gettext_lazy("Validation"), ["choices", "lowest", "highest", "pattern"]),
    ]

    class Meta:
        model = CustomField
        fields = ["on", "label", "key", "kind", "required", "order", "choices", "lowest", "highest", "pattern"]
        labels: ClassVar[dict[str, str]] = {
            "on": gettext_lazy("Of"),
            "order": gettext_lazy("Position"),
            "choices": gettext_lazy("Options"),
            "lowest": gettext_lazy("Lowest number"),
            "highest": gettext_lazy("Highest number"),
        }
        help_texts: ClassVar[dict[str, str]] = {
            "lowest": "",
            "highest": "",
            "order": gettext_lazy("Lower numbers come first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # values are kept under these
            for name in ("on", "key", "kind"):
                del self.fields[name]


class TagForm(RecordForm):
    class Meta:
        model = Tag
        fields = ["name"]


class TagsForm(RecordForm):
    """Adds the tags of a record to its form."""

    def add_tags(self, record: Account | Contact) -> None:
        """A field ``tag_names``; ``Tag.named`` makes tags of it."""
        kept = ", ".join(tag.name for tag in record.tags.all()) if record.pk else ""
        field = forms.CharField(
            label=gettext("Tags"), required=False, initial=kept, help_text=gettext("Separate tags with commas.")
        )
        field.widget.datalist = list(Tag.objects.values_list("name", flat=True))  # type: ignore[attr-defined]
        self.fields["tag_names"] = field


class BulkForm(forms.Form):
    """What to change of several accounts; what is left empty stays as it is."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Account manager"), queryset=User.objects.none(), required=False)
    status = forms.ChoiceField(choices=[("", "–"), *Account.Status.choices], required=False)
    lost_on = forms.DateField(
        label=gettext_lazy("Churned on"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("For former clients. Leave empty for today."),
    )
    lost_reason = forms.ChoiceField(
        label=gettext_lazy("Reason for leaving"), choices=[("", "–"), *LeavingReason.choices], required=False
    )
    tier = forms.ChoiceField(choices=[("", "–"), *Account.Tier.choices], required=False)
    segment = forms.CharField(max_length=80, required=False)
    industry = forms.CharField(max_length=80, required=False)
    add_tags = forms.CharField(
        label=gettext_lazy("Tags to add"), required=False, help_text=gettext_lazy("Separate tags with commas.")
    )
    take_tags = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tags to remove"), queryset=Tag.objects.all(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = users_with_role(*SERVING)
        self.fields["owner"].queryset = User.objects.filter(pk__in=[user.pk for user in leaders]).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(gettext("Choose at least one change."))
        return cleaned
