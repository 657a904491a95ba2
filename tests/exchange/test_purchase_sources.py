"""Wherever transactions lie, the same expressions give the same figures."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accord.accounts.models import Account
from accord.cli.customer_source import SourcePurchases, open_purchases
from accord.cli.main import run
from accord.engines.customers.purchase_expressions import (
    cohort_expression,
    purchase_days,
    recency_expression,
    summary_expression,
)
from accord.engines.customers.purchase_summary import purchase_summary
from accord.engines.customers.retention import Period, Purchase, cohort_table
from accord.exchange.purchase_sources import SourceError, open_source, own_orders, without_password
from accord.sales.models import Opportunity

NAMES = {"customer": "customer", "day": "date", "amount": "amount"}
HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
spark = pytest.mark.skipif(not HAS_SPARK, reason="needs pyspark (accord[spark]) and Java")


def transactions() -> list[tuple[str | None, date, float]]:
    """Two years of 60 customers, with returns, cancelled days, free orders, and rows that nobody made."""
    draw = np.random.default_rng(5)
    rows: list[tuple[str | None, date, float]] = []
    for customer in range(60):
        for _ in range(int(draw.integers(1, 14))):
            day = date(2024, 1, 1) + timedelta(days=int(draw.integers(0, 730)))
            rows.append((f"C{customer:02}", day, int(draw.integers(100, 90_000)) / 100))
            if draw.random() < 0.15:
                rows.append((f"C{customer:02}", day, -rows[-1][2]))  # cancelled on its day
            if draw.random() < 0.1:
                rows.append((f"C{customer:02}", day + timedelta(days=9), -12.5))  # a credit note later
    rows += [("C00", date(2024, 5, 5), 0.0), (None, date(2025, 3, 3), 77.0), ("C61", date(2024, 2, 2), -5.0)]
    return rows


ROWS = transactions()


def arrow() -> pa.Table:
    columns = (list(column) for column in zip(*ROWS, strict=True))
    return pa.table(dict(zip(("customer", "date", "amount"), columns, strict=True)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same transactions in every kind of file."""
    here = tmp_path_factory.mktemp("sources")
    table = arrow()
    with (here / "orders.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("customer", "date", "amount"), *((c or "", d, a) for c, d, a in ROWS)])
    pq.write_table(table, here / "orders.parquet")
    for number, first in enumerate(range(0, len(ROWS), 200)):
        pq.write_table(table.slice(first, 200), here / f"part-{number}.parquet")
    with duckdb.connect(str(here / "sales.duckdb")) as connection:
        connection.register("given", table)
        connection.execute("create table orders as select * from given")
    return here


SOURCES = {
    "csv": "{}/orders.csv",
    "parquet": "{}/orders.parquet",
    "file": "file://{}/orders.parquet",
    "pattern": "{}/part-*.parquet",
    "duckdb": "duckdb://{}/sales.duckdb?table=orders",
}


def check(url: str, ends: date | None) -> None:
    """Summary, recency and days of a source against those of the rows in plain Python."""
    kept = [row for row in ROWS if row[0] is not None and (ends is None or row[1] <= ends)]
    columns = dict(zip(("customer", "date", "amount"), map(list, zip(*kept, strict=True)), strict=True))
    expected = purchase_summary(columns, ends=ends)
    table = open_source(url).table
    found = purchase_summary(table, ends=ends)
    assert (found.customers.tolist(), found.ends) == (expected.customers.tolist(), expected.ends)
    for name in ("frequency", "recency", "age"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_allclose(found.mean_spend, expected.mean_spend, atol=1e-9)
    days = {(customer, day) for customer, day, amount in kept if amount > 0}
    asked = purchase_days(table, ends=ends, **NAMES).to_pyarrow().to_pylist()
    assert len(asked) == len(days) and {(row["customer"], row["day"]) for row in asked} == days
    for row in recency_expression(table, ends=ends, **NAMES).to_pyarrow().to_pylist():
        own = [day for customer, day in days if customer == row["customer"]]
        spend = sum(amount for customer, _, amount in kept if customer == row["customer"])
        assert (row["last"], row["days"]) == (max(own), len(own)) and row["spend"] == pytest.approx(spend)
    bought = [Purchase(customer, day, Decimal(str(amount))) for customer, day, amount in kept]
    asked_for = SourcePurchases(open_source(url), table, {"customer": "customer", "date": "date", "amount": "amount"})
    for period in Period:
        counted, plain = asked_for.cohorts(ends, period), cohort_table(bought, period)
        assert [(c.starts, c.size, c.active) for c in counted] == [(c.starts, c.size, c.active) for c in plain]
        for one, other in zip(counted, plain, strict=True):
            assert list(map(float, one.revenue)) == pytest.approx(list(map(float, other.revenue)))


@pytest.mark.parametrize("ends", [None, date(2025, 2, 28)])
@pytest.mark.parametrize("kind", SOURCES)
def test_every_source_gives_what_the_rows_give(folder: Path, kind: str, ends: date | None) -> None:
    check(SOURCES[kind].format(folder), ends)


@spark
@pytest.mark.parametrize("file", ["orders.parquet", "orders.csv"])
def test_spark_gives_what_the_rows_give(folder: Path, file: str) -> None:
    for ends in (None, date(2025, 2, 28)):
        check(f"spark://{folder}/{file}?master=local[2]", ends)


def test_without_amounts_each_day_is_a_purchase(folder: Path) -> None:
    table = open_source(f"{folder}/orders.parquet").table
    rows = {(customer, day) for customer, day, _ in ROWS if customer is not None}
    found = recency_expression(table, customer="customer", day="date", amount=None).to_pyarrow().to_pylist()
    assert {row["customer"]: row["days"] for row in found} == {
        name: sum(customer == name for customer, _ in rows) for name, _ in rows
    }
    assert all(row["days"] == row["spend"] for row in found)


@pytest.mark.parametrize(
    "expression",
    [summary_expression, recency_expression, purchase_days, partial(cohort_expression, period=Period.YEAR)],
)
def test_clickhouse_is_compiled_for_and_not_run(expression: Any) -> None:
    """There is no server here: this says that its SQL can be written, and nothing about what it answers."""
    from ibis.backends.sql.compilers import ClickHouseCompiler

    table = ibis.table({"customer": "string", "date": "date", "amount": "decimal(12, 2)"}, name="orders")
    sql = ClickHouseCompiler().to_sqlglot(expression(table, ends=date(2025, 2, 28), **NAMES)).sql("clickhouse")
    assert "GROUP BY" in sql or "DISTINCT" in sql


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host/orders", "ftp: is no kind of source"),
        ("/nowhere/orders.csv", "this file doesn't exist"),
        ("{}/none-*.parquet", "no file fits this pattern"),
        ("{}/sales.duckdb", "can be read"),
        ("duckdb://{}/sales.duckdb", "name the table of transactions"),
        ("duckdb://{}/sales.duckdb?table=orders;drop", "name the table of transactions"),
        ("duckdb://{}/sales.duckdb?table=nothing", "nothing"),
        ("duckdb:///nowhere.duckdb?table=orders", "this file doesn't exist"),
        ("clickhouse://ada:secret@127.0.0.1:1/sales?table=orders", "clickhouse://ada@127.0.0.1:1/sales?table=orders"),
        ("accord:invoices", "accord:orders"),
    ],
)
def test_what_cannot_be_opened_says_why(folder: Path, url: str, said: str) -> None:
    with pytest.raises(SourceError) as refusal:
        open_source(url.format(folder))
    assert said in str(refusal.value) and "secret" not in str(refusal.value)


