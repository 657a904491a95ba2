"""``accord analyze earned-value`` of a table: periods in, measures, forecasts and their errors out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accord.cli.main import run

GOLDEN = "month,PV,EV,AC\n1,10000,8000,9000\n2,20000,22000,21000\n3,40000,35000,36000\n4,70000,,\n5,100000,,\n"


def document(capsys: Any, path: Path, *options: str) -> dict[str, Any]:
    assert run(["analyze", "earned-value", str(path), "--json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def table(folder: Path, text: str) -> Path:
    path = folder / "project.csv"
    path.write_text(text)
    return path


def test_golden_figures(capsys: Any, tmp_path: Path) -> None:
    found = document(capsys, table(tmp_path, GOLDEN))
    assert (found["bac"], found["sv"], found["cv"], found["spi"]) == (100000, -5000, -1000, 0.875)
    assert found["eac"] == pytest.approx(102857.14, abs=0.01)
    assert found["earned_schedule"]["es"] == 2.75
    assert found["periods"][-1]["duration"]["rest_as_planned"] == 5.25
    assert found["periods"][-1]["cost"]["both_efficiencies"] == pytest.approx(112408.16, abs=0.01)
    assert (found["finished"], found["errors"], found["amounts"]) == (False, None, "cumulative")


def test_amounts_of_each_period_are_added_up(capsys: Any, tmp_path: Path) -> None:
    each = "month,PV,EV,AC\n1,10000,8000,9000\n2,10000,14000,12000\n3,20000,13000,15000\n4,30000,,\n5,30000,,\n"
    path = table(tmp_path, each)
    found, whole = document(capsys, path), document(capsys, table(tmp_path, GOLDEN))
    assert found["amounts"] == "per_period"
    assert {k: v for k, v in found.items() if k != "amounts"} == {k: v for k, v in whole.items() if k != "amounts"}


def test_how_amounts_are_meant_can_be_said(capsys: Any, tmp_path: Path) -> None:
    path = table(tmp_path, "p,pv,ev\n1,10,10\n2,10,10\n3,20,\n")
    assert document(capsys, path)["bac"] == 20
    assert document(capsys, path, "--per-period")["bac"] == 40


def test_of_a_finished_project_the_errors_are_told(capsys: Any, tmp_path: Path) -> None:
    path = table(tmp_path, "p,BCWS,BCWP,ACWP\nJan,50,25,30\nFeb,100,50,60\nMar,,75,90\nApr,,100,120\n")
    found = document(capsys, path)
    assert found["finished"]
    assert found["errors"]["duration"]["pace"]["all"] == 0
    assert found["errors"]["cost"]["cost_efficiency"]["all"] == 0
    assert found["errors"]["cost"]["rest_as_budgeted"] == {
        "early": pytest.approx(0.125),
        "middle": pytest.approx(1 / 12),
        "late": pytest.approx(1 / 24),
        "all": pytest.approx(1 / 12),
    }
    assert run(["analyze", "earned-value", str(path)]) == 0
    out = capsys.readouterr().out
    assert "mean error on the way (n = 3)" in out and "12.5%" in out and "at Apr (period 4)" in out


def test_one_column_s_decimal_mark_is_that_of_all(capsys: Any, tmp_path: Path) -> None:
    path = table(tmp_path, "p;pv;ev;ac\n1;1,500;0,750;0,8\n2;3,000;1,500;1,75\n")
    assert document(capsys, path)["bac"] == 3


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("m,pv,ac\n1,10,8\n", [], "no column for the earned value found"),
        ("m,pv,ev,ac\n1,10,8,7\n2,12,9,\n3,20,,\n", [], "2 periods of earned value but 1 of actual cost"),
        ("m,pv,ev\n1,10,8\n2,12,\n3,20,9\n", [], "column ev is empty in row 2"),
        ("m,pv,ev\n1,10,\n2,12,\n", [], "column ev has no amounts"),
        ("m,pv,ev\n1,0,0\n2,0,0\n", [], "the planned value is zero throughout"),
        ("m,pv,ev\n1,-5,3\n2,10,4\n", [], "pv is negative"),
        ("m,pv,ev\n1,10,3\n2,5,4\n", ["--cumulative"], "planned value falls"),
        ("m,pv,ev\n1,10,8\n", ["--status-date", "2026-01-01"], "a table has no dates"),
        ("m;pv;ev\n1;1,234;1,111\n2;2,345;2,222\n", [], "use --decimal point or --decimal comma"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    capsys: Any, tmp_path: Path, text: str, options: list[str], said: str
) -> None:
    assert run(["analyze", "earned-value", str(table(tmp_path, text)), *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
