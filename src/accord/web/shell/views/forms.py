"""The pages that create, edit and remove one record; as a full page or in the drawer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from django.views import View

from accord.core import editing
from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.web.shell.addresses import address
from accord.web.shell.forms import RecordForm
from accord.web.shell.once import go, only_once, stop_if_done
from accord.web.shell.parts import Crumb

__all__ = ["CreatePage", "EditPage", "FormPage", "ModelPage", "RemovePage", "go"]


class ModelPage(View):
    """A page that does something with one record of ``model``, and then leads on."""

    model: ClassVar[type[Record]]
    kind: ClassVar[str] = ""  # what such records are called here, where that is not the model's name
    back: ClassVar[str] = ""  # the route of the page that lists such records, where they have none of their own

    def called(self) -> str:
        return self.kind or str(self.model._meta.verbose_name)

    def rows(self) -> QuerySet[Any]:
        """The existing records of which this is a page."""
        return self.model.objects.all()

    def after(self, record: Any) -> str:
        """Where to go when it is done."""
        return reverse(self.back) if self.back else address(record)


class FormPage(ModelPage):
    """What creating and editing share. Subclasses say ``title`` and where to go afterwards."""

    form_class: ClassVar[type[RecordForm]]
    new_title: ClassVar[str] = ""  # of the page that creates one, where that is not "New" and its type
    submit_label: ClassVar[str] = gettext_lazy("Save")
    saved_message: ClassVar[str] = ""  # the toast, where it is not the record's name and the button's verb
    removal: ClassVar[str] = ""  # the route by which an existing record is removed
    shows_files: ClassVar[bool] = False  # an existing record's, below its form, where it has no page of its own

    def record(self) -> Record:
        """The record of this page, fetched or made for the signed-in user."""
        raise NotImplementedError

    def title(self, record: Any) -> str:
        if record.pk:
            return gettext("Edit %(record)s") % {"record": record}
        return self.new_title or gettext("New %(called)s") % {"called": self.called()}

    def cancel(self, record: Record) -> str:
        return self.after(record)

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        return self.form_class(data, files, instance=record, user=self.request.user)

    def crumbs(self, record: Record) -> list[Crumb]:
        return []

    def delete_url(self, record: Record) -> str:
        """Where it is removed, for who may remove it."""
        may = bool(self.removal) and can(self.request.user, Permission.DELETE, record)
        return reverse(self.removal, args=[record.pk]) if may else ""

    def context(self, record: Record, form: RecordForm) -> dict[str, Any]:
        return {
            "title": self.title(record),
            "form": form,
            "submit_label": self.button(),
            "cancel_url": self.cancel(record),
            "form_url": self.request.get_full_path(),
            "delete_url": self.delete_url(record) if record.pk else "",
            "crumbs": self.crumbs(record),
            "sections": form.grouped_fields(),
            "files_of": record if self.shows_files and record.pk else None,
        }

    def show(self, record: Record, form: RecordForm, status: int = 200) -> HttpResponse:
        return render(self.request, "shell/form.html", self.context(record, form), status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.record()
        return self.show(record, self.form(record))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.record()
        form = self.form(record, request.POST, request.FILES)
        if not form.is_valid():
            stop_if_done(request)  # what is taken now may be what the same form has just made
            return self.show(record, form, status=422)
        was_new = record.pk is None
        try:
            with only_once(request) as done:
                saved = self.save(form)
                done.url = self.after(saved)
        except editing.Conflict as conflict:
            return self.show_conflict(conflict, form)
        except IntegrityError:  # somebody else was faster: what was free a moment ago is taken
            if not form.is_refused_now(was_new=was_new):
                raise
            return self.show(record, form, status=422)
        except ValidationError as refused:  # what only the action itself can tell
            form.add_error(None, refused)
            return self.show(record, form, status=422)
        return self.done(saved)

    def done(self, saved: Record) -> HttpResponse:
        """What follows once it is saved: the toast and the next page; or a page that shows something once."""
        messages.success(self.request, self.saved_message or self.toast())
        return go(self.request, self.after(saved))

    def button(self) -> str:
        """The label of the button, where it depends on more than the page."""
        return self.submit_label

    def toast(self) -> str:
        """What was done to what, in the button's verb: "Contact created."."""
        with override(None):  # the button's verb in the language of the code
            verb = str(self.submit_label).partition(" ")[0]
        said = {"Create": gettext("%(record)s created."), "Add": gettext("%(record)s added.")}
        return said.get(verb, gettext("%(record)s saved.")) % {"record": capfirst(self.called())}

    def save(self, form: RecordForm) -> Record:
        return form.save_for_user()

    def show_conflict(self, conflict: editing.Conflict, form: RecordForm) -> HttpResponse:
        """409 with the difference; the form keeps what was typed and takes the new version on."""
        data = form.data.copy()
        data["version"] = str(conflict.record.version)
        again = self.form(type(conflict.record)._base_manager.get(pk=conflict.record.pk), data)
        again.is_valid()
        context = self.context(conflict.record, again) | {
            "record": conflict.record,
            "at": conflict.record.updated_at,
            "differences": conflict.differences,
        }
        return render(self.request, "shell/conflict.html", context, status=409)


class CreatePage(FormPage):
    """A new record; ``blank`` gives it unsaved, with its parent set."""

    submit_label = gettext_lazy("Create")

    def blank(self) -> Record:
        return self.model()

    def record(self) -> Record:
        record = self.blank()
        require(self.request.user, Permission.CREATE, record)
        return record


class EditPage(FormPage):
    """An existing record, named by ``pk`` in the address."""

    related: ClassVar[tuple[str, ...]] = ()

    def record(self) -> Record:
        record = fetch(self.model, self.request.user, *self.related, rows=self.rows(), pk=self.kwargs["pk"])
        require(self.request.user, Permission.CHANGE, record)
        return record


class RemovePage(ModelPage):
    """Asks, then removes: ``GET`` shows what will go, ``POST`` does it."""

    consequence: ClassVar[str] = ""

    def cancel(self, record: Any) -> str:
        """Where to go when it isn't removed."""
        return self.after(record)

    def record(self) -> Record:
        record = fetch(self.model, self.request.user, rows=self.rows(), pk=self.kwargs["pk"])
        require(self.request.user, Permission.DELETE, record)
        return record

    def remove(self, record: Any) -> None:
        """Remove it, or raise a ``ValidationError`` that says why not."""
        editing.remove(record, by=self.request.user)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.record()
        kind = self.called()
        context = {
            "title": gettext("Delete %(kind)s “%(record)s”?") % {"kind": kind, "record": record},
            "text": self.consequence,
            "submit_label": gettext("Delete %(kind)s") % {"kind": kind},
            "cancel_url": self.cancel(record),
            "form_url": request.get_full_path(),
            "version": record.version,
        }
        return render(request, "shell/confirm.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.record()
        url = self.after(record)
        try:
            self.remove(record)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return go(request, self.cancel(record))
        messages.success(request, gettext("%(called)s deleted.") % {"called": capfirst(self.called())})
        return go(request, url)
