"""Forms of the client relationship."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.actions.log_interaction import change_interaction, log_interaction
from accord.accounts.actions.open_account import SERVING, change_account, open_account
from accord.accounts.actions.save_contact import add_contact, change_contact
from accord.accounts.actions.save_relationships import change_place
from accord.accounts.models import (
    Account,
    AccountMember,
    Affiliation,
    Contact,
    Interaction,
    NoteTemplate,
    Relationship,
    Tag,
)
from accord.core.access import Permission, can
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.queries import users_with_role
from accord.web.accounts.details_field import DetailsField
from accord.web.accounts.forms_custom import TagsForm
from accord.web.shell.custom_fields import CustomFieldsForm
from accord.web.shell.doubles import AsksAboutDoubles
from accord.web.shell.forms import RecordForm

LEAVING = ["lost_on", "lost_reason", "lost_to", "lost_note"]


class AccountForm(AsksAboutDoubles, CustomFieldsForm, TagsForm):
    double_route = "account-names"
    sections = [
        ("", ["name", "save_anyway", "status", "tier", "owner"]),
        (gettext_lazy("Profile"), ["segment", "industry", "parent", "employees", "annual_revenue", "description"]),
        (gettext_lazy("Address"), ["website", "phone", "street", "postcode", "city", "country"]),
        (gettext_lazy("Relationship"), ["lead_source", "currency", "client_since"]),
        (gettext_lazy("Former clients"), LEAVING),
        (gettext_lazy("More details"), ["tag_names"]),
    ]
    website = forms.URLField(required=False, assume_scheme="https")

    class Meta:
        model = Account
        fields = [
            "name", "status", "tier", "owner", "segment", "industry", "parent", "employees",
            "annual_revenue", "description", "website", "phone", "street", "postcode", "city", "country", "currency",
            "client_since", "lead_source", *LEAVING,
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = users_with_role(*SERVING)
        kept = [self.instance.owner_id] if self.instance.owner_id else []
        owner = self.fields["owner"]
        owner.queryset = owner.queryset.filter(pk__in=[u.pk for u in managers] + kept)
        self.suggest("owner", self.user.pk)
        if self.instance.pk:
            self.fields["parent"].queryset = self.fields["parent"].queryset.exclude(pk=self.instance.pk)
        self.add_tags(self.instance)
        self.ask_about_doubles()

    @transaction.atomic
    def save_for_user(self) -> Record:
        tags = Tag.named(self.cleaned_data.get("tag_names", ""))
        if self.instance.pk is None:
            return open_account(account=self.instance, by=self.user, many={"tags": tags})
        values = self.stored_values | ({"tags": tags} if "tag_names" in self.cleaned_data else {})
        return change_account(account=self.instance, by=self.user, version=self.cleaned_data["version"], **values)


class FormerClientForm(RecordForm):
    """When and why a client left."""

    class Meta:
        model = Account
        fields = LEAVING

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.lost_on:
            self.initial["lost_on"] = timezone.localdate()

    def save_for_user(self) -> Record:
        values = self.stored_values | {"status": Account.Status.FORMER}
        return change_account(account=self.instance, by=self.user, version=self.cleaned_data["version"], **values)


class AccountMemberForm(RecordForm):
    class Meta:
        model = AccountMember
        fields = ["user", "task"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = self.fields["user"].queryset.filter(is_active=True)
        if not self.instance.pk:
            users = users.exclude(pk__in=AccountMember.objects.filter(account=self.instance.account).values("user"))
        self.fields["user"].queryset = users


PLACE = ("title", "buying_role", "reports_to", "influence", "sentiment", "since", "until")


class ContactForm(CustomFieldsForm, TagsForm):
    """A person together with their place at one account."""

    stored_elsewhere = ("reports_to",)

    title = forms.CharField(label=gettext_lazy("Job title"), max_length=120, required=False)
    emails = DetailsField("emails", label=gettext_lazy("Email"))
    phones = DetailsField("phones", label=gettext_lazy("Phone"))
    buying_role = forms.ChoiceField(
        label=gettext_lazy("Buying role"),
        choices=[("", gettext_lazy("Not known")), *Affiliation.BuyingRole.choices],
        required=False,
    )
    reports_to = forms.ModelChoiceField(
        label=gettext_lazy("Reports to"),
        queryset=Affiliation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not known"),
    )
    influence = forms.TypedChoiceField(
        choices=[("", gettext_lazy("Not known")), *Affiliation.Influence.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    sentiment = forms.TypedChoiceField(
        label=gettext_lazy("Sentiment"),
        choices=[("", gettext_lazy("Not known")), *Affiliation.Sentiment.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    since = forms.DateField(label=gettext_lazy("Start date"), required=False)
    until = forms.DateField(label=gettext_lazy("End date"), required=False)
    sections = [
        ("", ["name", "title", "emails", "phones"]),
        (gettext_lazy("Org chart"), ["buying_role", "reports_to", "influence", "sentiment"]),
        (gettext_lazy("More details"), ["since", "until", "notes", "tag_names"]),
    ]

    class Meta:
        model = Contact
        fields = ["name", "notes"]

    def __init__(
        self, *args: Any, account: Account | None = None, affiliation: Affiliation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.affiliation = account, affiliation
        for kind in ("emails", "phones"):
            self.fields[kind].initial = self.instance.details(kind)
        here = account or (affiliation.account if affiliation is not None else None)
        colleagues = Affiliation.objects.filter(account=here, until=None).select_related("contact")
        self.add_tags(self.instance)
        superior: Any = self.fields["reports_to"]
        superior.label_from_instance = lambda row: str(row.contact)
        superior.queryset = colleagues.order_by("contact__name", "pk")
        if affiliation is None:
            del self.fields["until"]
            return
        superior.queryset = superior.queryset.exclude(pk=affiliation.pk)
        superior.stored = affiliation.reports_to_id  # who may have left since
        for name in PLACE:
            self.fields[name].initial = getattr(affiliation, name)

    @property
    def details(self) -> dict[str, Any]:
        """Of each kind all, where the form had any rows of it."""
        return {kind: self.cleaned_data[kind] for kind in ("emails", "phones") if f"{kind}_value" in self.data}

    @property
    def place(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PLACE if name in self.cleaned_data}

    @transaction.atomic
    def save_for_user(self) -> Record:
        tags = Tag.named(self.cleaned_data["tag_names"])
        if self.instance.pk is None and self.account is not None:
            return add_contact(
                account=self.account, by=self.user, contact=self.instance, tags=tags, **self.details, **self.place
            )
        values = {name: value for name, value in self.stored_values.items() if name not in ("emails", "phones")}
        contact = change_contact(
            contact=self.instance, by=self.user, version=self.cleaned_data["version"], **values, **self.details,
            tags=tags,
        )  # fmt: skip
        if self.affiliation is not None:
            change_place(affiliation=self.affiliation, by=self.user, **self.place)
        return contact


class AcquaintanceForm(RecordForm):
    """A colleague who knows somebody; oneself, unless one keeps the client."""

    class Meta:
        model = Relationship
        fields = ["user", "strength"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Relationship.objects.filter(affiliation=self.instance.affiliation).exclude(pk=self.instance.pk)
        users = self.fields["user"].queryset.filter(is_active=True).exclude(pk__in=known.values("user"))
        if not can(self.user, Permission.CHANGE, self.instance.affiliation.account):
            users = users.filter(pk=self.user.pk)
        self.fields["user"].queryset = users
        self.fields["user"].label = gettext("Colleague")
        self.suggest("user", self.user.pk)


class KnownContactForm(RecordForm):
    """Ties somebody we know from another company to this one too."""

    class Meta:
        model = Affiliation
        fields = ["contact", "title", "buying_role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Affiliation.objects.filter(account=self.instance.account).values("contact")
        self.fields["contact"].queryset = self.fields["contact"].queryset.exclude(pk__in=here)

    def save_for_user(self) -> Record:
        values = dict(self.stored_values)
        return add_contact(account=self.instance.account, by=self.user, contact=values.pop("contact"), **values)


class InteractionForm(RecordForm):
    class Meta:
        model = Interaction
        fields = ["kind", "direction", "at", "subject", "body", "contacts", "next_step", "due_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = self.fields["contacts"]
        contacts.queryset = contacts.queryset.filter(affiliations__account=self.instance.account).distinct()
        contacts.help_text = ""
        self.fields["contacts"].label = gettext("Attendees")
        self.fields["body"].help_text = gettext("Supports Markdown. Type @ to mention a colleague.")

    def save_for_user(self) -> Record:
        interaction: Any = self.instance
        if interaction.pk is None:
            contacts = list(self.cleaned_data["contacts"])
            return log_interaction(interaction=interaction, by=self.user, contacts=contacts)
        version = self.cleaned_data["version"]
        return change_interaction(interaction=interaction, by=self.user, version=version, **self.stored_values)


class NoteTemplateForm(RecordForm):
    class Meta:
        model = NoteTemplate
        fields = ["name", "kind", "subject", "body"]


class TimelineFilterForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[
            ("", gettext_lazy("Everything")),
            *Interaction.Kind.choices,
            ("request", gettext_lazy("Requests")),
            ("survey", gettext_lazy("Surveys")),
            ("comment", gettext_lazy("Comments")),
            ("event", gettext_lazy("Account activity")),
            ("project", gettext_lazy("Project activity")),
        ],
        required=False,
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Contact"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("Anyone"),
    )
    q = forms.CharField(label=gettext_lazy("Search the timeline"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = Contact.objects.filter(affiliations__account=account).order_by("name").distinct()
