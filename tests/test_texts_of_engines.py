"""Engines and the command line, which know no Django, mark what they say, too: `engines.texts`, `cli.texts`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from accord.engines.texts import Text, TextError, gettext_lazy, joined, ngettext_lazy

SOURCE = Path(__file__).parents[1] / "src" / "accord"
MARKERS = {"gettext", "ngettext", "gettext_lazy", "ngettext_lazy", "gettext_noop"}
# What only a programmer meets says it in plain English.
PLAIN = {"ValueError", "IndexError", "TypeError", "AssertionError"}
# Phrases that nobody reads: the checker of plans by which tests and benchmarks judge the search, a plan made up to
# compile the engines, a representation, codes in JSON, SQL, what an invoice's XML must say, and the markup of files.
UNREAD = {
    "engines/warm_up.py": r".",
    "cli/analyze_plan.py": r"^at (least|most)$",
    "engines/levelling/check.py": r".",
    "engines/calendars/working_time.py": r"^<WorkCalendar",
    "cli/archive.py": r"^(PRAGMA|SELECT|DELETE) ",
    "cli/check.py": r"^SHOW ",
    "cli/report_html.py": r"^\s*(<|:root| class=| style=)",
    "cli/report_svg.py": r"^(<| stroke-)",
    "cli/import_file.py": r"^ \(--option ",
    "engines/invoices/cii.py": r"^Project reference$",
}
# What shows its first argument (or the one of this number) at the terminal, a single word, too.
SHOWN = {
    "echo": 0, "confirm": 0, "prompt": 0, "BadInput": 0, "Refused": 0, "ClickException": 0, "UsageError": 0,
    "BadParameter": 0, "print_table": 0, "Report": 0, "Note": 0, "Table": 0, "Figures": 0, "LineChart": 0,
    "BarChart": 0, "Lazy": 1,
}  # fmt: skip
NAMED = {"help", "caption"}
# The same in every language.
SAME = {"Accord", "UID", "AUC", "MAE", "RMSE", "CSV"}


@cache
def _trees() -> list[tuple[str, ast.Module]]:
    paths = sorted(path for folder in ("engines", "cli") for path in (SOURCE / folder).rglob("*.py"))
    return [(str(path.relative_to(SOURCE)), ast.parse(path.read_text())) for path in paths]


def test_no_phrase_is_left_unmarked() -> None:
    wrong = [
        f"{name}:{node.lineno} {text!r}"
        for name, tree in _trees()
        for node, text in _bare(tree)
        if re.search(r"[a-z]{2,}\W? \W?[a-z]{2,}|[A-Z][a-z]+ [a-z]{2,}", text)
        and not re.search(UNREAD.get(name, "(?!)"), text)
    ]
    assert not wrong, "mark with gettext_lazy (engines) or gettext (cli):\n" + "\n".join(wrong)


def test_no_word_of_the_terminal_is_left_unmarked() -> None:
    wrong = [
        f"{name}:{node.lineno} {ast.unparse(node)[:100]}"
        for name, tree in _trees()
        if name.startswith("cli/")
        for node in _shown(tree)
        if any(re.search(r"[a-z]{2}", text) and text not in SAME for text in _words(node))
    ]
    assert not wrong, "mark with gettext:\n" + "\n".join(wrong)


def test_commands_say_what_they_do_in_a_marked_text() -> None:
    wrong = [
        f"{name} {function.name}"
        for name, tree in _trees()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        and ast.unparse(decorator.func) == "click.command"
        and not any(word.arg == "help" for word in decorator.keywords)
    ]
    assert not wrong, "give click.command a help=gettext(…); a docstring can't be translated:\n" + "\n".join(wrong)


def test_errors_that_readers_see_carry_a_text() -> None:
    """Whoever catches an error of an engine's own type does so to show it."""
    wrong = [
        f"{path.relative_to(SOURCE)} {error.__name__}"
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).parts[0] != "engines"
        for error in _caught(ast.parse(path.read_text()))
        if not issubclass(error, TextError)
    ]
    assert not wrong, "derive it from TextError:\n" + "\n".join(wrong)


def _caught(tree: ast.Module) -> Iterator[type]:
    """The errors of engines that a module catches."""
    names = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("accord.engines")
        for alias in node.names
    }
    for handler in ast.walk(tree):
        if isinstance(handler, ast.ExceptHandler) and handler.type is not None:
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            for kind in kinds:
                first, *rest = ast.unparse(kind).split(".")
                if first in names:
                    module, name = names[first]
                    found = getattr(import_module(f"{module}.{name}"), *rest) if rest else _attribute(module, name)
                    yield found


