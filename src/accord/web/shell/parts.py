"""What the frame of a page consists of: its actions, facts, badges, breadcrumb, tabs and panels.

Templates read the same names (``shell/record.html`` and ``shell/parts``); mypy finds what a page forgets. Columns,
cells and rows of tables are in ``list_parts.py``, figures in ``numbers.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext


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

    @classmethod
    def new(cls, label: str, url: str) -> Action:
        """The button that opens the form of a new record: the main one of its page."""
        return cls(label, url, icon="plus", primary=True, drawer=True, key="n")

    @classmethod
    def edit(cls, url: str) -> Action:
        """The button that opens the form of the record that the page shows."""
        return cls(gettext("Edit"), url, icon="pencil", drawer=True, key="e")


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value; ``missing`` stands where there is none ("Not set"), ``hint`` says how it is computed."""

    label: str
    value: Any = None
    url: str = ""
    tone: str = ""
    missing: str = ""
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


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page, where nothing but its name is shown."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Empty:
    """What a page or card says where it has nothing to show: a title, what belongs here, and the way to add it."""

    title: str
    text: str = ""
    icon: str = ""
    action: Action | None = None


def no_matching(noun: str) -> Empty:
    """What a list says whose filters leave nothing."""
    return Empty(
        gettext("No matching %(noun)s") % {"noun": noun}, gettext("Try other filters or clear them."), icon="filter"
    )
