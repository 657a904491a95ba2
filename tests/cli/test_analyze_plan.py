"""``accord analyze schedule`` and ``earned-value``: a file in, figures out, and one line when the file is no good."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from accord.cli.main import COMMANDS, run

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
FILES = SHARED / "04_project_files"

DAY = """<WeekDay><DayType>{}</DayType><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>
<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"""
BASELINE = """<Baseline><Number>0</Number><Start>2026-01-05T08:00:00</Start><Finish>2026-01-06T17:00:00</Finish>
<Cost>{}</Cost></Baseline>"""
PLAN = f"""<?xml version="1.0"?>
<Project xmlns="http://schemas.microsoft.com/project"><Title>Ærø [bold]ferry[/bold]</Title>
<StartDate>2026-01-05T08:00:00</StartDate><CurrencyCode>DKK</CurrencyCode><CalendarUID>1</CalendarUID>
<StatusDate>2026-01-05T17:00:00</StatusDate>
<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>
<WeekDays>{"".join(DAY.format(day) for day in range(2, 7))}</WeekDays></Calendar></Calendars><Tasks>
<Task><UID>7</UID><Name>Phase</Name><OutlineLevel>1</OutlineLevel></Task>
<Task><UID>3</UID><Name>Dig [red]deep[/red]</Name><OutlineLevel>2</OutlineLevel><Duration>PT16H0M0S</Duration>
<PercentComplete>25</PercentComplete><ActualCost>30000</ActualCost>{BASELINE.format(100000)}</Task>
<Task><UID>5</UID><Name>Paint</Name><OutlineLevel>2</OutlineLevel><Duration>PT4H0M0S</Duration>
<PredecessorLink><PredecessorUID>3</PredecessorUID><Type>1</Type></PredecessorLink></Task>
<Task><UID>6</UID><Name>Invite</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration></Task>
</Tasks></Project>"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.xml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def printed(capsys, *arguments: str) -> str:
    assert run(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_schedule_json_keeps_its_contract(capsys, plan):
    document = json.loads(printed(capsys, "analyze", "schedule", plan, "--json"))
    assert list(document) == ["start", "finish", "tasks", "notes"]
    assert (document["start"], document["finish"]) == ("2026-01-05T08:00:00", "2026-01-07T12:00:00")
    assert [task["uid"] for task in document["tasks"]] == [7, 3, 5, 6]
    paint, invite = document["tasks"][2:]
    assert paint == {
        "uid": 5,
        "name": "Paint",
        "early_start": "2026-01-07T08:00:00",
        "early_finish": "2026-01-07T12:00:00",
        "late_start": "2026-01-07T08:00:00",
        "late_finish": "2026-01-07T12:00:00",
        "total_float_minutes": 0,
        "free_float_minutes": 0,
        "critical": True,
    }
    assert (invite["total_float_minutes"], invite["critical"]) == (12 * 60, False)
    assert all(datetime.fromisoformat(task["late_finish"]) for task in document["tasks"])


def test_schedule_table_shows_names_as_they_are(capsys, plan):
    out = printed(capsys, "analyze", "schedule", plan)
    assert "Ærø [bold]ferry[/bold]: 2026-01-05 08:00 to 2026-01-07 12:00" in out
    assert "  Dig [red]deep[/red]" in out and "1.5 d" in out and "4 tasks, 3 critical" in out


@pytest.mark.parametrize("command", ["schedule", "earned-value", "quality", "level", "simulate"])
def test_json_has_the_notes_that_the_table_prints(capsys, tmp_path, command):
    path = tmp_path / "links.xml"
    elsewhere = "<PredecessorLink><PredecessorUID>0</PredecessorUID><CrossProject>1</CrossProject></PredecessorLink>"
    path.write_text(PLAN.replace("<Name>Invite</Name>", f"<Name>Invite</Name>{elsewhere}"), encoding="utf-8")
    more = {"level": ("--seconds", "0.1"), "simulate": ("--iterations", "10")}.get(command, ())
    table = printed(capsys, "analyze", command, str(path), *more)
    document = json.loads(printed(capsys, "analyze", command, str(path), *more, "--json"))
    assert any("other project file" in note for note in document["notes"])
    assert all(" ".join(f"Note: {note}".split()) in " ".join(table.split()) for note in document["notes"])


def test_earned_value_json(capsys, plan):
    document = json.loads(printed(capsys, "analyze", "earned-value", plan, "--json"))
    figures = {name: document[name] for name in ("bac", "pv", "ev", "ac", "cv", "sv", "cpi", "spi", "eac")}
    assert figures == {
        "bac": 1000, "pv": 500, "ev": 250, "ac": 300, "cv": -50, "sv": -250, "cpi": pytest.approx(250 / 300),
        "spi": 0.5, "eac": 1200,
    }  # fmt: skip
    assert (document["status_date"], document["status_date_is"]) == ("2026-01-05T17:00:00", "the plan's status date")
    assert (document["name"], document["currency"]) == ("Ærø [bold]ferry[/bold]", "DKK")
    assert document["missing"] == ["no baseline on 2 tasks: their cost is counted but not their progress"]
    assert [row["uid"] for row in document["tasks"]] == [3, 5, 6]
    assert document["tasks"][0] == {
        "uid": 3, "name": "Dig [red]deep[/red]", "percent_complete": 25, "bac": 1000, "pv": 500, "ev": 250, "ac": 300,
        "cv": -50, "sv": -250,
    }  # fmt: skip
    assert document["tasks"][1]["bac"] is None


@pytest.mark.parametrize(
    ("given", "pv", "shown"),
    [
        ("2026-01-06", 1000, "2026-01-06"),
        ("2026-01-05T12:00", 250, "2026-01-05T12:00:00"),
        ("2026-01-04", 0, "2026-01-04"),
    ],
)
def test_another_status_date_moves_the_planned_value(capsys, plan, given, pv, shown):
    document = json.loads(printed(capsys, "analyze", "earned-value", plan, "--status-date", given, "--json"))
    assert (document["pv"], document["ev"], document["status_date"]) == (pv, 250, shown)


def test_earned_value_table_tells_what_it_does_not_know(capsys, plan):
    out = printed(capsys, "analyze", "earned-value", plan)
    assert "earned value DKK through 2026-01-05T17:00:00 (the plan's status date)" in out
    assert "Schedule variance (SV)" in out and "-250.00" in out
    assert "Unknown: no baseline on 2 tasks" in out


def test_a_plan_without_baseline_or_cost_shows_no_zero(capsys, tmp_path):
    path = tmp_path / "bare.xml"
    path.write_text(PLAN.replace("Baseline>", "Other>").replace("ActualCost>", "Other>"))
    document = json.loads(printed(capsys, "analyze", "earned-value", str(path), "--json"))
    assert all(document[name] is None for name in ("bac", "pv", "ev", "ac", "cv", "sv", "cpi", "spi", "eac"))
    assert document["missing"] == ["no baseline", "no actual cost"]
    assert "—" in printed(capsys, "analyze", "earned-value", str(path))


def test_quality_json_has_fourteen_points(capsys, plan):
    document = json.loads(printed(capsys, "analyze", "quality", plan, "--json"))
    assert (document["status_date"], document["status_date_is"]) == ("2026-01-05T17:00:00", "the plan's status date")
    points = {point["key"]: point for point in document["points"]}
    assert [point["number"] for point in document["points"]] == list(range(1, 15))
    assert (points["logic"]["tasks"], points["logic"]["verdict"]) == ([3, 5, 6], "failed")
    assert points["logic"]["findings"][2] == {"uid": 6, "note": "neither predecessor nor successor"}
    assert (points["relationships"]["figure"], points["relationships"]["threshold_is"]) == (1, "at least")
    assert (points["missed"]["figure"], points["missed"]["verdict"]) == (None, "not applicable")
    assert points["missed"]["reason"] == "the baseline has no task due by the status date"
    later = json.loads(printed(capsys, "analyze", "quality", plan, "--status-date", "2026-01-06", "--json"))
    assert next(point for point in later["points"] if point["key"] == "missed")["tasks"] == [3]


def test_quality_table_names_what_it_found(capsys, plan):
    out = printed(capsys, "analyze", "quality", plan)
    assert "schedule quality through 2026-01-05T17:00:00 (the plan's status date)" in out
    assert "Dig [red]deep[/red]" in out and "neither predecessor nor successor" in out
    assert "3 of 3" in out and "not applicable" in out


BAD = {
    "missing file": (["schedule", "{tmp}/nowhere.xml"], "does not exist"),
    "a folder": (["schedule", "{tmp}"], "is a directory"),
    "quality of a cycle": (["quality", "{cycle}"], "circular dependency"),
    "no file": (["schedule"], "Missing argument 'PLAN'"),
    "bad date": (["earned-value", "{plan}", "--status-date", "31.3.2026"], "'31.3.2026' is not a date"),
    "bad day": (["earned-value", "{plan}", "--status-date", "2026-02-30"], "'2026-02-30' is not a date"),
    "unknown option": (["schedule", "{plan}", "--yaml"], "No such option"),
    "unknown analysis": (["horoscope"], "No such command 'horoscope'"),
    "empty": (["schedule", "{empty}"], "empty.xml: is empty"),
    "cut off": (["earned-value", "{cut}"], "cut.xml, line 9: is not well-formed XML"),
    "cycle": (["schedule", "{cycle}"], "circular dependency: Dig [red]deep[/red] (UID 3) → Paint (UID 5)"),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_bad_input_is_one_line_and_exit_2(capsys, plan, tmp_path, case):
    (tmp_path / "empty.xml").touch()
    (tmp_path / "cut.xml").write_text("\n".join(PLAN.split("\n")[:9]))
    link = "<PredecessorLink><PredecessorUID>5</PredecessorUID></PredecessorLink>"
    (tmp_path / "cycle.xml").write_text(PLAN.replace("<PercentComplete>", f"{link}<PercentComplete>"))
    names = {name: tmp_path / f"{name}.xml" for name in ("empty", "cut", "cycle")}
    arguments, message = BAD[case]
    assert run(["analyze", *(part.format(tmp=tmp_path, plan=plan, **names) for part in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and message in err and err.startswith("accord: ") and err.count("\n") == 1


def test_what_nobody_foresaw_is_one_line_too(capsys, plan, monkeypatch):
    monkeypatch.setattr("accord.exchange.mspdi.read_plan", lambda path: 1 / 0)
    monkeypatch.delenv("ACCORD_TRACEBACK", raising=False)
    assert run(["analyze", "schedule", plan]) == 1
    assert capsys.readouterr().err.startswith("accord: unexpected ZeroDivisionError")
    monkeypatch.setenv("ACCORD_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run(["analyze", "schedule", plan])


def test_no_command_shows_help_and_help_names_every_command(capsys):
    assert run([]) == 2
    assert "Usage: accord" in capsys.readouterr().out
    out = printed(capsys, "--help")
    assert all(name in out and entry.help in out for name, entry in COMMANDS.items())


def test_every_command_of_the_tables_is_there():
    from accord.cli.analyze import ANALYSES

    for entry in [*COMMANDS.values(), *ANALYSES.values()]:
        assert entry.load().name


HEAVY = ("numpy", "scipy", "numba", "django", "rich", "duckdb", "ibis", "defusedxml", "asyncio")


def test_help_is_instant_and_imports_nothing_heavy():
    program = (
        "import sys, time; from accord.cli.main import run; run(['--help']); run(['analyze', '--help']);"
        f"print([name for name in {HEAVY} if name in sys.modules], time.process_time())"
    )
    source = str(Path(__file__).parents[2] / "src")
    seconds = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": source}
        )
        heavy, taken = done.stdout.splitlines()[-1].rsplit(" ", 1)
        assert heavy == "[]"
        seconds.append(float(taken))
    assert min(seconds) < 0.3


@pytest.mark.skipif(not FILES.is_dir(), reason="the shared data are not on this machine")
def test_software_development_from_ms_project(capsys):
    path = str(FILES / "mspdi_converted" / "Software_Development_baseline_actuals.xml")
    document = json.loads(printed(capsys, "analyze", "earned-value", path, "--status-date", "2013-02-28", "--json"))
    assert (document["bac"], document["ac"], document["ev"], document["cv"]) == (139600, 44700, 41880, -2820)
    assert document["eac"] == pytest.approx(149000)  # what MS Project itself shows as the project's cost
    assert sum(row["pv"] for row in document["tasks"] if row["pv"]) == pytest.approx(document["pv"])
