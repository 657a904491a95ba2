"""A chart gets exactly the data sets and parameters that its shape in ``frontend/charts`` asks for."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# The map draws its towns in a window that a function of its own measures.
WINDOW = {"middle", "wide", "high"}


def asked(shape: dict[str, Any]) -> tuple[set[str], set[str]]:
    layers = [shape, *shape.get("layer", [])]
    data = {layer["data"]["name"] for layer in layers if "data" in layer}
    return data, {each["name"] for each in shape.get("params", [])}


def test_every_chart_gets_what_its_shape_asks_for() -> None:
    shapes = {file.stem: asked(json.loads(file.read_text())) for file in (ROOT / "frontend/charts").glob("*.json")}
    drawn = set()
    for file in (ROOT / "src/accord/web").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "drawing"):
                continue
            shape, data = ast.literal_eval(node.args[0]), node.args[1]
            assert isinstance(data, ast.Dict)
            given = {ast.literal_eval(key) for key in data.keys if key is not None}
            params = {word.arg for word in node.keywords if word.arg} | (WINDOW if shape == "map" else set())
            given |= {"outlines"} & params
            assert (given, params - {"outlines"}) == shapes[shape], f"{shape} in {file.name}"
            drawn.add(shape)
    assert drawn == shapes.keys()