def _attribute(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def test_text_errors_are_raised_with_texts() -> None:
    wrong = []
    for name, tree in _trees():
        module = import_module(f"accord.{name.removesuffix('.py').replace('/', '.').removesuffix('.__init__')}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                error = getattr(module, node.exc.func.id, None)
                if isinstance(error, type) and issubclass(error, TextError):
                    bare = [each for each in node.exc.args if isinstance(each, ast.JoinedStr)]
                    wrong += [f"{name}:{node.lineno} {ast.unparse(each)}" for each in bare]
    assert not wrong, "write gettext_lazy with named values:\n" + "\n".join(wrong)


def test_every_placeholder_has_its_value() -> None:
    wrong = []
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in ("gettext_lazy", "ngettext_lazy"):
                given = {word.arg for word in node.keywords} | ({"count"} if _called(node)[0] == "n" else set())
                named = {found for text in _templates(node) for found in re.findall(r"%\((\w+)\)", text)}
                if None not in given and not named <= given:
                    wrong.append(f"{name}:{node.lineno} {sorted(named - given)}")
            elif isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call) and isinstance(node.right, ast.Dict):
                keys = {key.value for key in node.right.keys if isinstance(key, ast.Constant)}
                named = {found for text in _templates(node.left) for found in re.findall(r"%\((\w+)\)", text)}
                if _called(node.left) in MARKERS and named != keys:
                    wrong.append(f"{name}:{node.lineno} {sorted(named ^ keys)}")
    assert not wrong, "\n".join(wrong)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _templates(call: ast.Call) -> list[str]:
    return [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _bare(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Texts that stand outside of markers, docstrings and plain errors."""
    if isinstance(tree, ast.Call) and _called(tree) in MARKERS:
        for keyword in tree.keywords:
            yield from _bare(keyword.value)
        return
    if isinstance(tree, ast.Raise) and isinstance(tree.exc, ast.Call) and _called(tree.exc) in PLAIN:
        return
    if isinstance(tree, ast.Compare) or (isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)):
        return
    if isinstance(tree, ast.Dict):
        for value in tree.values:
            yield from _bare(value)
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree, tree.value
    elif isinstance(tree, ast.JoinedStr):
        yield tree, "".join(part.value if isinstance(part, ast.Constant) else "…" for part in tree.values)
        for part in tree.values:
            if isinstance(part, ast.FormattedValue):
                yield from _bare(part.value)
    else:
        for child in ast.iter_child_nodes(tree):
            yield from _bare(child)


def _shown(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = SHOWN.get(_called(node))
            if place is not None and len(node.args) > place:
                yield node.args[place]
            yield from (keyword.value for keyword in node.keywords if keyword.arg in NAMED)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            side = node.elts[1]
            if isinstance(side, ast.Constant) and side.value in ("left", "right"):
                yield node.elts[0]  # the heading of a column


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value for part in node.values if isinstance(part, ast.Constant)).removeprefix("accord: ")
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


GERMAN = {
    "due %(day)s, not finished": "fällig am %(day)s, nicht fertig",
    "%(first)s, said of %(text)s": "von %(text)s gesagt: %(first)s",
    "an estimate": "eine Schätzung",
}


def _said(text: Text) -> str:
    return text.said(
        lambda template: GERMAN.get(template, template),
        lambda one, many, count: "%(count)s Vorgang" if count == 1 else "%(count)s Vorgänge",
    )


def test_a_text_is_its_english_and_can_be_said_otherwise() -> None:
    due = gettext_lazy("due %(day)s, not finished", day=date(2026, 12, 3))
    assert (due, _said(due)) == ("due 3 Dec 2026, not finished", "fällig am 3 Dec 2026, nicht fertig")
    within = gettext_lazy("%(first)s, said of %(text)s", first=1, text=gettext_lazy("an estimate"))
    assert (within, _said(within)) == ("1, said of an estimate", "von eine Schätzung gesagt: 1")
    both = joined([due, gettext_lazy("100% done")])
    assert (both, _said(both)) == (f"{due}; 100% done", f"{_said(due)}; 100% done")


@pytest.mark.parametrize(("count", "english", "german"), [(1, "1 task", "1 Vorgang"), (3, "3 tasks", "3 Vorgänge")])
def test_a_text_counts(count: int, english: str, german: str) -> None:
    text = ngettext_lazy("%(count)s task", "%(count)s tasks", count)
    assert (text, _said(text)) == (english, german)
