"""No regular expression of the product takes longer than its text is long: who writes the text could stop it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "accord"
PROBE = Path(__file__).with_name("expressions_probe.py")
METHODS = {"match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn"}


@dataclass
class Expression:
    where: str
    pattern: str | bytes
    flags: int
    methods: set[str] = field(default_factory=set)


def expressions_of(source: str, where: str) -> tuple[list[Expression], list[str]]:
    """Every expression in a module with how it is used, and the calls whose expression is not written there."""
    tree = ast.parse(source)
    found: list[Expression] = []
    unknown: list[str] = []
    named: dict[str, list[Expression]] = {}
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            used.setdefault(_name(node.value), set()).add(node.attr)
        for target, value in _assigned(node):
            inner = [call for call in ast.walk(value) if isinstance(call, ast.Call) and _is_re(call, {"compile"})]
            named.setdefault(target, []).extend(_expression(call, where) for call in inner if _is_written(call))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _is_re(node, METHODS | {"compile"}):
            continue
        if not _is_written(node):
            unknown.append(f"{where}:{node.lineno}")
            continue
        expression = _expression(node, where)
        assert isinstance(node.func, ast.Attribute | ast.Name)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else "search"
        if name != "compile":
            expression.methods.add(name)
        else:
            for target, rows in named.items():
                if any(row.where == expression.where for row in rows):
                    expression.methods |= used.get(target, set())
        expression.methods = expression.methods or {"search"}
        found.append(expression)
    return found, unknown


def _assigned(node: ast.AST) -> list[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        return [(_name(target), node.value) for target in node.targets]
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return [(_name(node.target), node.value)]
    return []


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_re(call: ast.Call, names: set[str]) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id == "RegexValidator"
    return isinstance(function, ast.Attribute) and _name(function.value) == "re" and function.attr in names


def _is_written(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str | bytes)


def _expression(call: ast.Call, where: str) -> Expression:
    argument = call.args[0]
    assert isinstance(argument, ast.Constant)
    assert isinstance(argument.value, str | bytes)
    flags = 0
    for node in [*call.args[1:], *(keyword.value for keyword in call.keywords)]:
        for name in (inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)):
            flags |= getattr(re, name, 0) if name.isupper() else 0
    return Expression(f"{where}:{call.lineno}:{call.col_offset}", argument.value, int(flags))


def slow_ones(expressions: list[Expression]) -> dict[str, str]:
    order = [
        (
            e.where,
            e.pattern.decode("latin-1") if isinstance(e.pattern, bytes) else e.pattern,
            e.flags,
            sorted(e.methods),
            isinstance(e.pattern, bytes),
        )
        for e in expressions
    ]
    done = subprocess.run(
        [sys.executable, str(PROBE)], input=json.dumps(order).encode(), capture_output=True, check=True, timeout=600
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def everywhere() -> tuple[list[Expression], list[str]]:
    found: list[Expression] = []
    unknown: list[str] = []
    for path in sorted(SOURCE.rglob("*.py")):
        some, others = expressions_of(path.read_text(), str(path.relative_to(SOURCE)))
        found += some
        unknown += others
    return found, unknown


# Put together from constants of the module, and probed by tests of their own (tests/core/test_secret_links.py,
# tests/accounts/test_secret_mail.py).
PUT_TOGETHER = {"core/secret_links.py", "core/issued_secrets.py"}


def test_every_expression_is_written_where_it_is_used() -> None:
    """One that is put together, or comes from a person, is run by a linear engine (re2), not by ``re``."""
    _, unknown = everywhere()
    assert {place.partition(":")[0] for place in unknown} == PUT_TOGETHER


def test_every_expression_is_linear() -> None:
    found, _ = everywhere()
    assert len(found) > 30
    assert slow_ones(found) == {}


def test_the_probes_find_what_they_are_for() -> None:
    bad = {
        "quadratic tag": r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<[!?][^<>]*>",
        "exponential": r"^(a+)+$",
        "two blanks": r"^\s*\s*x",
        "from every place": r"jobs\s*\(incl\.[^)]*\)",
        "address": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        "number": r"^\d*\.?\d+$",
    }
    lines = [f"X{n} = re.compile({pattern!r})\nX{n}.search('')" for n, pattern in enumerate(bad.values())]
    found, unknown = expressions_of("import re\n" + "\n".join(lines), "bad")
    assert len(slow_ones(found)) == len(bad)
    assert not unknown
    assert expressions_of("import re\nre.search(given, text)", "x")[1] == ["x:2"]
