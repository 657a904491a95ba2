"""The first migrations make at once what Django makes step by step."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accord.core.initial_migration import InitialMigration

OURS = [app for app in apps.get_app_configs() if app.name.startswith("accord.") and app.models_module]


@pytest.mark.django_db
@pytest.mark.parametrize("label", [app.label for app in OURS])
def test_every_table_has_its_columns_indexes_and_constraints(label: str) -> None:
    with connection.cursor() as cursor:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            table = model._meta.db_table
            columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            assert columns == {field.column for field in model._meta.local_concrete_fields}, table
            there = set(connection.introspection.get_constraints(cursor, table))
            named = {each.name for each in (*model._meta.constraints, *model._meta.indexes)}
            # SQLite keeps a check within the table, and has no name for it.
            assert named <= there or connection.vendor == "sqlite", (table, named - there)


def test_the_first_migrations_are_applied_in_one_go() -> None:
    loader = MigrationLoader(None)
    plain = {
        app.label for app in OURS if not isinstance(loader.get_migration(app.label, "0001_initial"), InitialMigration)
    }
    assert plain == {"core"}  # its tables are few, and some are made by hand
