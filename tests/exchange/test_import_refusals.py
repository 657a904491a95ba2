"""Every kind of bad table and plan: a named problem, and not one row of the database is other than before."""

from __future__ import annotations

from typing import Any

import pytest

from accord.exchange.models import Import
from accord.people.models import User
from tests.exchange.importing import administrator, bring, fingerprint, problem, uploads
from tests.exchange.test_csv_table import REFUSED

__all__ = ["administrator", "uploads"]

pytestmark = pytest.mark.one_database  # what is refused is refused before the database is asked

DEAL = "name,account,stage,amount\nA,Known,new,"
BILL = "number,customer,amount,date\n1,Known,"

BAD_ROWS = {
    "ragged short": ("accounts", "name,city\nAlpha\n", "wrong number of cells", "", "1 cell"),
    "ragged long": ("accounts", "name,city\nAlpha,Kiel,Bonn\n", "wrong number of cells", "", "3 cells"),
    "missing value": ("accounts", "name,city\n,Kiel\n", "is missing", "name", ""),
    "NaN": ("opportunities", f"{DEAL}NaN\n", "is not a number", "amount", "NaN"),
    "too big by exponent": ("opportunities", f"{DEAL}1e400\n", "is not a number", "amount", "1e400"),
    "too big by digits": ("opportunities", f"{DEAL}1{'0' * 20}\n", "is too large", "amount", "1" + "0" * 20),
    "too exact": ("opportunities", f"{DEAL}1.2345\n", "more than 2 decimals", "amount", "1.2345"),
    "no date": ("invoices", f"{BILL}5,soon\n", "is not a date", "date", "soon"),
    "no such day": ("invoices", f"{BILL}5,2026-02-30\n", "not a valid date", "date", "2026-02-30"),
    "no due date": (
        "invoices",
        "number,customer,amount,date,due\n1,Known,5,2026-01-01,soon\n",
        "is not a date",
        "due",
        "soon",
    ),
    "no quantity": (
        "invoices",
        "number,customer,price,quantity,date\n1,Known,5,many,2026-01-01\n",
        "is not a number",
        "quantity",
        "many",
    ),
    "no currency": ("accounts", "name,currency\nAlpha,Euro\n", "not a currency code", "currency", "Euro"),
    "no status": (
        "invoices",
        "number,customer,amount,date,status\n1,Known,5,2026-01-01,maybe\n",
        "unknown status",
        "status",
        "maybe",
    ),
    "too long": ("accounts", "name\n" + "x" * 201 + "\n", "longer than 200", "name", "x" * 200),
    "duplicate id": ("accounts", "id,name\n1,Alpha\n1,Beta\n", "same record as line 2", "id", "1"),
    "duplicate name": ("accounts", "name,city\nAlpha,\nALPHA,\n", "same record as line 2", "name", "alpha"),
    "no account": ("contacts", "name,company\nAnn,\n", "has no account", "company", ""),
    "unknown account": ("contacts", "name,company\nAnn,Alpha\n", "isn't an account you can see", "company", "Alpha"),
    "no address": ("contacts", "name,company,email\nAnn,Known,ann\n", "not an email", "email", "ann"),
    "two names": ("contacts", "name,company,email\nAnn,Known,a@b.test\nBob,Known,a@b.test\n", "differs", "name", "Bob"),
    "unknown stage": ("opportunities", "name,account,stage\nA,Known,maybe\n", "unknown stage", "stage", "maybe"),
    "won without a day": ("opportunities", "name,account,stage\nA,Known,won\n", "Enter the date", "closed_on", ""),
    "no customer": ("invoices", "number,date,customer,price\n1,2026-01-01,,5\n", "has no customer", "customer", ""),
    "two customers": (
        "invoices",
        "number,date,customer,price\n1,2026-01-01,Known,5\n1,2026-01-01,Other,5\n",
        "differs between lines of invoice 1",
        "customer",
        "Other",
    ),
    "wrong product": (
        "invoices",
        "number,date,customer,price,quantity,amount\n1,2026-01-01,Known,5,2,11\n",
        "not quantity × unit price",
        "amount",
        "11",
    ),
    "due too early": (
        "invoices",
        "number,date,customer,price,due\n1,2026-01-02,Known,5,2026-01-01\n",
        "before the invoice date",
        "due",
        "2026-01-01",
    ),
}


