"""Classic PERT beside the published example, and what holds for any network."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.planning.network import CycleError
from accord.engines.planning.plan import Link, LinkType
from accord.engines.uncertainty import pert as engine
from accord.engines.uncertainty.pert import PertActivity, pert

# Hillier and Lieberman, Introduction to Operations Research: Reliable Construction. Weeks.
RELIABLE = {
    "A": (1, 2, 3, ""), "B": (2, 3.5, 8, "A"), "C": (6, 9, 18, "B"), "D": (4, 5.5, 10, "C"), "E": (1, 4.5, 5, "C"),
    "F": (4, 4, 10, "E"), "G": (5, 6.5, 11, "D"), "H": (5, 8, 17, "EG"), "I": (3, 7.5, 9, "C"), "J": (3, 9, 9, "FI"),
    "K": (4, 4, 4, "J"), "L": (1, 5.5, 7, "J"), "M": (1, 2, 3, "H"), "N": (5, 5.5, 9, "KL"),
}  # fmt: skip
ACTIVITIES = [PertActivity(ord(name), *row[:3]) for name, row in RELIABLE.items()]
LINKS = [Link(ord(before), ord(name)) for name, row in RELIABLE.items() for before in row[3]]


def test_reliable_construction() -> None:
    found = pert(ACTIVITIES, LINKS)
    assert "".join(map(chr, found.path)) == "ABCEFJLN"
    assert (found.mean, found.variance, found.deviation) == (44, 9, 3)
    assert found.probability(47) == pytest.approx(0.8413, abs=5e-5)
    assert found.deadline(0.8413447) == pytest.approx(47, abs=1e-5)
    means = {chr(row.uid): row.mean for row in found.activities}
    assert means == dict(zip("ABCDEFGHIJKLMN", (2, 4, 10, 6, 4, 5, 7, 9, 7, 8, 4, 5, 2, 6), strict=True))
    assert [chr(row.uid) for row in found.activities if row.critical] == list("ABCEFJLN")


def test_the_worked_example() -> None:
    assert doctest.testmod(engine).failed == 0


def test_of_equal_paths_the_less_certain_counts() -> None:
    sure, unsure = PertActivity(1, 0.3, 0.3, 0.3), PertActivity(2, 0.1, 0.3, 0.5)
    last = PertActivity(3, 1, 1, 1)
    for order in ([sure, unsure, last], [unsure, sure, last]):
        found = pert(order, [Link(1, 3), Link(2, 3)])
        assert found.path == (2, 3)
        assert found.variance == pytest.approx((0.4 / 6) ** 2)


def test_lags_count_and_a_lead_stops_at_the_beginning() -> None:
    pair = [PertActivity(1, 2, 2, 2), PertActivity(2, 3, 3, 3)]
    assert pert(pair, [Link(1, 2, lag=1.5)]).mean == 6.5
    early = pert(pair, [Link(1, 2, lag=-9)])
    assert (early.mean, early.path) == (3, (2,))


def test_a_certain_project_meets_its_date_or_does_not() -> None:
    found = pert([PertActivity(1, 5, 5, 5)])
    assert (found.probability(4.9), found.probability(5), found.deadline(0.1)) == (0, 1, 5)
    assert pert([]).mean == 0


@pytest.mark.parametrize("probability", [0, 1, -0.5, math.nan])
def test_certainty_has_no_deadline(probability: float) -> None:
    with pytest.raises(ValueError, match="is not a probability between 0 and 1"):
        pert(ACTIVITIES, LINKS).deadline(probability)


@pytest.mark.parametrize("points", [(2, 1, 3), (1, 3, 2), (-1, 1, 1), (1, 2, math.inf), (math.nan, 1, 1)])
def test_estimates_out_of_order_are_refused(points: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="activity 7: the estimates"):
        pert([PertActivity(7, *points)])


def test_what_is_no_network_is_refused() -> None:
    one, two = PertActivity(1, 1, 1, 1), PertActivity(2, 1, 1, 1)
    with pytest.raises(ValueError, match="same uid"):
        pert([one, one])
    with pytest.raises(ValueError, match="activity 9"):
        pert([one], [Link(1, 9)])
    with pytest.raises(ValueError, match="finish to start"):
        pert([one, two], [Link(1, 2, LinkType.SS)])
    with pytest.raises(CycleError) as cycle:
        pert([one, two], [Link(1, 2), Link(2, 1)])
    assert sorted(cycle.value.uids) == [1, 2]


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=9), st.data())
def test_any_network(points: list[tuple[int, int, int]], data: st.DataObject) -> None:
    activities = [PertActivity(uid, *sorted(three)) for uid, three in enumerate(points)]
    uids = st.integers(0, len(points) - 1)
    pairs = data.draw(st.lists(st.tuples(uids, uids), max_size=12))
    links = [Link(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    found = pert(activities, links)
    rows = {row.uid: row for row in found.activities}
    assert found.mean == max(row.finish for row in rows.values())
    assert found.mean == pytest.approx(sum(rows[uid].mean for uid in found.path))
    assert found.variance == pytest.approx(sum(rows[uid].variance for uid in found.path))
    joined = {(link.predecessor, link.successor) for link in links}
    assert joined.issuperset(zip(found.path, found.path[1:], strict=False))
    assert found.probability(found.mean) in (pytest.approx(0.5), 1)
