"""What a page says about a chart: its shape (a file in ``frontend/charts``), its data, and what differs besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def drawing(
    shape: str, data: Mapping[str, Sequence[Mapping[str, Any]]], *, outlines: str = "", **params: Any
) -> dict[str, Any]:
    """The ``spec`` of a chart: named data sets and the parameters that the shape declares.

    A row's ``tip`` is what its tooltip shows: labels with texts, written here as on the rest of the page. ``outlines``
    is the address of the countries' outlines, for a map.
    """
    found: dict[str, Any] = {"shape": shape, "data": data}
    if params:
        found["params"] = params
    if outlines:
        found["outlines"] = outlines
    return found
