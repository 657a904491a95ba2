"""``accord analyze level``: plans and PSPLIB files in, starts and a bound out."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

from accord.cli.main import run
from tests.engines.test_levelling import hard

DAY = """<WeekDay><DayType>{}</DayType><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>
<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"""
PLAN = f"""<?xml version="1.0"?>
<Project xmlns="http://schemas.microsoft.com/project"><Title>Ferry</Title>
<StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>1</CalendarUID>
<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>
<WeekDays>{"".join(DAY.format(day) for day in range(2, 7))}</WeekDays></Calendar></Calendars><Tasks>
<Task><UID>3</UID><Name>Dig [red]deep[/red]</Name><OutlineLevel>1</OutlineLevel><Duration>PT16H0M0S</Duration></Task>
<Task><UID>5</UID><Name>Paint</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration>
<Priority>900</Priority></Task></Tasks>
<Resources><Resource><UID>1</UID><Name>Anna</Name><Type>1</Type><MaxUnits>1.00</MaxUnits></Resource></Resources>
<Assignments>
<Assignment><UID>1</UID><TaskUID>3</TaskUID><ResourceUID>1</ResourceUID><Units>{{units}}</Units></Assignment>
<Assignment><UID>2</UID><TaskUID>5</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units></Assignment>
</Assignments></Project>"""


def sm_of(rows: list[tuple[int, list[int], list[int]]], capacities: list[int]) -> str:
    """A PSPLIB file of jobs numbered from 1: duration, needs of each resource, successors."""
    stars = "*" * 40
    return "\n".join(
        [
            stars,
            f"jobs (incl. supersource/sink ):  {len(rows)}",
            "RESOURCES",
            f"  - renewable                 :  {len(capacities)}   R",
            "  - nonrenewable              :  0   N",
            "  - doubly constrained        :  0   D",
            stars,
            "PRECEDENCE RELATIONS:",
            "jobnr.    #modes  #successors   successors",
            *(f"{job} 1 {len(after)} {' '.join(map(str, after))}" for job, (_, _, after) in enumerate(rows, 1)),
            stars,
            "REQUESTS/DURATIONS:",
            "jobnr. mode duration  R 1",
            "-" * 20,
            *(f"{job} 1 {length} {' '.join(map(str, needs))}" for job, (length, needs, _) in enumerate(rows, 1)),
            stars,
            "RESOURCEAVAILABILITIES:",
            "  R 1",
            " ".join(map(str, capacities)),
            stars,
        ]
    )


def sm(jobs: int, needs: int = 1) -> str:
    """Jobs side by side between a first and a last, all needing the one unit there is."""
    inner = [(3 + job % 5, [needs], [jobs + 2]) for job in range(2, jobs + 2)]
    return sm_of([(0, [0], list(range(2, jobs + 2))), *inner, (0, [0], [])], [1])


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.xml"
    path.write_text(PLAN.format(units=1))
    return str(path)


@pytest.fixture
def jobs(tmp_path: Path) -> str:
    path = tmp_path / "jobs.sm"
    path.write_text(sm(4))
    return str(path)


def test_a_psplib_file_keeps_the_contract(capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    document = json.loads(printed(capsys, "analyze", "level", jobs, "--seconds", "5", "--json"))
    assert list(document) == ["makespan", "start", "finish", "lower_bound", "gap", "optimal", "tasks"]
    length = 5 + 6 + 7 + 3
    assert (document["makespan"], document["lower_bound"], document["optimal"]) == (length, length, True)
    assert (document["start"], document["finish"], document["gap"]) == (0, length, 0)
    assert [row["uid"] for row in document["tasks"]] == [1, 2, 3, 4, 5, 6]
    assert document["tasks"][-1] == {"uid": 6, "start": length, "finish": length}


def test_a_plan_keeps_the_contract(capsys: pytest.CaptureFixture[str], plan: str, tmp_path: Path) -> None:
    zipped = tmp_path / "plan.xml.gz"
    zipped.write_bytes(gzip.compress(Path(plan).read_bytes()))
    one, other = (json.loads(printed(capsys, "analyze", "level", path, "--json")) for path in (plan, str(zipped)))
    assert one == other
    assert (one["start"], one["finish"]) == ("2026-01-05T08:00:00", "2026-01-07T17:00:00")
    assert (one["finish_before"], one["bound"]) == ("2026-01-06T17:00:00", "2026-01-07T17:00:00")
    assert (one["makespan"], one["lower_bound"], one["period_minutes"], one["optimal"]) == (3, 3, 480, True)
    assert one["tasks"] == [
        {
            "uid": 3,
            "name": "Dig [red]deep[/red]",
            "start": "2026-01-06T08:00:00",
            "finish": "2026-01-07T17:00:00",
            "delay_minutes": 1440,
            "moved": True,
        },
        {
            "uid": 5,
            "name": "Paint",
            "start": "2026-01-05T08:00:00",
            "finish": "2026-01-05T17:00:00",
            "delay_minutes": 0,
            "moved": False,
        },
    ]


def test_tables_for_people(capsys: pytest.CaptureFixture[str], plan: str, jobs: str) -> None:
    table = printed(capsys, "analyze", "level", plan)
    assert "Ferry: done by 2026-01-07 17:00 (2026-01-06 17:00 before levelling)" in table
    assert "Dig [red]deep[/red]" in table
    assert "1 of 2 tasks moved. Proven optimal." in table
    assert "jobs.sm: 21 periods" in printed(capsys, "analyze", "level", jobs)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("empty.sm", "", "empty.sm: is empty"),
        ("other.sm", "hello", "has no number of jobs"),
        ("much.sm", sm(2, needs=3), "line 19, UID 2, field R 1: job 2 needs 3 of R 1, which has 1"),
        ("word.sm", sm(2).replace("2 1 5 1", "2 1 soon 1"), "is not a whole number (found 'soon')"),
        ("plan.xml", PLAN.format(units=2), "plan.xml: task 3 (Dig [red]deep[/red]) needs 200% of Anna"),
        ("plan.xml", "<Project", "plan.xml"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert run(("analyze", "level", str(path))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.strip().splitlines()) == 1


def test_ctrl_c_returns_the_best_so_far(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "hard.sm"
    problem = hard()
    after: dict[int, list[int]] = defaultdict(list)
    for link in problem.links:
        after[link.predecessor].append(link.successor)
    rows = [(row.duration, [row.demands[r] for r in range(3)], after[row.uid]) for row in problem.activities]
    path.write_text(sm_of(rows, [9, 9, 9]))
    before = signal.getsignal(signal.SIGINT)

    def interrupt() -> None:
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.05)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    document = json.loads(printed(capsys, "analyze", "level", str(path), "--seconds", "600", "--json"))
    assert signal.getsignal(signal.SIGINT) is before
    assert document["makespan"] >= document["lower_bound"] > 0
    assert len(document["tasks"]) == len(rows)
