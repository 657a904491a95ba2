"""No rule is passed by: what is created by one action alone is stored nowhere else (decision 24).

``core.editing`` refuses at run time what comes through it; this test finds what does not: rows stored past it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from accord.core.models import Record

SOURCE = Path(__file__).parents[1] / "src" / "accord"
MANAGER_METHODS = {
    "create", "get_or_create", "update_or_create", "bulk_create", "aget_or_create", "acreate", "create_user",
}  # fmt: skip
# Who stores them: the action itself, and whatever writes many rows at once with a reason of its own.
STORED_BY = {
    "Account": {
        "demo/accounts.py",  # with a past of its own: events are written by the demo's trail
    },
    "Affiliation": {"demo/accounts.py"},
    "Expense": {"demo/expenses.py"},
    "Invoice": {"demo/invoices.py"},
    "Payment": set[str](),
    "PeriodLock": set[str](),
    "Plan": {"projects/actions/what_if.py"},
    "Project": set[str](),
    "ProjectMember": {"demo/projects.py"},
    "Reimbursement": {"demo/expenses.py"},
    "Request": {"demo/client_requests.py"},  # in all states that requests can be in
    "StatusReport": set[str](),
    "TimeEntry": {"demo/weeks.py"},
    "Timer": set[str](),
    "User": {"people/actions/invite_user.py"},
}


def guarded() -> set[str]:
    return {model.__name__ for model in apps.get_models() if issubclass(model, Record) and model.creating_action}


def storing(tree: ast.AST, names: set[str]) -> Iterator[tuple[str, int]]:
    """Where a row of one of the models ``names`` is stored, by a method of its manager or its own ``save``."""
    made = {
        target.id: call.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(call := node.value, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in names
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of, method = node.func.value, node.func.attr
        if method in MANAGER_METHODS and isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name):
            if of.value.id in names:
                yield of.value.id, node.lineno
        elif method in ("save", "save_base"):
            if isinstance(of, ast.Name) and of.id in made:
                yield made[of.id], node.lineno
            elif isinstance(of, ast.Call) and isinstance(of.func, ast.Name) and of.func.id in names:
                yield of.func.id, node.lineno


def test_what_has_an_action_of_its_own_is_stored_nowhere_else() -> None:
    assert guarded() == set(STORED_BY)
    found: dict[str, set[str]] = {name: set() for name in STORED_BY}
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for name, _ in storing(ast.parse(path.read_text()), guarded()):
            found[name].add(str(path.relative_to(SOURCE)))
    assert found == STORED_BY


def test_the_actions_exist_and_are_keyword_only() -> None:
    names = {model.creating_action for model in apps.get_models() if issubclass(model, Record)}
    for model in apps.get_models():
        if issubclass(model, Record):
            names |= set(model.changing_actions.values())
            assert set(model.changing_actions) <= {field.name for field in model._meta.get_fields()}, model
    defined = {
        node.name: node
        for path in SOURCE.glob("*/actions/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    for name in names - {""}:
        assert name in defined, name
        assert not defined[name].args.args, f"{name} takes keywords only"


def test_the_search_finds_what_it_is_for() -> None:
    code = """
Project.objects.create(name="a")
project = Project(name="b")
project.save(force_insert=True)
Project(name="c").save()
User.objects.bulk_create([])
other = Task()
other.save()
Project(account=a).allows(user, action)
"""
    found = sorted(storing(ast.parse(code), {"Project", "User"}))
    assert found == [("Project", 2), ("Project", 4), ("Project", 5), ("User", 6)]
