"""The base of everything people edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections, models, router
from django.db.models import Q

from accord.core.access import Permission, can, is_known
from accord.core.due import DueFields
from accord.core.policy import Policy
from accord.core.search.fields import Searched
from accord.core.storage_trouble import refuse_to_guess


class RecordQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Adds the permission filter to every fetch."""

    def visible_to(self, user: Any) -> Self:
        """The rows ``user`` may see; none for strangers and for people who were switched off."""
        return self.letting(user, Permission.VIEW)

    def letting(self, user: Any, permission: Permission) -> Self:
        """The rows on which ``user`` has ``permission``, as far as the policy says."""
        return self.filter(self.model.policy.filter(user, permission, self.model)) if is_known(user) else self.none()


class Guarded(models.Model):
    """A model that says who may do what with its rows."""

    policy: ClassVar[Policy] = Policy()  # nobody, unless a model says otherwise

    class Meta:
        abstract = True

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        """The condition behind ``visible_to``; empty where ``user`` sees all rows."""
        return cls.policy.filter(user, Permission.VIEW, cls)

    def allows(self, user: Any, permission: Permission) -> bool:
        """What the policy says of this row, archived or not: who asks before an action asks ``core.access.can``."""
        return self.policy.allows(user, permission, self)


class Record(Guarded):
    """A row with a version: every edit names the version it started from, so no edit is lost silently.

    ``source`` and ``external_id`` say where an imported row came from, which is what makes a second import of the
    same file change nothing.
    """

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    source = models.CharField(max_length=60, blank=True, default="", editable=False)
    external_id = models.CharField(max_length=200, blank=True, default="", editable=False)

    objects = RecordQuerySet.as_manager()

    searched: ClassVar[Searched | None] = None  # what of it is found in a search; nothing, unless a model says so
    due_item: ClassVar[DueFields | None] = None  # how it is something to be done by a day, if it is
    unaudited: ClassVar[frozenset[str]] = frozenset()  # fields whose values the audit trail never holds

    # Who sees which field. Every decimal field of a model stands in one of the two sets: a test says so.
    money_fields: ClassVar[frozenset[str]] = frozenset()  # amounts, and what names an agreement about them
    not_money: ClassVar[frozenset[str]] = frozenset()  # decimals that are no amounts: hours, shares, rates of exchange
    named_openly: ClassVar[frozenset[str]] = frozenset()  # records that are named to all who see this one
    commercial: ClassVar[bool] = False  # the record itself is only seen by who may see its amounts

    # Files: whether its records can have some, whether these came with the record and stay as they are, and whether
    # more is needed to read them than to see the record.
    holds_files: ClassVar[bool] = False
    files_are_fixed: ClassVar[bool] = False
    files_are_guarded: ClassVar[bool] = False

    # Where more follows from a new record, or from another value of a field, than is stored in it: the one action that
    # knows what. :mod:`accord.core.editing` refuses every other way (decision 24).
    creating_action: ClassVar[str] = ""
    changing_actions: ClassVar[Mapping[str, str]] = {}  # by field
    known_rows: frozenset[str] = frozenset()  # foreign keys whose rows were read just now, by the form that cleans

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        """Django asks the database for the row of each foreign key; not again for those just read."""
        super().clean_fields({*(exclude or ()), *self.known_rows, *self._rows_given()})

    def _rows_given(self) -> set[str]:
        """The foreign keys of a new record that were given as rows, which were read for it, and not as numbers."""
        if not self._state.adding:
            return set()
        keys = (f for f in self._meta.concrete_fields if isinstance(f, models.ForeignKey))
        held = (f for f in keys if f.is_cached(self) and not f.get_limit_choices_to())
        return {f.name for f in held if getattr(f.get_cached_value(self), "pk", None) is not None}

    def validate_constraints(self, exclude: Any = None) -> None:
        if not self.external_id:  # made by hand: no other row can come from the same source
            exclude = {*(exclude or ()), "external_id"}
        using = self._state.db or router.db_for_write(type(self), instance=self)
        with connections[using].execute_wrapper(refuse_to_guess):
            super().validate_constraints(exclude)

    @classmethod
    def with_lasting_files(cls) -> models.QuerySet[Any]:
        """The rows whose files are kept: all there are, unless a model says otherwise."""
        return cls._base_manager.all()

    @classmethod
    def with_readable_files(cls, user: Any) -> RecordQuerySet:
        """The rows whose files ``user`` may read: all that they see, unless a model says otherwise."""
        return cls.objects.visible_to(user)

    def consequences(self, changed: dict[str, Any]) -> dict[str, Any]:
        """Values that follow from an edit: :mod:`core.editing` stores them with it.

        Asked of the record as it is after the edit, or when it is created; ``changed`` are the values that were edited.
        A value that was edited itself is not replaced.
        """
        return {}

    def refuse_closed(self, action: str) -> None:
        """Raises ``ValidationError`` where the record, as it is, can be neither stored, changed nor deleted any more.

        Asked by :mod:`core.editing` before each write, whoever writes; ``action`` is the one that does.
        """

    def secret_places(self) -> dict[str, Any]:
        """Where each stored secret is sent, by its field. A secret does not go elsewhere: it is entered again."""
        return {}

    def log_security(self, *, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Called by ``core.editing`` within each write: what concerns who gets in is logged as a security event."""

    def shows_money_to(self, user: Any) -> bool:
        """Whether ``user`` may see :attr:`money_fields`: by the record that this one belongs to. ``None``: Accord."""
        if user is None:
            return True
        if self.commercial:
            return can(user, Permission.VIEW, self)
        root = self.root
        if root.pk is None:  # what is not stored yet hides nothing
            return True
        return isinstance(root, Record) and can(user, Permission.VIEW_MONEY, root)

    @property
    def is_frozen(self) -> bool:
        """Whether it, or what it is part of, is archived: readable, and changed by nobody."""
        try:
            return getattr(self.root, "archived_at", None) is not None
        except (ObjectDoesNotExist, AttributeError):  # not saved yet, and without a parent
            return False

    @property
    def root(self) -> models.Model:
        """The record whose page tells this record's history: a task's is its project, a contact's its account."""
        return self


def from_source(name: str) -> models.UniqueConstraint:
    """One row per source and external id; rows made by hand have neither."""
    return models.UniqueConstraint(
        fields=["source", "external_id"], condition=~Q(external_id=""), name=f"{name}_from_source"
    )
