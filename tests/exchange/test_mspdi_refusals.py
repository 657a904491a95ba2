"""What is refused, and with which words: every kind of bad project file ends in one named error and no plan."""

import gzip
import json
import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.planning.plan import Link, Task
from accord.exchange.errors import ImportFileError, ImportProblem, PlanFileError, Problems
from accord.exchange.mspdi import read_plan
from accord.exchange.mspdi.links import find_cycle

HEAD = b'<?xml version="1.0"?>\n<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-01-05T08:00:00</StartDate>'


def refusal(data: bytes) -> str:
    with pytest.raises(PlanFileError) as refused:
        read_plan(data, "plan.xml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image (PNG)"),
        (b"\xff\xd8\xff\xe0", "an image (JPEG)"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a binary Microsoft Project or Office file"),
        (b'{"tasks": []}', "looks like JSON"),
        (b"MPX,Microsoft Project,4.0", "an MPX file"),
        (b"uid,name\n1,Design\n", "is not XML"),
        (b"<html><body>Sign in</body></html>", "not a Microsoft Project plan (found '<html>')"),
        (b"<Project><Tasks/></Project>", "wrong XML namespace (found 'none')"),
        (b'<Project xmlns="urn:other"/>', "wrong XML namespace (found 'urn:other')"),
        (HEAD + b"<Tasks><Task><UID>1</UID></Tasks></Project>", "line 2: is not well-formed XML"),
        (HEAD + b"</Project>" + HEAD, "is not well-formed XML"),
        (HEAD + b"<Title>a\0b</Title></Project>", "contains NUL bytes"),
        (b'<Project xmlns="http://schemas.microsoft.com/project"/>', "no tasks and no start date"),
        (
            HEAD.partition(b"<StartDate>")[0] + b"<Tasks><Task><UID>1</UID></Task></Tasks></Project>",
            "has no start date",
        ),
        (gzip.compress(HEAD)[:-8] + bytes(8), "damaged gzip file"),
    ],
)
def test_what_is_no_plan_at_all(data, message):
    assert "plan.xml" in refusal(data) and message in refusal(data)


def test_a_document_type_is_refused_before_anything_expands():
    bomb = b'<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    external = b'<!DOCTYPE b SYSTEM "file:///etc/passwd">'
    for declaration in (bomb, external, b"<!DOCTYPE Project>"):
        data = HEAD.replace(b"?>\n", b"?>" + declaration) + b"<Title>&b;</Title></Project>"
        assert "declares a document type" in refusal(data)


