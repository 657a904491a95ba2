"""Bringing small files in, and comparing the whole database before and after."""

from __future__ import annotations

import hashlib
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder

from accord.core.subscribers import unit_of_work
from accord.exchange.actions.check import check
from accord.exchange.actions.confirm import confirm
from accord.exchange.actions.upload import upload
from accord.exchange.models import Import
from accord.money.models import InvoiceLine
from accord.people.models import Firm, Role, User

OWN_TRAIL = {
    "sessions.session", "exchange.import", "exchange.importedrecord", "core.event",
    "django_tasks_database.dbtaskresult",
}  # fmt: skip
COUNTERS = {"version", "updated_at"}


def user(*roles: Role, name: str = "") -> User:
    """A sign-in with these roles."""
    name = name or " ".join(roles)
    email = f"{name.lower().replace(' ', '.')}@firm.test"
    return User.objects.create(email=email, name=name, roles=list(roles), password="!")


def bring(
    kind: str,
    data: bytes | str,
    by: Any = None,
    *,
    source: str = "test",
    name: str = "",
    mapping: dict[str, str] | None = None,
    write: bool = True,
    valid_rows_only: bool = False,
    encoding: str = "",
    **options: Any,
) -> Import:
    """Upload, check and, unless there are problems, confirm."""
    with unit_of_work():
        content = data.encode() if isinstance(data, str) else data
        name = name or ("plan.xml" if kind == "plan" else f"{kind}.csv")
        run = upload(
            kind=kind,
            file=ContentFile(content),
            file_name=name,
            source_name=source,
            by=by,
            encoding=encoding,
            now=True,
        )
        if run.status == Import.Status.REFUSED:
            return run
        check(run=run, mapping={**run.mapping, **(mapping or {})}, options={**run.options, **options}, by=by, now=True)
        if write and (valid_rows_only or not run.report["errors"]):
            confirm(run=run, by=by, valid_rows_only=valid_rows_only, now=True)
        return run


def fingerprint(*, counters: bool = True) -> str:
    """A hash over every row of every table but the imports' own trail.

    Without ``counters`` it leaves out versions, moments of change, and the keys of invoice lines, which are only parts.
    """
    digest = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda m: m._meta.label_lower):
        if model._meta.label_lower in OWN_TRAIL:
            continue
        left_out = set() if counters else COUNTERS | ({"id"} if model is InvoiceLine else set())
        columns = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out]
        order = ("invoice_id", "position") if model is InvoiceLine else ("pk",)
        rows = list(model._base_manager.order_by(*order).values_list(*columns))
        digest.update(f"{model._meta.label_lower} {json.dumps(rows, cls=DjangoJSONEncoder)}".encode())
    return digest.hexdigest()


def problem(run: Import) -> dict[str, Any]:
    """The first problem of the report."""
    assert run.report["problems"], run.report
    first: dict[str, Any] = run.report["problems"][0]
    return first


@pytest.fixture
def uploads(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Uploads go to a folder of the test, and are read in this process: the child has tests of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr("accord.exchange.reading.run_limited", _read_here)
    return settings.MEDIA_ROOT


def _read_here(reader: str, source: Path, options: dict[str, Any], limits: Any) -> Any:
    module, function = reader.split(":")
    return getattr(import_module(module), function)(source.read_bytes(), **options)


@pytest.fixture
def administrator(db: None, uploads: Any) -> User:
    """Somebody who may do everything, in a firm that is set up."""
    Firm.current()
    return user(Role.ADMINISTRATOR, name="Ada Admin")
