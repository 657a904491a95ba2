"""A field that touches no date never refuses a plan: its value counts as absent and is named."""

import re
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.planning.plan import Plan
from accord.engines.planning.scheduling import schedule
from accord.exchange.errors import PlanFileError
from accord.exchange.mspdi import read_plan
from tests.exchange.conftest import STANDARD, STANDARD_WEEK

# What a date depends on, by the path below the record; everything else may hold anything.
DATED = {
    "Project": {
        "StartDate", "ScheduleFromStart", "CalendarUID", "HonorConstraints", "MultipleCriticalPaths",
        "SplitsInProgressTasks",
    },
    "Task": {
        "UID", "IsNull", "OutlineLevel", "Duration", "DurationFormat", "Manual", "ExternalTask", "Active",
        "ConstraintType", "ConstraintDate", "Deadline", "CalendarUID", "IgnoreResourceCalendar", "LevelingDelay",
        "Start", "Finish", "PercentComplete", "ActualStart", "ActualFinish", "ActualDuration", "RemainingDuration",
        "Stop", "Resume", "PredecessorLink/PredecessorUID", "PredecessorLink/Type", "PredecessorLink/LinkLag",
        "PredecessorLink/LagFormat", "PredecessorLink/CrossProject",
    },
    "Resource": {"UID", "IsNull", "Type", "IsCostResource", "CalendarUID"},
    "Assignment": {"TaskUID", "ResourceUID"},
    "Calendar": {"*"},
}  # fmt: skip
JUNK = (
    "rubbish",
    "-1",
    "99999999999999999999",
    "NaN",
    "2026-02-30T25:61:00",
    "T17:-0:00",
    "PT",
    "1e400",
    "-65533",
    " ",
)


def row(kind: int, value: str) -> dict[str, object]:
    day = {"Start": "2026-01-05T08:00:00", "Finish": "2026-01-05T17:00:00"}
    return {"Type": kind, "UID": 1, **day, "Unit": 2, "Value": value}