@pytest.mark.parametrize("tenth", range(10))
def test_truncated_anywhere(document, make_task, tenth):
    data = document([make_task(uid) for uid in range(1, 30)])
    cut = data[: len(data) * tenth // 10]
    assert refusal(cut).startswith("plan.xml")
    packed = gzip.compress(data)
    assert refusal(packed[: len(packed) * tenth // 10]).startswith("plan.xml")


def tasks_refused(document, *tasks, **more) -> str:
    return refusal(document(list(tasks), **more))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("Duration", "PT1000000H0M0S", "duration of more than 100 years"),
        ("Duration", "-PT8H0M0S", "negative duration"),
        ("Duration", "8h", "is not a duration"),
        ("Duration", "P1Y", "is not a duration"),
        ("Duration", "PT", "is not a duration"),
        ("Start", "soon", "is not a date"),
        ("Start", "2026-02-30T08:00:00", "is not a date"),
        ("Start", "0001-01-01T08:00:00", "not between 1900 and 2199"),
        ("Finish", "9999-12-31T08:00:00", "not between 1900 and 2199"),
        ("PercentComplete", "101", "not between 0 and 100"),
        ("PercentComplete", "-1", "not between 0 and 100"),
        ("LevelingDelay", "NaN", "not a finite number"),
        ("LevelingDelay", "1e400", "not a finite number"),
        ("LevelingDelay", "1e40", "is beyond"),
        ("LevelingDelay", "1,5", "not a finite number"),
        ("Manual", "perhaps", "is not 0 or 1"),
        ("UID", "", "a task has no UID"),
        ("ConstraintType", "8", "is not between 0 and 7"),
        ("CalendarUID", "77", "calendar is not in the file"),
        ("OutlineLevel", "3", "outline jumps from level 1 to level 3"),
    ],
)
def test_values_that_cannot_be_believed(document, make_task, field, value, message):
    said = tasks_refused(document, make_task(1), {**make_task(2), field: value})
    assert message in said and f"field {field}" in said


def test_each_problem_names_its_line_record_field_value_and_remedy(document, make_task):
    with pytest.raises(PlanFileError) as refused:
        read_plan(document([make_task(1, Start="soon"), make_task(2, Duration="long")]), "plan.xml")
    first, second = refused.value.problems
    assert (first.file, first.uid, first.field, first.value) == ("plan.xml", 1, "Start", "soon")
    assert first.line is not None and first.message == "is not a date" and "2026-03-31T08:00:00" in first.remedy
    assert (second.uid, second.field, refused.value.total) == (2, "Duration", 2)
    assert str(refused.value).endswith("(and 1 more problem)")


def test_a_dated_constraint_without_its_date(document, make_task):
    said = tasks_refused(document, make_task(1, ConstraintType=4))
    assert "field ConstraintDate: a SNET constraint has no date" in said


def test_duplicates(document, make_task):
    assert "two tasks have the same UID" in tasks_refused(document, make_task(1), make_task(1, Name="MergeKind"))
    twins = [{"UID": 1, "Name": "Ana"}, {"UID": 1, "Name": "Ben"}]
    assert "two resources have the same UID" in tasks_refused(document, make_task(1), resources=twins)


def test_dangling_references(document, make_task):
    assert "predecessor is not in the file" in tasks_refused(
        document, make_task(1, PredecessorLink={"PredecessorUID": 9})
    )
    assert "a link has no predecessor" in tasks_refused(document, make_task(1, PredecessorLink={"Type": 1}))
    nobody = [{"UID": 1, "TaskUID": 1, "ResourceUID": 5}]
    assert "a resource that is not in the file" in tasks_refused(document, make_task(1), assignments=nobody)
    assert "project's calendar is not in the file" in tasks_refused(document, make_task(1), CalendarUID=9)


def test_links_that_cannot_be(document, make_task):
    assert "linked to itself" in tasks_refused(document, make_task(1, PredecessorLink={"PredecessorUID": 1}))
    summary, part = make_task(1), make_task(2, OutlineLevel=2)
    down = tasks_refused(document, summary, {**part, "PredecessorLink": {"PredecessorUID": 1}})
    assert "a summary task is linked to its own subtask" in down
    up = tasks_refused(document, {**summary, "PredecessorLink": {"PredecessorUID": 2}}, part)
    assert "a summary task is linked to its own subtask" in up


def test_a_cycle_names_its_tasks_in_order(document, make_task):
    after = {2: 1, 3: 2, 1: 3}
    names = {1: "Dig", 2: "Pour", 3: "Dry", 4: "Paint"}
    tasks = [
        make_task(uid, Name=name, **({"PredecessorLink": {"PredecessorUID": after[uid]}} if uid in after else {}))
        for uid, name in names.items()
    ]
    said = tasks_refused(document, *tasks)
    assert "circular dependency: Dig (UID 1) → Pour (UID 2) → Dry (UID 3) → Dig (UID 1)" in said and "Paint" not in said


def test_a_cycle_through_a_summary_task(document, make_task):
    # The summary waits for 3, and 3 waits for a part of the summary.
    said = tasks_refused(
        document,
        make_task(1, PredecessorLink={"PredecessorUID": 3}),
        make_task(2, OutlineLevel=2),
        make_task(3, PredecessorLink={"PredecessorUID": 2}),
    )
    assert "circular dependency: " in said and all(f"UID {uid}" in said for uid in (1, 2, 3))


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=16))
def test_cycles_are_found_when_and_only_when_they_exist(size, pairs):
    tasks = [Task(uid, str(uid)) for uid in range(size)]
    links = [Link(a % size, b % size) for a, b in pairs if a % size != b % size]
    reach = {uid: {link.successor for link in links if link.predecessor == uid} for uid in range(size)}
    for middle in range(size):
        for uid in range(size):
            if middle in reach[uid]:
                reach[uid] |= reach[middle]
    cycle = find_cycle(tasks, links)
    assert bool(cycle) == any(uid in reach[uid] for uid in range(size))
    steps = {(link.predecessor, link.successor) for link in links}
    assert all(step in steps for step in zip(cycle, cycle[1:] + cycle[:1], strict=True))