def test_a_password_is_not_shown() -> None:
    assert without_password("spark:///data/x.parquet") == "spark:///data/x.parquet"
    assert "secret" not in without_password("clickhouse://:secret@host/x?table=y")


@pytest.mark.django_db
def test_own_orders_are_handed_over_by_arrow() -> None:
    account = Account.objects.create(name="Quast AG", status="client")
    for month, amount in ((1, 1000), (7, 2500), (11, None)):
        Opportunity.objects.create(
            account=account, name=f"Order {month}", stage="won", closed_on=date(2025, month, 3),
            amount=None if amount is None else Decimal(amount),
        )  # fmt: skip
    found = own_orders()
    assert found.column("date").to_pylist() == [date(2025, 1, 3), date(2025, 7, 3)]
    assert found.column("amount").to_pylist() == [Decimal(1000), Decimal(2500)]
    summary = purchase_summary(open_source("accord:orders").table, unit_days=1)
    assert (summary.customers.tolist(), summary.frequency.tolist()) == ([account.pk], [1.0])
    assert summary.mean_spend is not None and summary.mean_spend.tolist() == [2500.0]


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """`accord analyze …` as a person starts it."""

    def run_it(*arguments: str) -> Answer:
        code = run(["analyze", *arguments])
        return Answer(code, *capsys.readouterr())

    return run_it


