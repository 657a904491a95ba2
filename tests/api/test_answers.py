"""What the API answers is declared, and the declaration is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from accord.api.api import api
from tests.api.answers import check, operations

ROOT = Path(__file__).parents[2]


def test_every_route_declares_what_it_answers() -> None:
    """A bare object says nothing: what is in it is declared too."""
    document: Any = api.get_openapi_schema(path_prefix="/api/")
    bare = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                if int(status) == 204:
                    continue
                content = answer.get("content", {})
                if content.get("application/octet-stream", {}).get("schema", {}).get("format") == "binary":
                    continue
                schema = content.get("application/json", {}).get("schema", {})
                described = schema.get("$ref") or schema.get("items", {}).get("$ref")
                if not described:
                    bare.append(f"{method} {path} {status}")
    assert bare == []
    assert len(operations()) > 80


def test_every_object_an_answer_holds_names_its_fields() -> None:
    """A field that is left to chance (no type at all) is one of these few, which hold what somebody else made."""
    free = {
        *((name, "custom") for name in (
            "AccountOut", "ContactOut", "NewContactOut", "ContactOfAccount", "OpportunityOut", "AgreementOut",
            "AgreementWithUse", "ProjectOut", "RequestOut", "TaskOut",
        )),
        ("Me", "roles"), ("Difference", "yours"), ("Difference", "theirs"), ("SimulationAnswer", "planned_cost"),
        ("ClientFigures", "model"), ("ClientFigures", "churn"), ("ClientFigures", "excluded"),
        ("ClientFigure", "contributions"), ("ClientFigure", "calculated"),
        ("ClientFigure", "movement"), ("ClientFigure", "decisions"), ("ClientFigure", "withheld"),
    }  # fmt: skip
    schemas: Any = api.get_openapi_schema(path_prefix="/api/")["components"]["schemas"]
    answers = {name: found for name, found in schemas.items() if found.get("additionalProperties") is False}
    untyped = {
        (name, field)
        for name, found in answers.items()
        for field, kind in found["properties"].items()
        if any(not {"type", "$ref", "enum", "const"} & part.keys() for part in kind.get("anyOf", [kind]))
    }
    assert untyped <= free, sorted(untyped - free)


@pytest.mark.parametrize(
    "answer", [{"stopping": "perhaps"}, {"stopping": True, "more": 1}, {}, []], ids=["type", "more", "less", "list"]
)
def test_an_answer_other_than_declared_is_noticed(answer: Any) -> None:
    (view,) = [view for view in operations() if view.__name__ == "end_levelling"]
    check(view, 200, HttpResponse(json.dumps({"stopping": True})))
    with pytest.raises(AssertionError, match="end_levelling answers other than it declares"):
        check(view, 200, HttpResponse(json.dumps(answer)))
