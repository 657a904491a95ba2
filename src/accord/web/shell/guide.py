"""The guides of ``docs/guide``, by section: what a page's help link opens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString

from accord.web.shell.text import markdown

# Beside the package once it is installed (see pyproject.toml), else in the source tree.
INSTALLED = Path(__file__).parents[2] / "guide"
FOLDER = INSTALLED if INSTALLED.is_dir() else Path(__file__).parents[4] / "docs" / "guide"

ORDER = ("member", "account-manager", "project-manager", "finance", "administrator", "importing", "analyzing-files")


@dataclass(frozen=True, slots=True)
class GuideSection:
    title: str
    anchor: str
    text: str

    @property
    def html(self) -> SafeString:
        return markdown(self.text)


@dataclass(frozen=True, slots=True)
class Guide:
    name: str
    title: str
    sections: tuple[GuideSection, ...]

    @property
    def anchors(self) -> frozenset[str]:
        return frozenset(section.anchor for section in self.sections)


@cache
def guide(name: str) -> Guide | None:
    """The guide of that name, None where there is none."""
    if name not in ORDER:
        return None
    head, *parts = re.split(r"(?m)^## ", (FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    sections = []
    for part in parts:
        title, _, text = part.partition("\n")
        sections.append(GuideSection(title.strip(), anchor_of(title), _linked(text)))
    return Guide(name, head.partition("\n")[0].removeprefix("# ").strip(), tuple(sections))


def guides() -> list[Guide]:
    return [found for name in ORDER if (found := guide(name))]


def anchor_of(title: str) -> str:
    """The anchor of a heading, as GitHub makes it: the same link works there and here."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def help_address(place: str) -> str:
    """The address of ``guide#anchor``."""
    name, _, anchor = place.partition("#")
    return reverse("help-guide", args=[name]) + (f"#{anchor}" if anchor else "")


def _linked(text: str) -> str:
    """Links to other guides lead to their pages here; what explains a formula is in the source only."""
    text = re.sub(r"\]\(([a-z-]+)\.md(#[\w-]+)?\)", lambda m: f"]({help_address(m[1] + (m[2] or ''))})", text)
    return re.sub(r"\[([^\[\]]{1,200})\]\(\.\./[^()]{1,200}\)", r"\1", text)
