"""What the API answers with: schemas made from the fields that an answer names.

Answers are described, not validated while serving: for a plan of 10,000 tasks that would take seconds. The tests set
``CHECK`` and compare every answer that any of them gets with its schema.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, NotRequired, get_type_hints

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from accord.core.fields import WallTimeField
from accord.core.money_fields import money_fields_of

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
# Plans have no time zone: a moment as the clock on the wall shows it.
WallTime = Annotated[str, Field(json_schema_extra={"format": "date-time", "description": "Without a time zone."})]
Amount = Annotated[str, Field(json_schema_extra={"format": "decimal"})]

EXACT = ConfigDict(extra="forbid")

CHECK: Callable[[Any, int, Any], None] | None = None


class Named(TypedDict):
    """A record by its id and name."""

    __pydantic_config__ = EXACT  # type: ignore[misc]
    id: int
    name: str


def row_of(name: str, model: type[models.Model], fields: tuple[str, ...], **more: Any) -> Any:
    """The schema of what ``values`` makes of the named fields, with ``more`` beside them.

    Amounts can be absent: those who may not see money get an answer without them.
    """
    hidden = money_fields_of(model)
    found: dict[str, Any] = {"id": int}
    for field in fields:
        kind = _type_of(model, field)
        found[field] = NotRequired[kind] if field in hidden else kind
    return exactly(name, found | more)


def exactly(name: str, fields: dict[str, Any]) -> Any:
    """A schema of these fields and no others."""
    made: Any = TypedDict(name, fields)  # type: ignore[operator]
    made.__pydantic_config__ = EXACT
    return made


def many(row: Any) -> Any:
    """The schema of a list of such rows."""
    return list[row]


def page_of(row: Any, **more: Any) -> Any:
    """The schema of a page of a list."""
    return exactly(f"{row.__name__}Page", {"count": int, "next_offset": int | None, "items": many(row)} | more)


def _type_of(model: type[models.Model], name: str) -> Any:
    found = getattr(model, name, None)
    if isinstance(found, property):
        return _PLAIN.get(get_type_hints(found.fget).get("return"), Any)
    field: Any = model._meta.get_field(name)
    kind = _kind(field)
    return kind | None if field.null or field.is_relation else kind


def _kind(field: Any) -> Any:
    if field.is_relation:
        return list[Named] if field.many_to_many else Named
    if field.choices:
        values = [value for value, _ in field.flatchoices]
        return Literal[(*values, *([""] if field.blank and isinstance(values[0], str) else ()))]
    for kind, plain in _FIELDS:
        if isinstance(field, kind):
            return plain
    return Any


_PLAIN: dict[Any, Any] = {str: str, int: int, bool: bool, float: float}
_FIELDS: tuple[tuple[Any, Any], ...] = (
    (models.BooleanField, bool),
    (models.DecimalField, Amount),
    (models.FloatField, float),
    (WallTimeField, WallTime),
    (models.DateTimeField, Moment),
    (models.DateField, Day),
    (models.IntegerField, int),
    (models.CharField, str),
    (models.TextField, str),
)


def describe_only(api: NinjaAPI) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator of every operation: its answer goes out as it is."""

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            result = view(request, *args, **kwargs)
            status, body = result if isinstance(result, tuple) else (200, result)
            if body is None or isinstance(body, HttpResponseBase):
                return result
            response = api.create_response(request, body, status=status)
            if CHECK is not None:
                CHECK(view, status, response)
            return response

        return answer

    return decorator
