"""Writes the part of the API's OpenAPI document that the islands use: ``python frontend/openapi.py``.

``npm run types`` then makes ``api.d.ts`` of it. Both files are in the repository, and tests compare them with the code.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("openapi.json")
USED = re.compile(
    r"^/api/(people|projects/\{pk\}/plan(/changes|/undo|/redo|/beside/\{key\})?"
    r"|money/time/(cells|choices)|money/timesheets/rows)$"
)


def document() -> dict[str, Any]:
    """The paths the islands ask, with the schemas these name, however deep."""
    from accord.api.api import api

    whole: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/")))
    schemas = whole["components"]["schemas"]
    paths = {path: found for path, found in whole["paths"].items() if USED.match(path)}
    needed: dict[str, Any] = {}
    waiting = [paths]
    while waiting:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(waiting.pop())):
            if name not in needed:
                needed[name] = schemas[name]
                waiting.append(schemas[name])
    return {
        "openapi": whole["openapi"],
        "info": {"title": "Accord, as far as the islands use it", "version": "0"},
        "paths": _untitled(paths),
        "components": {"schemas": _untitled(dict(sorted(needed.items())))},
    }


def _untitled(part: Any) -> Any:
    """Without the titles that repeat names: they would be half of the file."""
    if isinstance(part, list):
        return [_untitled(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {key: _untitled(value) for key, value in part.items() if key != "title" or not isinstance(value, str)}


def text() -> str:
    return json.dumps(document(), indent=1) + "\n"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.config.settings")
    django.setup()
    FILE.write_text(text())
