"""Covariates from cells, RFM scores, and the compiled way from transactions to a summary."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.design_columns import design_of
from accord.engines.customers.purchase_groups import grouped
from accord.engines.customers.purchase_summary import purchase_summary
from accord.engines.customers.rfm import DEFINITIONS, Segment, rfm_grid, scores, segment_of

FIRST = date(2025, 1, 1)


def test_columns_that_say_nothing_new_are_dropped_with_the_reason():
    found = design_of(
        {
            "fee": [1.0, 2.0, 3.0, 4.0, 5.0, None],
            "twice": [2.0, 4.0, 6.0, 8.0, 10.0, 1.0],
            "same": ["x"] * 6,
            "plan": ["a", "b", "a", "c", "a", "a"],
            "name": list("abcdef"),
        }
        | {"many": [f"v{n}" for n in range(6)]}
    )
    assert found.columns[:3] == ("fee", "plan = b", "plan = c") and found.rows.tolist() == [0, 1, 2, 3, 4]
    assert found.dropped["same"] == "is the same for all clients"
    assert found.dropped["twice"] == "follows from the columns before it"
    assert np.linalg.matrix_rank(found.x - found.x.mean(axis=0)) == found.x.shape[1]


def test_too_many_levels_are_no_column():
    found = design_of({"id": [f"C{n}" for n in range(30)], "fee": [float(n % 4) for n in range(30)]})
    assert found.columns == ("fee",) and found.dropped["id"] == "has 30 different texts, more than 12"
    assert design_of({}).columns == ()


def test_every_field_of_the_grid_has_its_segment():
    found = {(r, f): segment_of(r, f) for r in range(1, 6) for f in range(1, 6)}
    assert set(found.values()) == set(Segment) == set(DEFINITIONS)
    for (recency, frequency), segment in found.items():
        parts = dict(part.rsplit(" ", 1) for part in DEFINITIONS[segment].split(", "))
        for name, score in (("recency", recency), ("frequency", frequency)):
            low, _, high = parts[name].partition("–")
            assert int(low) <= score <= int(high or low)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_scores_follow_the_values(values):
    found = scores(values)
    assert ((found >= 1) & (found <= 5)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    if len(set(values)) > 1:
        assert found[int(np.argmin(values))] == 1 and found[int(np.argmax(values))] == 5


def test_the_grid_of_some_customers():
    grid = rfm_grid([1, 20, 90, 200, 300], [9, 1, 4, 8, 1], [100, 5, 40, 90, 5])
    assert [segment.value for segment in grid.segments] == [
        "Champions",
        "Promising",
        "Need attention",
        "At risk",
        "Hibernating",
    ]


rows = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 6)),
        st.one_of(st.none(), st.integers(0, 12)),
        st.one_of(st.none(), st.integers(-4, 9)),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=80)
@given(rows, st.sampled_from(["integer", "text", "sparse"]), st.booleans(), st.booleans())
def test_compiled_loops_give_what_the_expression_gives(drawn, kind, with_amount, with_end):
    names = {"integer": lambda n: n, "text": lambda n: f"Ä{n}", "sparse": lambda n: n * 10**12}[kind]
    table = pa.table(
        {
            "customer": pa.array(
                [None if c is None else names(c) for c, _, _ in drawn], pa.string() if kind == "text" else pa.int64()
            ),
            "date": pa.array([None if d is None else FIRST + timedelta(d) for _, d, _ in drawn], pa.date32()),
            "amount": pa.array([None if m is None else float(m) for _, _, m in drawn], pa.float64()),
        }
    )
    amount, ends = ("amount" if with_amount else None), (FIRST + timedelta(8) if with_end else None)
    found = purchase_summary(table, amount=amount, ends=ends, unit_days=1)
    expected = purchase_summary(ibis.memtable(table), amount=amount, ends=ends, unit_days=1)
    assert found.customers.tolist() == expected.customers.tolist() and found.ends == expected.ends
    for name in ("frequency", "recency", "age"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
    if with_amount:
        assert found.mean_spend == pytest.approx(expected.mean_spend)


def test_what_the_loops_leave_to_the_database():
    table = pa.table({"customer": ["A"], "date": [FIRST], "amount": [Decimal("1.50")]})
    assert grouped(table, "customer", "date", "amount", None) is None
    assert purchase_summary(table).frequency.tolist() == [0]
    broken = pa.table({"customer": ["A"], "date": [FIRST], "amount": [float("nan")]})
    assert grouped(broken, "customer", "date", "amount", None) is None
    text = pa.table({"customer": ["A"], "date": ["2025-01-01"], "amount": [1.0]})
    assert grouped(text, "customer", "date", "amount", None) is None
    moments = pa.table({"customer": ["A", "A"], "date": [datetime(2025, 1, 1, 23), datetime(2025, 1, 2, 1)]})
    assert purchase_summary(moments, amount=None, unit_days=1).recency.tolist() == [1]
