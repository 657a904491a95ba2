"""Rules of who may do what: each is both a condition on rows and a yes or no of one record.

Rules are combined with ``&``, ``|`` and ``~``. What belongs to another record takes that one's policy:
:class:`Through`. Put rules that ask no database first: what follows is not asked where they have decided.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import models
from django.db.models import Q

from accord.core.access import Permission, is_among

if TYPE_CHECKING:
    from accord.core.policy import Policy

Rows: TypeAlias = Q | bool  # what a rule leaves of a table: all of it, none of it, or what meets a condition
Model: TypeAlias = type[models.Model]

_UNKNOWN: Any = object()


class Rule(ABC):
    """One condition on an actor and a row."""

    @abstractmethod
    def rows(self, actor: Any, model: Model) -> Rows:
        """The rows of ``model`` for which it holds."""

    @abstractmethod
    def holds(self, actor: Any, record: Any) -> bool:
        """Whether it holds for ``record``, stored or not."""

    def __and__(self, other: Rule) -> Rule:
        return _All((self, other))

    def __or__(self, other: Rule) -> Rule:
        return _Any((self, other))

    def __invert__(self) -> Rule:
        return _Not(self)


@dataclass(frozen=True, slots=True)
class _Always(Rule):
    answer: bool

    def rows(self, actor: Any, model: Model) -> Rows:
        return self.answer

    def holds(self, actor: Any, record: Any) -> bool:
        return self.answer


everyone, nobody = _Always(True), _Always(False)


@dataclass(frozen=True, slots=True)
class _All(Rule):
    rules: tuple[Rule, ...]

    def rows(self, actor: Any, model: Model) -> Rows:
        left: Rows = True
        for rule in self.rules:
            right = rule.rows(actor, model)
            if right is False:
                return False
            left = right if left is True else left if right is True else left & right  # type: ignore[operator]
        return left

    def holds(self, actor: Any, record: Any) -> bool:
        return all(rule.holds(actor, record) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class _Any(Rule):
    rules: tuple[Rule, ...]

    def rows(self, actor: Any, model: Model) -> Rows:
        left: Rows = False
        for rule in self.rules:
            right = rule.rows(actor, model)
            if right is True:
                return True
            left = right if left is False else left if right is False else left | right  # type: ignore[operator]
        return left

    def holds(self, actor: Any, record: Any) -> bool:
        return any(rule.holds(actor, record) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class _Not(Rule):
    rule: Rule

    def rows(self, actor: Any, model: Model) -> Rows:
        rows = self.rule.rows(actor, model)
        return not rows if isinstance(rows, bool) else ~rows

    def holds(self, actor: Any, record: Any) -> bool:
        return not self.rule.holds(actor, record)


class EitherOf(Rule):
    """The same as ``|``, asked as a union: PostgreSQL takes a condition with OR for one that half of all rows meet."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = _Any(rules)

    def rows(self, actor: Any, model: Model) -> Rows:
        parts = [rule.rows(actor, model) for rule in self._rules.rules]
        conditions = [part for part in parts if isinstance(part, Q)]
        if True in parts or not conditions:
            return True in parts
        first, *others = (model._base_manager.filter(part).order_by().values("pk") for part in conditions)
        return Q(pk__in=first.union(*others)) if others else conditions[0]

    def holds(self, actor: Any, record: Any) -> bool:
        return self._rules.holds(actor, record)


class Holding(Rule):
    """The actor holds one of these roles."""

    def __init__(self, *roles: str) -> None:
        self._roles = roles

    def rows(self, actor: Any, model: Model) -> Rows:
        return bool(actor.has_role(*self._roles))

    def holds(self, actor: Any, record: Any) -> bool:
        return bool(actor.has_role(*self._roles))


@dataclass(frozen=True, slots=True)
class Is(Rule):
    """The record's field, or that of a record it names (``person__user``), is the actor."""

    path: str

    def rows(self, actor: Any, model: Model) -> Rows:
        return Q(**{self.path: actor.pk})

    def holds(self, actor: Any, record: Any) -> bool:
        value = _key(record, self.path)
        return value is _UNKNOWN or value == actor.pk


@dataclass(frozen=True, slots=True)
class OfClient(Rule):
    """The record's account is the one of the client's person who asks."""

    path: str

    def rows(self, actor: Any, model: Model) -> Rows:
        return Q(**{self.path: actor.account_id})

    def holds(self, actor: Any, record: Any) -> bool:
        return bool(_key(record, self.path) == actor.account_id)


