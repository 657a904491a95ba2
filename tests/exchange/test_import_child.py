"""Uploads are read in a limited child process."""

from __future__ import annotations

import gzip
from typing import Any

from accord.exchange.models import Import
from accord.people.models import User
from tests.exchange.importing import administrator, bring, problem, uploads

__all__ = ["administrator", "uploads"]


def test_tables_and_plans_come_through_the_child(
    administrator: User, uploads: Any, monkeypatch: Any, document: Any, make_task: Any
) -> None:
    monkeypatch.undo()
    table = bring("accounts", gzip.compress(b"company,city\nAlpha,Kiel\n"), administrator)
    assert table.status == Import.Status.DONE
    plan = bring("plan", document([make_task(1)]), administrator, new_account="Alpha")
    assert plan.status == Import.Status.DONE
    refused = bring("accounts", b"company,city\nAlpha,\x00\n", administrator)
    assert (refused.status, problem(refused)["message"]) == (Import.Status.REFUSED, "contains NUL characters")
