"""Text that people write is never markup: what the pages trust stands, with its reason, in ``trusted_markup.json``.

``tests/browser/test_markup.py`` looks at the same in a browser, with every route and every text column.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accord.people.models import Calendar
from tests.factories import browser_of
from tests.world import World

ROOT = Path(__file__).parents[2]
PRODUCT, FRONTEND = ROOT / "src/accord", ROOT / "frontend"
TRUSTED = json.loads((Path(__file__).parent / "trusted_markup.json").read_text())

IN_PYTHON = re.compile(r"\b(?:mark_safe|SafeString|SafeText)\(|\bis_safe=True|\bautoescape=False|__html__")
IN_TEMPLATES = re.compile(r"\|\s*safe(?:seq)?\b|\bautoescape\s+off\b")
IN_SCRIPTS = re.compile(
    r"\b(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|createContextualFragment|DOMParser|document\.write|setHTMLUnsafe"
    r"|[`'\"][^`'\"]*</?[a-z]+[ >$]"
)


def _lines(folder: Path, ending: str, wanted: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob(f"*{ending}")):
        if {"node_modules", "build", "tests"} & set(path.parts):
            continue
        for line in path.read_text().splitlines():
            if wanted.search(line) and not line.lstrip().startswith(("#", "//", "*", "/*")):
                yield str(path.relative_to(ROOT)), line.strip()


def _built_formats() -> Iterator[tuple[str, str]]:
    """Calls of ``format_html`` whose text is not a constant: what was put into it before is not escaped."""
    for path in sorted(PRODUCT.rglob("*.py")):
        source = path.read_text()
        if "format_html" not in source and "markup" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in {
                "format_html",
                "format_html_join",
                "markup",
            }:
                continue
            texts = node.args[:2] if node.func.id == "format_html_join" else node.args[:1]  # type: ignore[attr-defined]
            if not all(isinstance(text, ast.Constant) for text in texts) or len(node.args) < 2:
                yield str(path.relative_to(ROOT)), ast.get_source_segment(source, node) or ""


def trusting() -> list[tuple[str, str]]:
    """Every place that takes text for markup: file and line of code."""
    return [
        *_lines(PRODUCT, ".py", IN_PYTHON),
        *_lines(PRODUCT, ".py", IN_TEMPLATES),
        *_lines(PRODUCT, ".html", IN_TEMPLATES),
        # Texts of emails are plain; email/letter.html makes the HTML of them and escapes it.
        *(row for row in _lines(PRODUCT, ".txt", IN_TEMPLATES) if "/email/" not in row[0]),
        *_lines(FRONTEND, ".ts", IN_SCRIPTS),
        *_built_formats(),
    ]


def test_markup_is_trusted_only_with_a_reason() -> None:
    without = [
        f"{file}: {code}"
        for file, code in trusting()
        if not any(row["file"] == file and row["code"] in code for row in TRUSTED)
    ]
    assert without == [], "escape it, or give the reason in tests/web/trusted_markup.json"
    assert all(len(row["reason"]) > 20 for row in TRUSTED)


def test_no_reason_is_left_that_nobody_needs() -> None:
    found = trusting()
    idle = [row for row in TRUSTED if not any(row["file"] == f and row["code"] in code for f, code in found)]
    assert idle == []


@pytest.mark.parametrize(
    "code",
    ["{{ x|safe }}", "{% autoescape off %}", "{{ x | safe }}", "{{ x|default:y|safeseq|join:z }}"],
)
def test_the_scan_sees_trust_in_templates(code: str) -> None:
    assert IN_TEMPLATES.search(code)


@pytest.mark.parametrize(
    "code",
    ["a.innerHTML = b", "a.outerHTML += b", "a.insertAdjacentHTML('x', y)", "`<b>${name}</b>`", "'<i class=' + x"],
)
def test_the_scan_sees_trust_in_scripts(code: str) -> None:
    assert IN_SCRIPTS.search(code)


class _Written(HTMLParser):
    """Finds what people wrote at length that stands outside of ``hx-disable``."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle", "use"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append((tag, "hx-disable" in dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        for written in re.findall(r"\{\{[^}]*(?:\|linebreaks|\|urlize|_html\b)[^}]*\}\}", data):
            if not any(disabled for _, disabled in self.open):
                self.bare.append(written)


def test_htmx_never_looks_into_what_people_wrote() -> None:
    bare, seen = [], 0
    for path in sorted(PRODUCT.rglob("*.html")):
        if path.parent.name == "email":  # read in a mail program, where there is no htmx
            continue
        source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{%[^%]*%\}", "", path.read_text(), flags=re.DOTALL)
        seen += len(re.findall(r"\|linebreaks|\|urlize|_html \}\}", source))
        reader = _Written()
        reader.feed(source)
        bare += [f"{path.relative_to(PRODUCT)}: {written}" for written in reader.bare]
    assert bare == [], "put hx-disable on the element around it"
    assert seen > 15, "the search finds what it looks for"


def test_htmx_evaluates_nothing_and_hands_nothing_down() -> None:
    config = (FRONTEND / "shell/htmx.ts").read_text()
    for line in ("allowEval: false", "allowScriptTags: false", "selfRequestsOnly: true", "disableInheritance: true"):
        assert line in config
    pages = [path.read_text() for path in PRODUCT.rglob("*.html")]
    assert not any(re.search(r"hx-inherit|hx-headers|hx-vals|hx-on", page) for page in pages)


HOSTILE = '<b hx-post="/settings/users/new" hx-trigger="load" hx-target="#drawer-body">Works</b>'


@pytest.mark.django_db
def test_the_name_of_a_calendar_is_a_name(world: tuple[World, dict[str, Any]]) -> None:
    """It stands in the help text of the calendars that are based on it."""
    base = Calendar.objects.create(name=HOSTILE[:100])
    calendar = Calendar.objects.create(name="Late shift", base=base)
    client = browser_of(world[0].administrator)
    page = client.get(reverse("calendar-edit", args=[calendar.pk])).content.decode()
    assert "<b hx-post" not in page
    assert "uses the hours of &lt;b hx-post" in page
