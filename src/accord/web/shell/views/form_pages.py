"""The pages that create, edit and remove records of one type, from one declaration."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from accord.core.fetch import fetch
from accord.core.models import Record
from accord.web.shell.addresses import address, address_of, has_page
from accord.web.shell.forms import RecordForm
from accord.web.shell.views.forms import CreatePage, EditPage, ModelPage, RemovePage


class FormPages(ModelPage):
    """What may be created, edited and removed::

        class TopicPages(FormPages):
            route, model, form_class, back = "topic", Topic, TopicForm, "topics"
            consequence = "Its requests are kept without a topic."

        urlpatterns = [*TopicPages.urls("topics")]

    The three views, ``New``, ``Edit`` and ``Remove``, take every attribute and method from the declaration. A saved
    record that has a page of its own is shown there; from one that has none, or that is removed, one comes ``above``.
    """

    route: ClassVar[str]  # what its addresses are named by: topic-new, topic-edit, topic-removal
    form_class: ClassVar[type[RecordForm]]
    related: ClassVar[tuple[str, ...]] = ()  # what an existing record is fetched with, to edit it
    parent: ClassVar[str] = ""  # the field of what the record belongs to: the address of a new one names it
    parent_related: ClassVar[tuple[str, ...]] = ()  # what the parent is fetched with
    new_label: ClassVar[str] = CreatePage.submit_label

    New: ClassVar[type[CreatePage]]
    Edit: ClassVar[type[EditPage]]
    Remove: ClassVar[type[RemovePage]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if issubclass(cls, (CreatePage, EditPage, RemovePage)) or not hasattr(cls, "route"):
            return  # one of the three, or what several declarations share

        def page(base: type[ModelPage], name: str, **more: Any) -> Any:
            names = {"__module__": cls.__module__, "__doc__": cls.__doc__}
            return type(f"{cls.__name__}{name}", (cls, base), names | more)

        cls.New = page(CreatePage, gettext("New"), submit_label=cls.new_label)
        cls.Edit = page(EditPage, gettext("Edit"), removal=f"{cls.route}-removal")
        cls.Remove = page(RemovePage, gettext("Remove"), after=cls.above)

    def fetch_parent(self) -> Any:
        """The record that the address of a new one names, for the signed-in user."""
        model: Any = self.model._meta.get_field(self.parent).related_model
        return fetch(model, self.request.user, *self.parent_related, pk=self.kwargs[self.parent])

    def blank(self) -> Record:
        return self.model(**{self.parent: self.fetch_parent()}) if self.parent else self.model()

    def above(self, record: Any) -> str:
        """The page that lists such records."""
        if not self.parent:
            return reverse(self.back) if self.back else address(record)
        field: Any = self.model._meta.get_field(self.parent)
        return address_of(field.related_model._meta.label_lower, getattr(record, field.attname))

    def after(self, record: Any) -> str:
        return address(record) if record.pk and has_page(record) else self.above(record)

    @classmethod
    def urls(cls, base: str, *, new: str = "") -> list[URLPattern]:
        """Their addresses: ``topics/new`` (or ``new``), ``topics/1/edit`` and ``topics/1/removal``."""
        return [path(new or f"{base}/new", cls.New.as_view(), name=f"{cls.route}-new"), *cls.urls_of_existing(base)]

    @classmethod
    def urls_of_existing(cls, base: str) -> list[URLPattern]:
        """The same of what is created elsewhere."""
        return [
            path(f"{base}/<int:pk>/edit", cls.Edit.as_view(), name=f"{cls.route}-edit"),
            path(f"{base}/<int:pk>/removal", cls.Remove.as_view(), name=f"{cls.route}-removal"),
        ]
