"""PSPLIB files: read as written, refused with line and remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from accord.engines.levelling.problem import Activity, Precedence
from accord.exchange.errors import ImportFileError
from accord.exchange.psplib import MAX_BYTES, read_problem

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
LIBRARY = SHARED / "01_rcpsp"

STARS = "*" * 72
FILE = f"""{STARS}
file with basedata            : made up
{STARS}
projects                      :  1
jobs (incl. supersource/sink ):  4
horizon                       :  9
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
{STARS}
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
{STARS}
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
{"-" * 72}
  1      1     0       0    0
  2      1     5       3    0
  3      1     4       2    1
  4      1     0       0    0
{STARS}
RESOURCEAVAILABILITIES:
  R 1  R 2
    4    1
{STARS}
"""


def test_a_file_is_read_as_written() -> None:
    problem = read_problem(FILE.encode(), "made.sm")
    assert problem.activities == (
        Activity(1),
        Activity(2, 5, {0: 3}),
        Activity(3, 4, {0: 2, 1: 1}),
        Activity(4),
    )
    assert set(problem.links) == {Precedence(1, 2), Precedence(1, 3), Precedence(2, 4), Precedence(3, 4)}
    assert problem.capacities == (4, 1)


def test_windows_line_ends_and_tabs_are_read_alike() -> None:
    assert read_problem(FILE.replace("\n", "\r\n").replace("   ", "\t").encode()) == read_problem(FILE.encode())


@pytest.mark.parametrize(
    ("found", "instead", "says"),
    [
        (
            "   3        1          1           4",
            "   3        3          1           4",
            "line 16, UID 3: job 3 has 3 modes",
        ),
        (
            "   2        1          1           4",
            "   2        1          2           4",
            "line 15, UID 2: job 2 says it has",
        ),
        ("   2        1          1           4", "   2        1          1           9", "cannot be followed by job 9"),
        ("   2        1          1           4", "   2        1          1           2", "cannot be followed by job 2"),
        ("   3        1          1           4", "   2        1          1           4", "job 2 appears twice"),
        ("  2      1     5       3    0\n", "", "has no duration for job 2"),
        ("  2      1     5       3    0", "  2      1     5       3", "line 23: has too few numbers"),
        (
            "  2      1     5       3    0",
            "  2      1    -5       3    0",
            "line 23: is not a whole number (found '-5')",
        ),
        ("  2      1     5       3    0", "  2      1     5     3.5    0", "found '3.5'"),
        ("  2      1     5       3    0", "  2      1     5       9    0", "job 2 needs 9 of R 1, which has 4"),
        ("  2      1     5       3    0", "  2      1 9999999      3    0", "job 2 takes too long"),
        ("  2      1     5       3    0", "  7      1     5       3    0", "second or unknown job 7"),
        ("nonrenewable              :  0", "nonrenewable              :  2", "line 9: has nonrenewable resources"),
        ("jobs (incl. supersource/sink ):  4", "jobs (incl. supersource/sink ):  0", "has no jobs"),
        ("REQUESTS/DURATIONS:", "SOMETHING:", "has no table REQUESTS/DURATIONS"),
        ("RESOURCEAVAILABILITIES:", "SOMETHING:", "has no table RESOURCEAVAILABILITIES"),
        (FILE, "", "is empty"),
        (FILE, "just words", "has no number of jobs"),
        (FILE, "\0", "is not a text file"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(found: str, instead: str, says: str) -> None:
    assert found in FILE
    with pytest.raises(ImportFileError) as refused:
        read_problem(FILE.replace(found, instead).encode(), "made.sm")
    shown = "\n".join(map(str, refused.value.problems))
    assert says in shown
    assert all(problem.file == "made.sm" and problem.remedy for problem in refused.value.problems)


def test_a_file_cut_off_anywhere_is_refused_or_whole() -> None:
    whole = read_problem(FILE.encode())
    for length in range(0, len(FILE), 7):
        try:
            assert read_problem(FILE[:length].encode()) == whole
        except ImportFileError:
            continue


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.sm"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ImportFileError, match="larger than 20 MB"):
        read_problem(path)


@pytest.mark.skipif(not LIBRARY.is_dir(), reason="the shared data are not on this machine")
@pytest.mark.parametrize(("name", "jobs"), [("j30", 32), ("j60", 62), ("j90", 92), ("j120", 122)])
def test_the_library_is_read(name: str, jobs: int) -> None:
    files = sorted((LIBRARY / f"psplib_{name}").glob("*.sm"))[::40]
    assert files
    for file in files:
        problem = read_problem(file)
        assert len(problem.activities) == jobs
        assert len(problem.capacities) == 4
        assert {activity.uid for activity in problem.activities} == set(range(1, jobs + 1))