@pytest.mark.parametrize("command", ["lifetime-value", "segments", "cohorts"])
def test_the_commands_answer_alike_from_a_file_and_from_a_source(
    folder: Path, command: str, ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The reader of files names what it left out; a source leaves it out in its query.
    file = json.loads(ask(command, f"{folder}/orders.csv", "--json", "--rows").out)
    source = json.loads(ask(command, "--source", f"{folder}/orders.parquet", "--json", "--rows").out)
    monkeypatch.setenv("ACCORD_ANALYTICS_SOURCE", SOURCES["duckdb"].format(folder))
    setting = json.loads(ask(command, "--json", "--rows").out)
    assert file.pop("rows_without_customer") == 1
    for other in (source, setting):
        assert other.pop("rows_without_customer") == 0
        same(file, other)


def same(one: Any, other: Any) -> None:
    """Equal, but for the last digits of sums; money is text where it is exact."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for mine, theirs in zip(one, other, strict=True):
            same(mine, theirs)
    elif isinstance(one, str) and one.replace(".", "").replace("-", "").isdigit() and "." in one:
        assert float(one) == pytest.approx(float(other), rel=1e-6)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-6, abs=1e-9)
    else:
        assert one == other


def test_a_command_needs_a_file_or_a_source(folder: Path, ask: Callable[..., Answer]) -> None:
    found = ask("segments")
    assert found.code == 2 and "ACCORD_ANALYTICS_SOURCE" in found.err
    found = ask("segments", f"{folder}/orders.csv", "--source", f"{folder}/orders.csv")
    assert found.code == 2 and "either" in found.err
    found = ask("segments", "--source", f"{folder}/orders.csv", "--customer", "Kunde")
    assert found.code == 2 and "no column 'Kunde'" in found.err


def test_columns_of_the_wrong_kind_are_refused(tmp_path: Path, ask: Callable[..., Answer]) -> None:
    for column, values in (("date", ["soon"]), ("amount", ["much"])):
        rows = {"customer": ["A"], "date": [date(2026, 1, 1)], "amount": [1.0]} | {column: values}
        pq.write_table(pa.table(rows), tmp_path / "odd.parquet")
        found = ask("segments", "--source", str(tmp_path / "odd.parquet"))
        assert found.code == 2 and f"column {column} holds no" in found.err


def test_too_many_days_are_not_pulled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from accord.cli import customer_source

    found = open_purchases(f"{folder}/orders.parquet", None, None, None)
    assert found.days(None) == sorted({(c, d) for c, d, a in ROWS if c is not None and a > 0})
    monkeypatch.setattr(customer_source, "MOST_DAYS", 10)
    assert found.days(None) is None
