"""What the frame of a page is made of: its actions, facts, badges, breadcrumb and tabs.

Templates read the same names (``shell/record.html`` and ``shell/parts``); mypy finds what a page forgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Action:
    """A button or a link that does something: ``more`` moves it into the menu, ``key`` is its keyboard shortcut.

    ``method`` is "post" where it changes something at once, "delete" where it takes something back.
    """

    label: str
    url: str
    icon: str = ""
    primary: bool = False
    danger: bool = False
    drawer: bool = False
    more: bool = False
    key: str = ""
    method: Literal["", "post", "delete"] = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value; ``missing`` stands where there is none, ``hint`` says how it is computed."""

    label: str
    value: Any = None
    url: str = ""
    tone: str = ""
    missing: str = "Not set"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    label: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the breadcrumb; the last one, this page, has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a record, a section of the navigation, or a way to look at a list."""

    label: str
    url: str
    active: bool = False
    count: int | None = None
