"""A database of another version is refused before anything is changed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accord.cli.installation import Refused, migrate


@pytest.mark.django_db
def test_a_database_of_another_version_is_refused_with_the_way_out() -> None:
    migrate(echo=lambda line: None)
    MigrationRecorder(connection).record_applied("accounts", "0024_secrets")
    with pytest.raises(Refused, match=r"created by another version of Accord.*accord demo --fresh"):
        migrate(echo=lambda line: None)
