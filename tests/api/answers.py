"""Compares what the API answers with what it declares; ``tests/conftest.py`` sets it on for every test."""

from __future__ import annotations

import inspect
import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError


@cache
def operations() -> dict[Any, Any]:
    """Every operation of the API by its function."""
    from accord.api.api import api

    return {
        inspect.unwrap(operation.view_func): operation
        for mount in api._get_bound_routers()
        for view in mount.path_operations.values()
        for operation in view.operations
    }


@cache
def schema(view: Any, status: int) -> TypeAdapter[Any]:
    declared = operations()[inspect.unwrap(view)].response_models[status]
    return TypeAdapter(declared.model_fields["response"].annotation)


def check(view: Any, status: int, response: Any) -> None:
    """Raises AssertionError, which no handler of the API catches, where an answer isn't as declared."""
    try:
        schema(view, status).validate_python(json.loads(response.content), strict=False)
    except ValidationError as error:
        raise AssertionError(f"{view.__name__} answers other than it declares: {error}") from error
