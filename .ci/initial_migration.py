"""Fold what changed in an app's models into its one migration, as decision 21 wants it until the first release.

    python .ci/initial_migration.py projects

Other apps depend on that migration, so it can neither be deleted and made anew nor be updated by ``makemigrations``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ["ACCORD_HOME"] = tempfile.mkdtemp()
os.environ["ACCORD_ENV"] = "development"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.config.settings")

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db.migrations.autodetector import MigrationAutodetector  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel  # noqa: E402
from django.db.migrations.operations.base import Operation  # noqa: E402
from django.db.migrations.optimizer import MigrationOptimizer  # noqa: E402
from django.db.migrations.questioner import InteractiveMigrationQuestioner  # noqa: E402
from django.db.migrations.state import ProjectState  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402


def fold(app: str) -> str:
    """Write the app's initial migration with its models as they are now; the answer says what was done."""
    for name in [name for name in sys.modules if ".migrations." in name]:
        del sys.modules[name]  # what was folded before is read anew
    loader = MigrationLoader(None)
    asked = InteractiveMigrationQuestioner(specified_apps={app})
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), asked)
    made = found.changes(graph=loader.graph, trim_to_apps={app}).get(app, [])
    if not made:
        return f"Nothing has changed in {app}."
    initial = loader.get_migration(app, "0001_initial")
    operations = [*initial.operations, *(operation for each in made for operation in each.operations)]
    initial.operations = within_models(MigrationOptimizer().optimize(operations, app))
    others = {place for each in made for place in each.dependencies if place[0] != app}
    known = [("__setting__", "AUTH_USER_MODEL") if hasattr(each, "setting") else each for each in initial.dependencies]
    initial.dependencies = [*known, *sorted(others - set(initial.dependencies))]
    writer = MigrationWriter(initial, include_header=False)
    Path(writer.path).write_text(in_one_go(writer.as_string()))
    return "\n".join(operation.describe() for each in made for operation in each.operations)


def in_one_go(written: str) -> str:
    """The same with our own base, which a first start waits less for (``core/initial_migration.py``)."""
    imports, _, rest = written.partition("\n\nclass Migration(migrations.Migration):\n\n    initial = True\n")
    own = "\nfrom accord.core.initial_migration import InitialMigration\n"
    return f"{imports.rstrip()}\n{own}\n\nclass Migration(InitialMigration):\n{rest}" if rest else written


def within_models(operations: list[Operation]) -> list[Operation]:
    """Indexes and constraints as part of the models that they are on: each of its own costs a tenth of a second.

    Where a field is added later, because two models refer to each other, they stay behind it.
    """
    later = {each.model_name_lower for each in operations if isinstance(each, AddField)}
    models = {each.name_lower: each for each in operations if isinstance(each, CreateModel)}
    left = []
    for each in operations:
        kind = "indexes" if isinstance(each, AddIndex) else "constraints" if isinstance(each, AddConstraint) else ""
        if kind and each.model_name_lower in models and each.model_name_lower not in later:
            added = each.index if kind == "indexes" else each.constraint
            models[each.model_name_lower].options.setdefault(kind, []).append(added)
        else:
            left.append(each)
    return left


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(fold(name))
