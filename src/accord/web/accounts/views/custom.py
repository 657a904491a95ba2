"""The firm's own fields, tags, and changing several accounts at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accord.accounts.actions.change_accounts import FIELDS, change_accounts
from accord.accounts.models import Account, CustomField, Tag
from accord.core.access import Permission, can, may_create
from accord.core.editing import Conflict
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.web.accounts import forms_custom as forms
from accord.web.shell.parts import Action, Crumb, Empty
from accord.web.shell.templatetags.shell import number
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.lists import Cell, Column, ListPage, Row


class CustomFieldList(ListPage):
    title = gettext_lazy("Custom fields and tags")
    noun = "fields"
    subtitle = gettext_lazy("Extra information your firm records about accounts, work and sales.")
    default_sort = "order"
    template = "accounts/custom_fields.html"
    columns = [
        Column(gettext_lazy("Field"), "label"),
        Column(gettext_lazy("Applies to"), "on"),
        Column(gettext_lazy("Type"), "kind"),
        Column(gettext_lazy("Validation")),
        Column(gettext_lazy("Position"), "order", numeric=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[CustomField]:
        return CustomField.objects.visible_to(user)

    def row(self, record: CustomField) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        url = reverse("custom-field-edit", args=[record.pk]) if may_change else ""
        rules = ["required"] if record.required else []
        rules += [", ".join(record.offered)] if record.offered else []
        rules += (
            [gettext("from %(number)s") % {"number": f"{record.lowest.normalize():f}"}]
            if record.lowest is not None
            else []
        )
        rules += (
            [gettext("to %(number)s") % {"number": f"{record.highest.normalize():f}"}]
            if record.highest is not None
            else []
        )
        rules += [record.pattern] if record.pattern else []
        return Row(
            record.pk,
            "",
            [
                Cell(record.label, url=url, drawer=True, sub=record.key),
                Cell(record.get_on_display()),
                Cell(record.get_kind_display()),
                Cell(" · ".join(rules) or None),
                Cell(record.order, numeric=True, raw=record.order),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, CustomField):
            return []
        return [Action.new(gettext("New field"), reverse("custom-field-new"))]

    def empty(self) -> Empty:
        action = self.main_action
        text = gettext("Add a number, date, choice or text that your firm tracks for its records.")
        return Empty(gettext("No custom fields yet"), text, icon="list-details", action=action)

    def extra(self) -> dict[str, Any]:
        tags = Tag.objects.annotate(used=Count("accounts", distinct=True), people=Count("contacts", distinct=True))
        may_change = can(self.request.user, Permission.CHANGE, Tag())
        return {"tags": list(tags), "may_change": may_change}


class CustomFieldPages(FormPages):
    route, model, form_class, back = "custom-field", CustomField, forms.CustomFieldForm, "custom-fields"
    new_title = gettext_lazy("New field")
    consequence = gettext_lazy("The field disappears from all forms and pages. Its values are kept but hidden.")


class TagPages(FormPages):
    route, model, form_class, back = "tag", Tag, forms.TagForm, "custom-fields"
    consequence = gettext_lazy("The tag is removed from every account and contact.")


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """POST with ``ids`` shows the form; with ``apply`` too, it changes them."""
    user: Any = request.user
    if not user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER):
        raise PermissionDenied(gettext("Only account managers and administrators can edit several accounts at once."))
    ids = [int(text) for text in request.POST.getlist("ids") if text.isdecimal()]
    rows = list(Account.objects.visible_to(user).filter(pk__in=ids).order_by("name"))
    if not rows:
        messages.error(request, gettext("Choose at least one account."))
        return HttpResponseRedirect(reverse("accounts"))
    form = forms.BulkForm(request.POST if "apply" in request.POST else None)
    if form.is_bound and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS if form.cleaned_data[name]}
        try:
            add = Tag.named(form.cleaned_data["add_tags"])
            changed = change_accounts(
                accounts=rows, by=user, values=values, add=add, take_off=list(form.cleaned_data["take_tags"])
            )
            messages.success(
                request,
                gettext("%(changed)s of %(count)s accounts updated.")
                % {"changed": number(changed), "count": number(len(rows))},
            )
            return HttpResponseRedirect(reverse("accounts"))
        except (ValidationError, Conflict) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
    context = {
        "title": gettext("Edit %(count)s accounts") % {"count": number(len(rows))}
        if len(rows) > 1
        else gettext("Edit %(rows)s") % {"rows": rows[0]},
        "form": form,
        "rows": rows,
        "crumbs": [Crumb(gettext("Accounts"), reverse("accounts")), Crumb(gettext("Bulk edit"))],
    }
    return render(request, "accounts/bulk.html", context, status=422 if form.errors else 200)
