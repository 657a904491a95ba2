"""The first migration of an app, applied in one go."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation


class InitialMigration(migrations.Migration):
    """Creates all models of an app from the state in which the migration leaves them.

    Django draws up all models that are related to a new one, and those related to them, after each operation: with 150
    models a first start spent twenty seconds on it. Here that happens once for each app. Nothing but models, with what
    belongs to them, can be in such a migration; ``.ci/initial_migration.py`` writes them.
    """

    initial = True

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)  # drawn up anew, and once, when the first table is made
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            if _makes_a_table(operation):
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


def _makes_a_table(operation: Operation) -> bool:
    """A table is made with the fields, indexes and constraints that later operations add to its model."""
    if isinstance(operation, migrations.CreateModel):
        return True
    if isinstance(operation, migrations.AddField | migrations.AddIndex | migrations.AddConstraint):
        return False
    raise TypeError(f"An initial migration can't {operation.describe()}.")