def bombs():
    nothing = b"</Project>"
    daily = (
        b"<Exception><TimePeriod><FromDate>1900-01-01T00:00:00</FromDate><ToDate>2199-12-31T23:59:00</ToDate>"
        b"</TimePeriod><Type>7</Type><Period>2</Period></Exception>"
    )
    calendar = b"<Calendar><UID>1</UID><IsBaseCalendar>1</IsBaseCalendar><Exceptions>%s</Exceptions></Calendar>"
    yield "deep", HEAD + b"<a>" * 1_000_000, "too deeply"
    yield "deep in a task", HEAD + b"<Tasks><Task>" + b"<Name>" * 1_000_000, "levels"
    yield "elements", HEAD + b"<a/>" * 4_500_000 + nothing, "XML elements"
    yield "tasks", HEAD + b"<Tasks>" + b"<Task></Task>" * 60_000 + b"</Tasks>" + nothing, "more than 50,000 tasks"
    yield "text", HEAD + b"<Title>" + b"x" * 2_000_000 + b"</Title>" + nothing, "field of more than"
    yield "comment", HEAD + b"<!--" + b"x>" * 4_000_000, "tag or comment"
    yield "attribute", HEAD + b'<a b="' + b"x" * 8_000_000, "tag or comment"
    yield "names", HEAD + b"".join(b"<a%d/>" % number for number in range(3_000)) + nothing, "kinds of XML elements"
    yield "namespaces", HEAD + b"".join(b'<a xmlns:n%d="u"/>' % number for number in range(99)) + nothing, "namespaces"
    yield "recurrence", HEAD + b"<Calendars>" + calendar % (daily * 9) + b"</Calendars>", "recurring exceptions"
    yield "problems", HEAD + b"<Tasks>" + b"<Task><UID>x</UID></Task>" * 40_000 + b"</Tasks>" + nothing, "more problem"
    yield "size", b" " * (64 * 1024 * 1024 + 1), "larger than 64 MB"
    yield "gzip", gzip.compress(bytes(64 * 1024 * 1024 + 1), 1), "larger than 64 MB"


@pytest.mark.parametrize(("name", "data", "message"), [pytest.param(*bomb, id=bomb[0]) for bomb in bombs()])
def test_bombs_are_refused_in_little_time(name, data, message):
    start = time.process_time()
    assert message in refusal(data), name
    assert time.process_time() - start < 5


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=200) | st.text("<>/&;!?-[]='\" \nTaskUID1", max_size=60).map(lambda text: HEAD + text.encode())
)
def test_noise_is_refused_and_nothing_else_happens(data):
    with pytest.raises(PlanFileError):
        read_plan(data)


# The errors themselves, which other importers share


def test_a_ledger_keeps_a_hundred_and_counts_on():
    problems = Problems("clients.csv")
    problems.raise_if_any()
    for line in range(250):
        problems.add("is not a date", "Write it as 2026-03-31.", line=line, field="signed", value="tomorrow")
    with pytest.raises(ImportFileError) as refused:
        problems.raise_if_any()
    assert len(refused.value.problems) == 100 and refused.value.total == 250
    assert str(refused.value) == (
        "clients.csv, line 0, field signed: is not a date (found 'tomorrow'). Write it as 2026-03-31."
        " (and 249 more problems)"
    )


def test_errors_travel_between_processes():
    error = PlanFileError([ImportProblem("is empty", file="plan.xml")], 7)
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, PlanFileError) and copy.problems == error.problems and copy.total == 7


def test_long_values_are_shown_shortened():
    problem = ImportProblem("is wrong", value="x" * 500)
    assert len(str(problem)) < 100 and str(problem).endswith("…')")
    assert json.dumps(problem.value) == '"' + "x" * 500 + '"'