@pytest.fixture
def whole(document, make_task):
    """A plan with a value in nearly every field that the reader knows, and some it does not."""
    baseline = {
        "Number": 0, "Start": "2026-01-05T08:00:00", "Finish": "2026-01-06T17:00:00", "Duration": "PT16H0M0S",
        "Work": "PT16H0M0S", "Cost": "80000", "TimephasedData": row(10, "40000"),
    }  # fmt: skip
    full = {
        "ID": 2, "GUID": "A-B", "Type": 1, "CreateDate": "2026-01-01T08:00:00", "Contact": "Lee", "WBS": "ACME.01.A",
        "OutlineNumber": "1.1", "Priority": 600, "Start": "2026-01-05T08:00:00", "Finish": "2026-01-06T17:00:00",
        "Work": "PT16H0M0S", "ActualWork": "PT8H0M0S", "EffortDriven": 1, "Recurring": 0, "Estimated": 0,
        "Milestone": 0, "Summary": 0, "Critical": 1, "EarlyStart": "2026-01-05T08:00:00",
        "EarlyFinish": "2026-01-06T17:00:00", "LateStart": "2026-01-05T08:00:00", "LateFinish": "2026-01-06T17:00:00",
        "FreeSlack": 0, "TotalSlack": 4800, "FixedCost": "1000", "FixedCostAccrual": 3, "PercentComplete": 50,
        "PercentWorkComplete": 50, "Cost": "80000", "ActualStart": "2026-01-05T08:00:00", "ActualCost": "40000",
        "ActualDuration": "PT8H0M0S", "RemainingDuration": "PT8H0M0S", "BCWS": "1", "BCWP": "1", "ACWP": "1",
        "EarnedValueMethod": 1, "PhysicalPercentComplete": 40, "Hyperlink": "see", "HyperlinkAddress": "https://x.test",
        "HyperlinkSubAddress": "part", "Notes": "as agreed", "IgnoreResourceCalendar": 0, "CommitmentType": 0,
        "ExtendedAttribute": {"FieldID": 188743731, "Value": "CC-77"},
        "OutlineCode": {"FieldID": 188744096, "ValueID": 3}, "Baseline": baseline,
    }  # fmt: skip
    tasks = [
        make_task(1, WBS="ACME.01", Summary=1),
        make_task(2, OutlineLevel=2, **{**full, "Duration": "PT16H0M0S"}),
        make_task(3, OutlineLevel=2, PredecessorLink={"PredecessorUID": 2, "Type": 1}),
    ]
    rate = {
        "RatesFrom": "2026-01-01T00:00:00", "RatesTo": "2026-12-31T00:00:00", "RateTable": 0, "StandardRate": 50,
        "StandardRateFormat": 2, "OvertimeRate": 70, "CostPerUse": 0,
    }  # fmt: skip
    resource = {
        "UID": 1, "ID": 1, "Name": "Ann", "Type": 1, "Initials": "A", "Group": "G", "EmailAddress": "a@firm.test",
        "MaxUnits": 1, "PeakUnits": 1, "OverAllocated": 0, "Cost": "5", "StandardRate": 50, "OvertimeRate": 70,
        "CostPerUse": 0, "AccrueAt": 3, "CalendarUID": 5, "MaterialLabel": "t", "Rates": {"Rate": rate},
        "AvailabilityPeriods": {"AvailabilityPeriod": {
            "AvailableFrom": "2026-01-01T00:00:00", "AvailableTo": "2026-12-31T00:00:00", "AvailableUnits": 1}},
    }  # fmt: skip
    assignment = {
        "UID": 1, "TaskUID": 2, "ResourceUID": 1, "Units": 1, "Work": "PT16H0M0S", "ActualWork": "PT8H0M0S",
        "RemainingWork": "PT8H0M0S", "OvertimeWork": "PT0H0M0S", "RegularWork": "PT16H0M0S", "Cost": "80000",
        "ActualCost": "40000", "Delay": 0, "Start": "2026-01-05T08:00:00", "Finish": "2026-01-06T17:00:00",
        "WorkContour": 0, "Baseline": {"Number": 0, "Cost": "1", "Work": "PT16H0M0S"},
        "TimephasedData": [row(1, "PT8H0M0S"), row(2, "PT8H0M0S")],
    }  # fmt: skip
    own = {"UID": 5, "Name": "Ann", "IsBaseCalendar": 0, "BaseCalendarUID": 1}
    unused = {"UID": 9, "Name": "Night", "IsBaseCalendar": 1, "WeekDays": STANDARD_WEEK}
    built: bytes = document(
        tasks,
        calendars=[STANDARD, own, unused],
        resources=[resource],
        assignments=[assignment],
        FinishDate="2026-01-07T17:00:00", StatusDate="2026-01-05T17:00:00", CurrentDate="2026-01-05T08:00:00",
        CurrencyCode="EUR", CurrencySymbol="€", MinutesPerDay=480, MinutesPerWeek=2400, DaysPerMonth=20,
        CriticalSlackLimit=0, BaselineForEarnedValue=0, Author="Ann", SaveVersion=14, DefaultStartTime="08:00:00",
        ExtendedAttributes={"ExtendedAttribute": {
            "FieldID": 188743731, "FieldName": "Text1", "Alias": "Cost centre"}},
    )  # fmt: skip
    return built


def dates(plan: Plan) -> dict[str, tuple[datetime, datetime]]:
    found = schedule(plan)
    return {task.name: (found.tasks[task.uid].start, found.tasks[task.uid].finish) for task in plan.tasks}


def fields(data: bytes) -> list[tuple[str, int, int]]:
    """The path of each element that holds text, and where its text lies."""
    found, path = [], []
    text = data.decode()
    for match in re.finditer(r"<(/?)([A-Za-z]+)[^>]*>", text):
        if not match[1]:
            path.append(match[2])
            end = text.index("<", match.end())
            if text[end : end + 2] == "</":
                found.append(("/".join(path), match.end(), end))
        else:
            path.pop()
    return found


def touches_a_date(path: str) -> bool:
    parts = path.split("/")
    record = next((place for place, part in enumerate(parts) if part in DATED and part != "Project"), 0)
    known = DATED[parts[record]]
    return "*" in known or "/".join(parts[record + 1 :]) in known


