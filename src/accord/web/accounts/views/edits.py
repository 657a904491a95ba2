"""Creating, editing and removing what belongs to an account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account, AccountMember, Affiliation, Contact, Interaction, NoteTemplate
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.web.accounts import forms
from accord.web.shell.forms import RecordForm
from accord.web.shell.parts import Link
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage, EditPage, ModelPage, RemovePage


class AccountFormPage(ModelPage):
    """A page about something of one account; ``tab`` is where it is seen."""

    tab: ClassVar[str] = "account"

    @property
    def account(self) -> Account:
        if not hasattr(self, "_account"):
            self._account = fetch(Account, self.request.user, pk=self.kwargs["account"])
        return self._account

    def blank(self) -> Record:
        return self.model(account=self.account)

    def after(self, record: Any) -> str:
        return reverse(self.tab, args=[record.account_id])


class AccountFormPages(AccountFormPage, FormPages):
    """What is created, edited and removed of one account."""

    related: ClassVar[tuple[str, ...]] = ("account",)

    def above(self, record: Any) -> str:
        return reverse(self.tab, args=[record.account_id])

    def after(self, record: Any) -> str:
        return FormPages.after(self, record)


class AccountNew(CreatePage):
    """A new account; ``?status=client`` chooses its status beforehand."""

    model, form_class = Account, forms.AccountForm

    def blank(self) -> Record:
        status = self.request.GET.get("status", "")
        return Account(status=status) if status in Account.Status.values else Account()

    def after(self, record: Record) -> str:
        return reverse("account", args=[record.pk]) if record.pk else reverse("accounts")


class AccountEdit(EditPage):
    model, form_class = Account, forms.AccountForm


class AccountFormer(EditPage):
    """A client becomes a former one: when, why, and to whom."""

    model, form_class = Account, forms.FormerClientForm
    submit_label = gettext_lazy("Mark as former client")
    saved_message = gettext_lazy("Account marked as former client.")

    def title(self, record: Any) -> str:
        return gettext("Mark %(record)s as a former client") % {"record": record}


class MemberNew(AccountFormPage, CreatePage):
    model, form_class, tab = AccountMember, forms.AccountMemberForm, "account-contacts"
    submit_label, new_title = gettext_lazy("Add to the team"), gettext_lazy("Add a team member")


class MemberRemove(AccountFormPage, RemovePage):
    model, tab = AccountMember, "account-contacts"
    consequence = gettext_lazy("They lose access to this account unless they are its account manager.")


class ContactNew(AccountFormPage, CreatePage):
    model, form_class, tab = Contact, forms.ContactForm, "account-contacts"

    def blank(self) -> Record:
        require(self.request.user, Permission.CHANGE, self.account)
        return Contact()

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        return forms.ContactForm(data, files, instance=record, user=self.request.user, account=self.account)

    def after(self, record: Record) -> str:
        return reverse("account-contacts", args=[self.account.pk])


class KnownContactNew(AccountFormPage, CreatePage):
    model, form_class, tab = Affiliation, forms.KnownContactForm, "account-contacts"
    new_title = gettext_lazy("Add an existing contact")


class ContactEdit(EditPage):
    """A contact seen from one of their companies: ``affiliation`` in the address."""

    model, form_class = Contact, forms.ContactForm

    @property
    def affiliation(self) -> Affiliation:
        if not hasattr(self, "_affiliation"):
            self._affiliation = fetch(Affiliation, self.request.user, "account", pk=self.kwargs["affiliation"])
        return self._affiliation

    def record(self) -> Record:
        self.kwargs["pk"] = self.affiliation.contact_id
        return super().record()

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        return forms.ContactForm(data, files, instance=record, user=self.request.user, affiliation=self.affiliation)

    def after(self, record: Record) -> str:
        return reverse("account-contacts", args=[self.affiliation.account_id])

    def delete_url(self, record: Record) -> str:
        return reverse("affiliation-removal", args=[self.affiliation.pk])


class AffiliationRemove(AccountFormPage, RemovePage):
    model, tab = Affiliation, "account-contacts"
    consequence = gettext_lazy(
        "The contact is removed from this account. Their other accounts and past conversations are kept."
    )


class InteractionNew(AccountFormPage, CreatePage):
    model, form_class, tab = Interaction, forms.InteractionForm, "account"
    submit_label, saved_message, new_title = (
        gettext_lazy("Log interaction"),
        gettext_lazy("Interaction logged."),
        gettext_lazy("Log interaction"),
    )

    def blank(self) -> Record:
        made = Interaction(account=self.account, by=self.request.user, at=timezone.now())
        asked = self.request.GET.get("template", "")
        if template := NoteTemplate.objects.filter(pk=int(asked) if asked.isdecimal() else 0).first():
            made.kind, made.subject, made.body = template.kind, template.subject, template.body
        return made

    def context(self, record: Record, form: RecordForm) -> dict[str, Any]:
        url = reverse("interaction-new", args=[self.account.pk])
        starts = [Link(t.name, f"{url}?template={t.pk}") for t in NoteTemplate.objects.all()]
        return super().context(record, form) | {"starts": starts, "form_url": url}


class InteractionEdit(AccountFormPage, EditPage):
    model, form_class, related = Interaction, forms.InteractionForm, ("account",)
    removal = "interaction-removal"
    shows_files = True


class NoteTemplatePages(FormPages):
    route, model, form_class, back = "note-template", NoteTemplate, forms.NoteTemplateForm, "note-templates"
    consequence = gettext_lazy("Notes written from this template are kept.")


class InteractionRemove(RemovePage):
    model = Interaction
    consequence = gettext_lazy("The entry is removed from the timeline for everyone. The audit log keeps a copy.")
