"""One field of a record in a list: edited in its cell, or moved over the board.

Both go through the record's own form, or the action that moves it: with its permission, its rules and its version.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext
from django.views import View

from accord.core import editing
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.web.shell.forms import RecordForm
from accord.web.shell.views.forms import EditPage
from accord.web.shell.views.lists import ListPage

MISSING = gettext_lazy("This page doesn't exist, or you don't have access to it.")


class Refused(Exception):
    """A change that isn't possible, with the reason; ``status`` is that of the answer."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.message, self.status = message, status


class ListField(View):
    """GET asks for the field, POST stores it. The rest of the address is that of the list, to come back to it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.field: str = kwargs["field"]
        self.list = self._list(request, kwargs["route"])
        editor = self.list.edit_page if self.list is not None else None
        self.editor: EditPage | None = editor() if editor is not None else None
        if self.editor is not None:
            self.editor.setup(request, pk=kwargs["pk"])

    def _list(self, request: HttpRequest, route: str) -> ListPage | None:
        try:
            self.url = reverse(route)
        except NoReverseMatch:
            return None
        view = getattr(resolve(self.url).func, "view_class", None)
        if not (isinstance(view, type) and issubclass(view, ListPage)):
            return None
        page = view()
        page.setup(request)
        return page

    def _record(self) -> Record:
        """The record, for who may edit it; 404 where the list has no such field."""
        if self.list is None or self.editor is None or self.field not in self.list.editable_fields():
            raise Http404(MISSING)
        return self.editor.record()

    def _form(self, record: Record, data: Any = None) -> RecordForm:
        assert self.editor is not None
        form = self.editor.form(record, data)
        form.only(self.field)
        if self.field not in form.fields:  # amounts, for those who may not see any
            raise Http404(MISSING)
        return form

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self._record()
        return self._show(record, self._form(record))

    def _show(self, record: Record, form: RecordForm, status: int = 200) -> HttpResponse:
        is_cell = bool(self.request.headers.get("HX-Request"))
        if is_cell:
            form.auto_id = "cell_%s"  # the filter above the list may ask for a field of the same name
        context = {
            "title": gettext("Edit %(record)s") % {"record": record},
            "form": form,
            "field": form[self.field],
            "record": record,
            "submit_label": gettext("Save"),
            "cancel_url": self._back(),
            "form_url": self.request.get_full_path(),
            "crumbs": [],
            "sections": [],
        }
        template = "shell/parts/cell_form.html" if is_cell else "shell/form.html"
        return render(self.request, template, context, status=status)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        on_board = request.headers.get("HX-Target") == "list"
        try:
            record = self._record()
            moved = self._move(record) if self.field in self._movers() else None
        except PermissionDenied as denied:
            if not on_board:
                raise
            return self._board_again(Refused(str(denied) or gettext("You don't have permission to edit this record.")))
        except Refused as refused:
            return self._refused(record, refused) if on_board else self._plainly(refused)
        if moved is None:
            form = self._form(record, request.POST)
            try:
                self._store(form)
            except Refused as refused:
                if on_board:
                    return self._refused(record, refused)
                fresh = record if refused.status == 422 else self._record()
                again = form if refused.status == 422 else self._form(fresh)
                if refused.status == 409:
                    again.conflict = refused.message  # type: ignore[attr-defined]
                return self._show(fresh, again, refused.status)
        if on_board:
            messages.success(
                request, gettext("“%(record)s” moved to %(label)s.") % {"record": record, "label": self._label()}
            )
        elif request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Trigger": "accord:refresh"})
        return HttpResponseRedirect(self._back())

    def _store(self, form: RecordForm) -> None:
        assert self.editor is not None
        if not form.is_valid():
            raise Refused(" ".join(str(text) for texts in form.errors.values() for text in texts))
        try:
            self.editor.save(form)
        except editing.Conflict as conflict:
            raise Refused(
                gettext("%(conflict)s The current value is shown. Try again.") % {"conflict": conflict}, 409
            ) from conflict
        except IntegrityError as error:
            if not form.is_refused_now(was_new=False):
                raise
            raise Refused(" ".join(str(text) for texts in form.errors.values() for text in texts)) from error
        except ValidationError as error:
            form.add_error(None, error)
            raise Refused(" ".join(error.messages)) from error

    def _movers(self) -> dict[str, Any]:
        assert self.list is not None
        return self.list.movers()

    def _move(self, record: Record) -> bool:
        """By the action of the list for this field."""
        version = self.request.POST.get("version", "")
        if not version.isdecimal() or len(version) > 9:
            raise Refused(gettext("This form is out of date. Reload the page and try again."))
        try:
            self._movers()[self.field](record, self.request.POST.get(self.field, ""), int(version))
        except editing.Conflict as conflict:
            raise Refused(
                gettext("%(conflict)s The board now shows the latest state. Try again.") % {"conflict": conflict}, 409
            ) from conflict
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        return True

    def _label(self) -> str:
        """What the lane is called that the card went to."""
        assert self.list is not None
        value = self.request.POST.get(self.field, "")
        by = self.list.grouping_named(self.field)
        labels = {choice.key: choice.label for choice in by.choices()} if by is not None and by.choices else {}
        return labels.get(value) or (by.none if by is not None else value)

    def _back(self) -> str:
        query = self.request.GET.urlencode()
        return f"{self.url}?{query}" if query else self.url

    def _plainly(self, refused: Refused) -> HttpResponse:
        messages.error(self.request, refused.message)
        return HttpResponseRedirect(self._back())

    def _refused(self, record: Record, refused: Refused) -> HttpResponse:
        return self._board_again(
            Refused(
                gettext("Can't move “%(record)s”: %(message)s") % {"record": record, "message": refused.message},
                refused.status,
            )
        )

    def _board_again(self, refused: Refused) -> HttpResponse:
        """The board as it is now, with the reason above it."""
        assert self.list is not None
        messages.error(self.request, refused.message)
        request = self.request
        request.path, request.resolver_match = self.url, resolve(self.url)
        answer = self.list.get(request)
        answer.status_code = refused.status
        return answer