def test_junk_in_any_field_that_touches_no_date_leaves_every_date(whole):
    text = whole.decode()
    good = read_plan(whole)
    expected = dates(good)
    tried: Counter[str] = Counter()
    for number, (path, start, end) in enumerate(fields(whole)):
        if touches_a_date(path) or path.endswith("/Name"):
            continue
        for junk in (JUNK[number % len(JUNK)], JUNK[(number + 3) % len(JUNK)], JUNK[(number + 6) % len(JUNK)]):
            plan = read_plan((text[:start] + junk + text[end:]).encode())
            assert dates(plan) == expected, (path, junk)
            tried[path] += 1
    assert len(tried) > 100, "the document shrank"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_junk_in_many_fields_at_once_leaves_every_date(data):
    whole = test_junk_in_many_fields_at_once_leaves_every_date.document  # type: ignore[attr-defined]
    text, expected = whole.decode(), dates(read_plan(whole))
    free = [field for field in fields(whole) if not touches_a_date(field[0]) and not field[0].endswith("/Name")]
    chosen = data.draw(st.sets(st.sampled_from(range(len(free))), min_size=1, max_size=40))
    for place in sorted(chosen, reverse=True):
        _, start, end = free[place]
        text = text[:start] + data.draw(st.sampled_from(JUNK)) + text[end:]
    assert dates(read_plan(text.encode())) == expected


@pytest.fixture(autouse=True)
def _share(whole):
    test_junk_in_many_fields_at_once_leaves_every_date.document = whole  # type: ignore[attr-defined]


def test_what_is_skipped_is_named_with_field_place_and_value(document, make_task):
    plan = read_plan(document([make_task(7, Cost="a lot", EarlyStart="soon")]), "plan.xml")
    line = next(re.search(r"line (\d+)", remark) for remark in plan.remarks)
    assert line
    skipped = f"Skipped a value that can't be read: line {line[1]}, task UID 7"
    assert plan.remarks == (
        f"{skipped}, field Cost: is not a finite number (found 'a lot').",
        f"{skipped}, field EarlyStart: is not a date (found 'soon').",
    )
    assert plan.tasks[0].cost == 0


def test_one_fault_in_many_rows_is_counted(document, make_task):
    rows = [{"Type": 1, "Start": "2026-01-05T17:-0:00", "Finish": "2026-01-05T18:00:00", "Value": "PT1H"}] * 30
    assignment = {"UID": 4, "TaskUID": 1, "ResourceUID": -65535, "TimephasedData": rows}
    plan = read_plan(document([make_task(1)], assignments=[assignment]))
    assert (
        "assignment UID 4, field TimephasedData/Start: is not a date (found '2026-01-05T17:-0:00')" in plan.remarks[0]
    )
    assert len(plan.remarks) == 6
    assert plan.remarks[5] == "Skipped 25 more TimephasedData/Start values of this kind."


# Calendars


def test_an_unusable_calendar_that_nothing_uses_is_skipped(document, make_task, standard_calendar):
    for broken in (
        {"UID": 7, "Name": "left", "IsBaseCalendar": 1},
        {"UID": 7, "Name": "left", "IsBaseCalendar": 0, "BaseCalendarUID": 7},
        {
            "UID": 7,
            "Name": "left",
            "IsBaseCalendar": 1,
            "Exceptions": {"Exception": {"Type": 1}},
            "WeekDays": STANDARD_WEEK,
        },
    ):
        idle = {"UID": 3, "Name": "Ann", "Type": 1, "CalendarUID": 7}
        plan = read_plan(document([make_task(1)], calendars=[standard_calendar, broken], resources=[idle]))
        assert [calendar.uid for calendar in plan.calendars] == [1]
        assert "Calendar “left” (UID 7) is skipped" in plan.remarks[0] and plan.resources[0].calendar is None
        working = [{"UID": 1, "TaskUID": 1, "ResourceUID": 3}]
        with pytest.raises(PlanFileError):
            read_plan(
                document([make_task(1)], calendars=[standard_calendar, broken], resources=[idle], assignments=working)
            )