@pytest.mark.parametrize(("kind", "data", "message", "field", "value"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_bad_rows_are_named_and_nothing_is_written(
    administrator: User, kind: str, data: str, message: str, field: str, value: str
) -> None:
    bring("accounts", "name\nKnown\n", administrator)
    before = fingerprint()
    run = bring(kind, data, administrator)
    assert run.status == Import.Status.CHECKED
    found = problem(run)
    assert message in found["message"]
    assert found["field"] == field
    assert not value or found["value"] == value
    assert found["line"] >= 2
    assert found["remedy"]
    assert found["file"] == f"{kind}.csv"
    assert fingerprint() == before


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("kind", ["accounts", "invoices"])
def test_bad_tables_are_refused_and_nothing_is_written(
    administrator: User, kind: str, data: bytes, message: str
) -> None:
    before = fingerprint()
    run = bring(kind, data, administrator)
    assert run.status == Import.Status.REFUSED
    assert message in problem(run)["message"]
    assert fingerprint() == before


def test_only_a_hundred_problems_are_kept_and_all_are_counted(administrator: User) -> None:
    run = bring("accounts", "name,currency\n" + "".join(f"Company {n},Z\n" for n in range(250)), administrator)
    assert (len(run.report["problems"]), run.report["errors"], run.report["left_out"]) == (100, 250, 250)


Document = Any


def bad_plans(document: Document, task: Any) -> dict[str, tuple[bytes, str]]:
    """A plan file of every bad kind, with a word of the refusal."""
    good = document([task(1), task(2)])

    def linked(*pairs: tuple[int, int]) -> bytes:
        links = {successor: predecessor for predecessor, successor in pairs}
        tasks = [
            task(n, **({"PredecessorLink": {"PredecessorUID": links[n], "Type": 1}} if n in links else {}))
            for n in (1, 2)
        ]
        return document(tasks)

    idle = {
        "UID": 1,
        "Name": "Idle",
        "IsBaseCalendar": 1,
        "WeekDays": {"WeekDay": [{"DayType": d, "DayWorking": 0} for d in range(1, 8)]},
    }
    return {
        "empty": (b"", "empty"),
        "wrong type": (b"\x89PNG\r\n\x1a\n", "image"),
        "cut off": (good[: len(good) // 2], "not well-formed"),
        "NUL": (good.replace(b"Sample", b"Sam\0ple"), "NUL"),
        "DTD": (good.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1), "document type"),
        "wrong namespace": (document([task(1)], namespace="urn:other"), "namespace"),
        "duplicate UID": (document([task(1), task(1)]), "same UID"),
        "outline jump": (document([task(1), task(2, OutlineLevel=3)]), "outline"),
        "cycle": (linked((1, 2), (2, 1)), "circular dependency"),
        "missing predecessor": (linked((99, 2)), "predecessor"),
        "self-link": (linked((2, 2)), "itself"),
        "no working time": (document([task(1)], calendars=[idle]), "working time"),
        "absurd duration": (document([task(1, Duration="PT99999999H0M0S")]), "duration"),
        "NaN": (document([task(1, PercentComplete="NaN")]), "number"),
    }


PLANS = (
    "empty", "wrong type", "cut off", "NUL", "DTD", "wrong namespace", "duplicate UID", "outline jump", "cycle",
    "missing predecessor", "self-link", "no working time", "absurd duration", "NaN",
)  # fmt: skip


@pytest.mark.parametrize("kind", PLANS)
def test_bad_plans_are_refused_and_nothing_is_written(
    administrator: User, document: Document, make_task: Any, kind: str
) -> None:
    data, word = bad_plans(document, make_task)[kind]
    before = fingerprint()
    run = bring("plan", data, administrator, new_account="Alpha")
    assert run.status == Import.Status.REFUSED
    found = problem(run)
    assert word in f"{found['message']} {found['field']}".lower() or word in found["message"]
    assert fingerprint() == before