class Where(Rule):
    """Fields of the record, or of a record it names, have these values; a tuple names several that will do."""

    def __init__(self, **values: Any) -> None:
        self._values: Mapping[str, Any] = values

    def rows(self, actor: Any, model: Model) -> Rows:
        return Q(**{_lookup(path, value): value for path, value in self._values.items() if value is not None}) & Q(
            **{f"{path}__isnull": True for path, value in self._values.items() if value is None}
        )

    def holds(self, actor: Any, record: Any) -> bool:
        for path, wanted in self._values.items():
            value = _value(record, path)
            if value is _UNKNOWN:
                continue
            if value not in wanted if isinstance(wanted, tuple) else value != wanted:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Through(Rule):
    """The record that this one names, by a path, gives the actor ``permission``."""

    path: str
    permission: Permission

    def rows(self, actor: Any, model: Model) -> Rows:
        parent, may_be_empty = _named(model, self.path)
        rows = _policy(parent).rows(actor, self.permission, parent)
        if isinstance(rows, bool):
            return Q(**{f"{self.path}__isnull": False}) if rows and may_be_empty else rows
        return Q(**{f"{self.path}__in": parent._default_manager.filter(rows).order_by().values("pk")})

    def holds(self, actor: Any, record: Any) -> bool:
        named = _value(record, self.path)
        if named is _UNKNOWN:
            return True
        return named is not None and _policy(type(named)).allows(actor, self.permission, named)


@dataclass(frozen=True, slots=True)
class Among(Rule):
    """One of the record's rows ``relation`` names the actor: ``Among("members")``."""

    relation: str
    field: str = "user"

    def rows(self, actor: Any, model: Model) -> Rows:
        related, back = _related(model, self.relation)
        return Q(pk__in=related._base_manager.filter(**{self.field: actor.pk}).order_by().values(back))

    def holds(self, actor: Any, record: Any) -> bool:
        if isinstance(record, Proposed):
            return True
        members, back = _related(type(record), self.relation)
        return record.pk is not None and is_among(actor, members, self.field, back, record.pk)


@dataclass(frozen=True, slots=True)
class Linked(Rule):
    """One of the record's rows ``relation`` gives the actor ``permission``: contacts are seen through affiliations."""

    relation: str
    permission: Permission

    def rows(self, actor: Any, model: Model) -> Rows:
        related, back = _related(model, self.relation)
        rows = _policy(related).rows(actor, self.permission, related)
        if rows is False:
            return False
        return Q(pk__in=_filtered(related._base_manager.all(), rows).order_by().values(back))

    def holds(self, actor: Any, record: Any) -> bool:
        if record.pk is None:
            return False
        related, _ = _related(type(record), self.relation)
        rows = _policy(related).rows(actor, self.permission, related)
        return rows is not False and _filtered(getattr(record, self.relation).all(), rows).exists()


@dataclass(frozen=True, slots=True)
class Has(Rule):
    """The record has rows ``relation``, whoever asks."""

    relation: str

    def rows(self, actor: Any, model: Model) -> Rows:
        related, back = _related(model, self.relation)
        return Q(pk__in=related._base_manager.order_by().values(back))

    def holds(self, actor: Any, record: Any) -> bool:
        return record.pk is not None and getattr(record, self.relation).exists()


class Proposed:
    """A record that does not exist: what is known of it, and the model that says what it could name."""

    pk = None

    def __init__(self, model: Model, known: Mapping[str, Any]) -> None:
        self.model, self.known = model, known


def _value(record: Any, path: str) -> Any:
    """The value at ``path``; ``None`` where a record on the way is missing."""
    for name in path.split("__"):
        if record is None:
            return None
        if isinstance(record, Proposed):
            if name not in record.known:
                return _UNKNOWN
            record = record.known[name]
            continue
        if _is_empty(record, name):
            return None
        record = getattr(record, name)
    return record


def _key(record: Any, path: str) -> Any:
    """The key of the record at ``path``, without fetching the last one."""
    *way, last = path.split("__")
    if way:
        record = _value(record, "__".join(way))
    if record is None or record is _UNKNOWN:
        return record
    if isinstance(record, Proposed):
        value = record.known.get(last, _UNKNOWN)
        return value.pk if isinstance(value, models.Model) else value
    return getattr(record, record._meta.pk.attname if last == "pk" else record._meta.get_field(last).attname)


def _is_empty(record: Any, name: str) -> bool:
    """Whether ``name`` is a relation of ``record`` that names nothing."""
    relation = getattr(type(record), name, None)
    column = getattr(getattr(relation, "field", None), "attname", name)
    return column != name and getattr(record, column) is None and not record._state.fields_cache.get(name)


def _lookup(path: str, value: Any) -> str:
    return f"{path}__in" if isinstance(value, tuple) else path


def _filtered(rows: Any, condition: Rows) -> Any:
    return rows if condition is True else rows.filter(condition)


def _policy(model: Any) -> Policy:
    policy: Policy = model.policy
    return policy


def _named(model: Model, path: str) -> tuple[Model, bool]:
    """The model that ``path`` leads to, and whether it may lead nowhere."""
    may_be_empty = False
    for name in path.split("__"):
        relation: Any = model._meta.get_field(name)
        may_be_empty |= relation.null
        model = relation.related_model
    return model, may_be_empty


def _related(model: Model, relation: str) -> tuple[Model, str]:
    """The model of the rows ``relation`` of ``model``, and the name of their field that names it."""
    descriptor: Any = getattr(model, relation)
    return descriptor.rel.related_model, descriptor.rel.field.name


def either(rules: Iterable[Rule]) -> Rule:
    """Any of ``rules``; nobody, where there is none."""
    return reduce(or_, rules, nobody)