@pytest.mark.parametrize("base", [-65533, 99, None])
def test_a_calendar_without_a_known_base_takes_the_projects(document, make_task, standard_calendar, base):
    own = {"UID": 4, "Name": "Budget", "IsBaseCalendar": 0} | ({} if base is None else {"BaseCalendarUID": base})
    resource = {"UID": 2, "Name": "Budget", "Type": 1, "CalendarUID": 4}
    working = [{"UID": 1, "TaskUID": 1, "ResourceUID": 2}]
    plan = read_plan(
        document([make_task(1)], calendars=[standard_calendar, own], resources=[resource], assignments=working)
    )
    assert plan.calendars[1].base == 1
    assert "base calendar of calendar “Budget” (UID 4)" in plan.remarks[0]
    assert dates(plan)["Task 1"] == (datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 17))


# How much somebody works decides a task's length only where its people have different calendars


def test_work_of_an_assignment_matters_where_calendars_differ(document, make_task, standard_calendar):
    own = {"UID": 5, "Name": "Ann", "IsBaseCalendar": 0, "BaseCalendarUID": 1}
    people = [
        {"UID": 1, "Name": "Ann", "Type": 1, "CalendarUID": 5},
        {"UID": 2, "Name": "Ben", "Type": 1},
    ]
    working = [{"UID": 1, "TaskUID": 1, "ResourceUID": 1, "Units": "many"}, {"UID": 2, "TaskUID": 1, "ResourceUID": 2}]
    with pytest.raises(PlanFileError, match="field Units: is not a finite number"):
        read_plan(document([make_task(1)], calendars=[standard_calendar, own], resources=people, assignments=working))
    alone = read_plan(
        document([make_task(1)], calendars=[standard_calendar, own], resources=people, assignments=working[:1])
    )
    assert "assignment UID 1, field Units" in alone.remarks[0] and alone.assignments[0].units == 1


# UIDs are only names


def test_odd_uids_are_renumbered_wherever_they_are_named(document, make_task, standard_calendar):
    own = {"UID": -7, "Name": "Ann", "IsBaseCalendar": 0, "BaseCalendarUID": 1}
    tasks = [
        make_task(3_000_000_005, Name="first", CalendarUID=-7),
        make_task(-4, Name="second", PredecessorLink={"PredecessorUID": 3_000_000_005}),
        make_task("{B-2}", Name="third", PredecessorLink={"PredecessorUID": -4}),
        make_task(0, Name="fourth", PredecessorLink={"PredecessorUID": "{B-2}"}),
        make_task(12, Name="fifth", PredecessorLink={"PredecessorUID": 0}),
    ]
    resources = [{"UID": -3, "Name": "Ann", "Type": 1, "CalendarUID": -7}, {"UID": 2**40, "Name": "Ben", "Type": 1}]
    assignments = [
        {"UID": -1, "TaskUID": -4, "ResourceUID": -3},
        {"UID": -1, "TaskUID": "{B-2}", "ResourceUID": 2**40},
        {"TaskUID": 12, "ResourceUID": -65535},
    ]
    plan = read_plan(document(tasks, calendars=[standard_calendar, own], resources=resources, assignments=assignments))
    assert [task.uid for task in plan.tasks] == [13, 14, 15, 16, 12]
    assert [(link.predecessor, link.successor) for link in plan.links] == [(13, 14), (14, 15), (15, 16), (16, 12)]
    assert plan.tasks[0].calendar == plan.resources[0].calendar == plan.calendars[1].uid == 2
    assert [(a.task, a.resource) for a in plan.assignments] == [(14, 1), (15, 2), (12, None)]
    assert len({a.uid for a in plan.assignments}) == 3
    assert dates(plan)["fifth"][0] == datetime(2026, 1, 9, 8)


def test_assignments_to_no_task_and_second_baselines_are_skipped(document, make_task):
    twice = make_task(1, Baseline=[{"Number": 0, "Cost": 100}, {"Number": 0, "Cost": 900}])
    plan = read_plan(document([twice], assignments=[{"UID": 1, "TaskUID": 5}]))
    assert not plan.assignments and len(plan.tasks[0].baselines) == 1 and plan.tasks[0].baselines[0].cost == 1
    assert any("a task that is not in the file" in remark for remark in plan.remarks)
    assert any("the same baseline appears twice" in remark for remark in plan.remarks)


