"""Every text of the product that a person reads, with the place it stands at."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
SOURCE = REPOSITORY / "src" / "accord"
# Texts of programs: names of columns in foreign files, SQL, templates of code.
FOREIGN = {"exchange/importers/headers.py", "exchange/importers/synonyms.py", "core/search/schema.py"}
READ = re.compile(r'(?:aria-label|title|placeholder|alt|data-confirm[\w-]*)="([^"]*)"')
CODE = re.compile(r"SELECT|CREATE |<\w|https?://|^[\w./:{}-]*$")


@cache
def product_texts() -> list[tuple[str, int, str]]:
    """File, line and text of templates, of string constants that are no keys, and of the front end."""
    return list(_texts())


def _texts() -> Iterator[tuple[str, int, str]]:
    for path in sorted(SOURCE.rglob("*")):
        name = str(path.relative_to(SOURCE))
        if name in FOREIGN or {"migrations", "static", "__pycache__", "demo"} & set(path.parts):
            continue
        if path.suffix in (".html", ".txt"):
            yield from ((name, line, text) for line, text in _of_template(path.read_text()))
        elif path.suffix == ".py":
            yield from ((name, line, text) for line, text in _of_python(path.read_text()))
    frontend = REPOSITORY / "frontend"
    for path in sorted(p for p in frontend.rglob("*.ts") if not {"node_modules", "tests"} & set(p.parts)):
        name = str(path.relative_to(REPOSITORY))
        yield from ((name, line, text) for line, text in _of_typescript(path.read_text()))


def _of_template(source: str) -> Iterator[tuple[int, str]]:
    source = _blank(re.compile(r"\{% comment.*?endcomment %\}|\{#.*?#\}", re.S), source)
    for found in re.finditer(r"""[=:( ]_\((?:"([^"]*)"|'([^']*)')\)""", source):
        yield _line(source, found.start()), found[1] or found[2]
    source = re.sub(r"""\{% translate (?:"([^"]*)"|'([^']*)')[^%]*%\}""", lambda found: found[1] or found[2], source)
    source = _blank(re.compile(r"\{%.*?%\}|\{\{.*?\}\}"), source)
    for found in READ.finditer(source):
        yield _line(source, found.start()), " ".join(found[1].split())
    for number, line in enumerate(_blank(re.compile(r"<[^>]*>"), source, "\n").split("\n"), 1):
        if re.search(r"[A-Za-z]{2}", line):
            yield number, line.strip()


def _blank(pattern: re.Pattern[str], source: str, instead: str = " ") -> str:
    return pattern.sub(lambda found: "\n" * found[0].count("\n") or instead, source)


def _line(source: str, offset: int) -> int:
    return source.count("\n", 0, offset) + 1


def _of_python(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    silent = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # docstrings
            silent.add(id(node.value))
        if isinstance(node, ast.keyword) and node.arg == "event":
            silent |= {id(each) for each in ast.walk(node.value)}
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("rng", "startswith")
        ):
            silent |= {id(each) for each in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            is_label = re.fullmatch(r"[A-Z][a-z]+", node.value)
            if is_label or not CODE.search(node.value):
                yield node.lineno, node.value


def _of_typescript(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.split("\n"), 1):
        if not line.strip().startswith(("*", "/")):
            for text in re.findall(r'"([^"]*[A-Za-z]{2} [^"]*)"|`([^`]*[A-Za-z]{2} [^`]*)`', line):
                yield number, text[0] or text[1]
