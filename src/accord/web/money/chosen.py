"""The rows that a page of many was sent with, each named as ``key.version``."""

from __future__ import annotations

MOST = 500


def chosen_versions(chosen: list[str]) -> dict[int, int]:
    """The version by key of at most 500 rows; what is no such name is skipped."""
    found = {}
    for text in chosen[:MOST]:
        key, _, version = text.partition(".")
        if key.isdecimal() and version.isdecimal() and len(key) < 19 and len(version) < 10:
            found[int(key)] = int(version)
    return found