# Durations, encodings, what comes before the declaration


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("PT7.5H", 450), ("PT7,5H", 450), ("P1W", 10_080), ("P0Y0M1DT0H", 1440), ("PT450M", 450), ("PT0.5H30M", 60),
        ("PT1H0M29S", 60), ("PT1H0M30S", 61), ("P0Y0M0DT8H0M0.0S", 480),
    ],
)  # fmt: skip
def test_durations_are_read_as_iso_8601_allows(document, make_task, written, minutes):
    assert read_plan(document([make_task(1, Duration=written)])).tasks[0].duration == minutes


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1252", "cp1252"), ("iso-8859-1", "latin-1"), ("Shift_JIS", "shift_jis"), ("GB2312", "gb2312"),
     ("UTF-16", "utf-16"), ("UTF-16", "utf-16-le"), ("UTF-16", "utf-8"), ("no-such", "utf-8"), ("UTF-8", "cp1252")],
)  # fmt: skip
def test_the_declared_encoding_is_read(document, make_task, declared, encoding):
    name = {"shift_jis": "東京", "gb2312": "北京"}.get(encoding, "Prüfung")
    text = document([make_task(1, Name=name)]).decode().replace('encoding="UTF-8"', f'encoding="{declared}"')
    plan = read_plan(text.encode(encoding))
    assert plan.tasks[0].name == name
    contradicted = [remark for remark in plan.remarks if "isn't in the encoding it declares" in remark]
    assert bool(contradicted) == (declared in ("no-such", "UTF-8"))


@pytest.mark.parametrize("before", [b"\n", b"\r\n  \t", b"\xef\xbb\xbf\n", b"\n" * 3])
def test_blank_lines_before_the_declaration(document, make_task, before):
    data = before + document([make_task(1, Name="Ä", Cost="x")])
    plan = read_plan(data)
    assert plan.tasks[0].name == "Ä"
    line = data[: data.index(b"<Cost>")].count(b"\n") + 1
    assert f"line {line}," in plan.remarks[0]  # lines keep their numbers


def test_control_characters_in_texts_become_spaces(document, make_task):
    data = document([make_task(1, Name="a\x0bb", Notes="c&d")]).replace(b"c&amp;d", b"c&#x1F;d&#11;e&#10;f")
    plan = read_plan(data)
    assert (plan.tasks[0].name, plan.tasks[0].notes) == ("a b", "c d e\nf")
    assert "Control characters" in plan.remarks[0]


# What is the people's own


def test_custom_fields_links_and_codes_are_kept(whole):
    task = read_plan(whole).tasks[1]
    assert task.wbs == "ACME.01.A"
    assert task.hyperlink == "https://x.test#part"
    assert task.notes == "as agreed\n\nCustom fields:\nContact: Lee\nCost centre: CC-77"
    remarks = read_plan(whole).remarks
    assert "Skipped 1 outline code of a task." in remarks
    assert "Custom fields are kept in the notes of their tasks: Contact (1 task), Cost centre (1 task)." in remarks


def test_unnamed_flags_and_too_many_values_are_named_as_skipped(document, make_task):
    flag = {"FieldID": 1, "FieldName": "Flag5"}
    values = [{"FieldID": 1, "Value": 1}] + [{"FieldID": 100 + n, "Value": n} for n in range(60)]
    plan = read_plan(document([make_task(1, ExtendedAttribute=values)], ExtendedAttributes={"ExtendedAttribute": flag}))
    assert plan.tasks[0].notes.count("\n") == 50
    assert "These custom fields are skipped: Flag5 (1 task), Field 150 (1 task)" in plan.remarks[1]


# The start


def test_without_a_start_date_the_earliest_of_the_tasks_counts(document, make_task):
    data = document(
        [
            make_task(1, Start="2026-02-03T08:00:00"),
            make_task(2, ConstraintType=4, ConstraintDate="2026-02-02T08:00:00"),
        ]
    )
    plan = read_plan(re.sub(rb"<StartDate>.*</StartDate>", b"", data))
    assert plan.start == datetime(2026, 2, 2, 8)
    assert plan.remarks == ("The file names no start date; the earliest of its tasks is used: 2026-02-02 08:00.",)
    with pytest.raises(PlanFileError, match="field StartDate: has no start date, and none of its tasks has a date"):
        read_plan(re.sub(rb"<StartDate>.*</StartDate>", b"", document([make_task(1)])))
