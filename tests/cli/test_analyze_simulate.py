"""``accord analyze simulate``: chances from a file, the same for the same seed, and one line when it is no good."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from accord.cli.main import run
from tests.cli.test_analyze_plan import PLAN

# Phase (7) with Dig (3, 16 h) → Paint (5, 4 h); Invite (6, 8 h). Finish as planned: 7 January, noon.
ESTIMATES = "uid,optimistic,most_likely,pessimistic,distribution,group\n5,2h,4h,3d,triangular,crew\n6,1d,1d,90h,,crew\n"
RISKS = (
    "uid,name,probability,tasks,optimistic,most_likely,pessimistic,cost_most_likely\n"
    "4,Flood,30%,3 5,1d,2d,1w,\n9,Grant,0.5,,,,,-250.50\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.xml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "estimates.csv").write_text(ESTIMATES)
    (tmp_path / "risks.csv").write_text(RISKS)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> str:
    parts = [part.format(f=folder) for part in arguments]
    assert run(["analyze", "simulate", str(folder / "plan.xml"), "--iterations", "500", *parts]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def document(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(capsys, folder, *arguments, "--json"))
    return found


def test_json_keeps_its_contract(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    options = ("--seed", "7", "--estimates", "{f}/estimates.csv", "--risks", "{f}/risks.csv", "--by", "2026-01-12")
    found = document(capsys, folder, *options, "--below", "0")
    assert list(found) == [
        *("name", "currency", "iterations", "seed", "start", "planned_finish", "finish", "cost", "uncertain"),
        *("tasks", "risks", "notes"),
    ]
    assert (found["iterations"], found["seed"], found["currency"]) == (500, 7, "DKK")
    assert (found["start"], found["planned_finish"]) == ("2026-01-05T08:00:00", "2026-01-07T12:00:00")
    percentiles = found["finish"]["percentiles"]
    assert list(percentiles) == ["P5", "P10", "P20", "P30", "P40", "P50", "P60", "P70", "P80", "P90", "P95"]
    moments = [datetime.fromisoformat(moment) for moment in percentiles.values()]
    assert moments == sorted(moments) and moments[0] < moments[-1]
    assert found["finish"]["by"]["date"] == "2026-01-12" and 0 < found["finish"]["by"]["probability"] < 1
    assert datetime.fromisoformat(found["finish"]["mean"]) and found["finish"]["deviation_minutes"] > 0
    assert set(found["cost"]["percentiles"].values()) == {-250.5, 0}
    assert found["cost"]["below"] == {"amount": 0, "probability": 1}
    assert found["uncertain"] == {"estimated": [5, 6], "assumed": [], "spread": None}
    assert [task["uid"] for task in found["tasks"]] == [7, 3, 5, 6]
    phase, dig, paint, _ = found["tasks"]
    assert list(paint) == [
        *("uid", "name", "planned_finish", "p50", "p80", "criticality", "cruciality", "sensitivity"),
    ]
    assert phase["criticality"] is None and dig["criticality"] == paint["criticality"] and 0 < dig["criticality"] <= 1
    assert paint["planned_finish"] < paint["p50"] < paint["p80"] and 0 < paint["cruciality"] < 1
    flood, grant = found["risks"]
    assert (flood["name"], grant["name"]) == ("Flood", "Grant")
    assert flood["occurred"] == pytest.approx(0.3, abs=0.07) and flood["finish_mean_minutes"] > 480
    assert grant["cost_mean"] == pytest.approx(-250.5) and abs(grant["finish_mean_minutes"]) < 480
    assert found["notes"] == []


def test_the_same_seed_prints_the_same(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    one, same, other = (printed(capsys, folder, "--spread", "-10", "25", "--json", "--seed", seed) for seed in "112")
    assert one == same != other


def test_a_spread_is_asked_for_and_named(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    found = document(capsys, folder, "--spread", "-10%", "25%", "--estimates", "{f}/estimates.csv")
    assert found["uncertain"] == {"estimated": [5, 6], "assumed": [3], "spread": {"low": -0.1, "high": 0.25}}
    assert "1 assumed at -10% to +25%" in printed(
        capsys, folder, "--spread", "-10", "25", "--estimates", "{f}/estimates.csv"
    )


def test_without_uncertainty_every_case_is_the_plan_and_it_says_so(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    found = document(capsys, folder)
    assert set(found["finish"]["percentiles"].values()) == {found["planned_finish"]}
    assert found["cost"] is None and found["notes"][0].startswith("nothing is uncertain in this plan")
    out = printed(capsys, folder, "--below", "9")
    assert "nothing is uncertain in this plan" in out and "the plan has no cost" in out and "80% likely" in out


def test_tables_show_chances_histogram_tasks_and_risks(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    out = printed(capsys, folder, "--estimates", "{f}/estimates.csv", "--risks", "{f}/risks.csv", "--by", "2026-01-12")
    assert "Ærø [bold]ferry[/bold]: 500 iterations, seed 0" in out
    assert all(word in out for word in ("P80", "by 2026-01-12", "█", "100.0%", "Cruciality", "Flood", "Grant"))
    assert "  Dig [red]deep[/red]" in out and "2 tasks estimated" in out


def test_a_long_tail_does_not_squeeze_the_histogram(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "tail.csv").write_text("uid,optimistic,most_likely,pessimistic,distribution\n3,1d,2d,6d,lognormal\n")
    out = printed(capsys, folder, "--estimates", "{f}/tail.csv", "--iterations", "5000")
    lines = out[out.index("until") :].split("Tasks")[0].splitlines()
    bars = [line.count("█") for line in lines if "%" in line]
    assert len(bars) == 17 and max(bars) == 40 and sum(bar > 2 for bar in bars) > 4
    shares = [line.split()[-1] for line in lines if "%" in line]
    assert shares[-2] == "99.0%" and shares[-1] == "100.0%"


def test_a_risk_s_cost_is_unknown_where_the_plan_s_is(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "delay.csv").write_text("probability,tasks,most_likely\n0.5,5,2d\n")
    found = document(capsys, folder, "--risks", "{f}/delay.csv")
    assert found["cost"] is None and found["risks"][0]["cost_mean"] is None
    assert found["risks"][0]["finish_mean_minutes"] > 0


def test_work_not_done_waits_for_the_day_given(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    found = document(capsys, folder, "--from", "2026-02-02")
    # Dig has no actual start, so all its sixteen hours are left; then four of Paint.
    assert found["finish"]["percentiles"]["P50"] == "2026-02-04T12:00:00"


def test_correlation_is_of_groups(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    chain = PLAN.replace(
        "<UID>6</UID>", "<UID>6</UID><PredecessorLink><PredecessorUID>5</PredecessorUID></PredecessorLink>"
    )
    (folder / "plan.xml").write_text(chain, encoding="utf-8")
    wide = [
        document(capsys, folder, "--estimates", "{f}/estimates.csv", "--correlation", rho)["finish"][
            "deviation_minutes"
        ]
        for rho in ("0", "1")
    ]
    assert wide[0] < wide[1]


HEAD = "uid,optimistic,most_likely,pessimistic\n"
RISK = "probability,tasks,most_likely\n"
BAD: dict[str, tuple[str, str, str]] = {
    "no such task": ("--estimates", HEAD + "77,1d,2d,3d\n", "line 2, field uid: is not a task of"),
    "twice": ("--estimates", HEAD + "5,1d,2d,3d\n5,1d,2d,3d\n", "line 3, field uid: appears twice"),
    "no uid": ("--estimates", HEAD + "five,1d,2d,3d\n", "field uid: is not a task UID"),
    "no unit": ("--estimates", HEAD + "5,1,2d,3d\n", "field optimistic: is not a duration: use 3d, 4h"),
    "order": ("--estimates", HEAD + "5,3d,2d,3d\n", "the estimates 3d, 2d, 3d do not fit a pert distribution"),
    "gap": ("--estimates", HEAD + "5,,2d,3d\n", "field optimistic: is empty, although most_likely is not"),
    "nothing": ("--estimates", HEAD + "5,,,\n", "field most_likely: is empty"),
    "negative": ("--estimates", HEAD + "5,-1d,2d,3d\n", "field optimistic: is negative"),
    "shape": (
        "--estimates",
        HEAD.strip() + ",distribution\n5,1d,2d,3d,bell\n",
        "must be one of triangular, pert, lognormal",
    ),
    "lognormal": ("--estimates", HEAD.strip() + ",distribution\n5,1d,1d,3d,lognormal\n", "all three apart"),
    "column missing": ("--estimates", "uid,optimistic\n5,1d\n", "has no column most_likely"),
    "column unknown": ("--estimates", HEAD.strip() + ",mood\n5,1d,2d,3d,good\n", "does not know the column mood"),
    "ragged": ("--estimates", HEAD + "5,1d\n", "line 2: has 2 cells, the header has 4"),
    "empty": ("--estimates", "", "is empty"),
    "summary": ("--estimates", HEAD + "7,1d,2d,3d\n", "an estimate names task 7, which is a summary"),
    "probability": ("--risks", RISK + "1.5,5,2d\n", "field probability: is not a probability: use 0.3 or 30%"),
    "no probability": ("--risks", RISK + "often,5,2d\n", "is not a probability"),
    "occurred": ("--risks", RISK + "0.5,5 99,2d\n", "'99' is not a task of"),
    "nobody": ("--risks", RISK + "0.5,,2d\n", "field tasks: is empty"),
    "no impact": ("--risks", RISK + "0.5,5,\n", "field most_likely: is empty, and so are the costs"),
    "same risk": (
        "--risks",
        "uid,probability,tasks,most_likely\n1,0.5,5,2d\n1,0.5,5,2d\n",
        "appears twice",
    ),
    "money": ("--risks", "probability,cost_most_likely\n0.5,lots\n", "field cost_most_likely: is not a number"),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_bad_table_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str], folder: Path, case: str) -> None:
    option, text, message = BAD[case]
    (folder / "bad.csv").write_text(text)
    assert run(["analyze", "simulate", str(folder / "plan.xml"), option, str(folder / "bad.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and message in err and err.startswith("accord: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--iterations", "0"], "'--iterations'"),
        (["--iterations", "many"], "'--iterations'"),
        (["--seed", "-1"], "'--seed'"),
        (["--spread", "10", "25"], "'10 25' is not a spread"),
        (["--spread", "low", "high"], "'low high' is not a spread"),
        (["--spread", "-10"], "'--spread'"),
        (["--by", "soon"], "'soon' is not a date"),
        (["--from", "31.3.2026"], "is not a date"),
        (["--correlation", "2"], "'--correlation'"),
        (["--estimates", "nowhere.csv"], "does not exist"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: list[str], message: str
) -> None:
    assert run(["analyze", "simulate", str(folder / "plan.xml"), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and message in err and err.startswith("accord: ") and err.count("\n") == 1


def test_a_plan_that_cannot_be_simulated_is_one_line(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "plan.xml").write_text(PLAN[: PLAN.index("<Tasks>") + 7] + "</Tasks></Project>", encoding="utf-8")
    assert run(["analyze", "simulate", str(folder / "plan.xml")]) == 2
    assert "plan.xml: the plan has no tasks to simulate" in capsys.readouterr().err
