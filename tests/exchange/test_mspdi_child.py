"""The limited child: the same plan, the same refusals, and no way for a reader or its answer to do harm."""

import os
import pickle
import sys

import pytest

from accord.core.limited_child import Limits
from accord.exchange.child import ChildFailed, _Unpickler, run_limited
from accord.exchange.errors import ImportFileError, PlanFileError
from accord.exchange.mspdi import read_plan

READER = "accord.exchange.mspdi:read_plan"
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits are those of POSIX")


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Puts a module ``trial`` with the given body on the child's path, and names its ``read``."""

    def write(body: str) -> str:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        (tmp_path / "trial.py").write_text(f"def read(data, **options):\n{lines}")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")])))
        return "trial:read"

    return write


def test_a_plan_comes_back_equal(document, make_task, tmp_path):
    data = document([make_task(1), make_task(2, PredecessorLink={"PredecessorUID": 1})])
    path = tmp_path / "plan.xml"
    path.write_bytes(data)
    assert run_limited(READER, data) == run_limited(READER, path) == read_plan(data)


def test_a_refusal_comes_back_whole():
    with pytest.raises(PlanFileError) as refused:
        run_limited(READER, b"uid,name", {"file": "plan.csv"})
    assert (refused.value.total, refused.value.problems[0].file) == (1, "plan.csv")


@posix
def test_memory_is_limited(reader):
    hungry = reader("held = [bytes(1_000_000) for _ in range(2_000)]\nreturn len(held)")
    with pytest.raises(ImportFileError, match=r"big\.xml: needs more than 256 MB of memory"):
        run_limited(hungry, b"", {"file": "big.xml"})


@posix
def test_processor_time_is_limited(reader):
    with pytest.raises(ImportFileError, match="more than 1 seconds of CPU time"):
        run_limited(reader("while True: pass"), b"", limits=Limits(cpu_seconds=1))


def test_time_by_the_clock_is_limited(reader):
    with pytest.raises(ImportFileError, match="longer than 1 seconds"):
        run_limited(reader("import time; time.sleep(30)"), b"", limits=Limits(wall_seconds=1))


@posix
def test_no_file_can_be_written(reader, tmp_path):
    target = tmp_path / "mark"
    with pytest.raises(ChildFailed):
        run_limited(reader(f"open({str(target)!r}, 'w').write('x' * 10_000)"), b"")
    assert not target.exists() or target.stat().st_size == 0


def test_secrets_stay_with_the_parent(reader, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    assert run_limited(reader("import os; return os.environ.get('SECRET_KEY')"), b"") is None


def test_faults_of_the_reader_are_not_blamed_on_the_file(reader):
    with pytest.raises(ChildFailed, match="ZeroDivisionError"):
        run_limited(reader("return 1 / 0"), b"")
    with pytest.raises(ChildFailed, match="left no answer"):
        run_limited(reader("import os; os._exit(3)"), b"")


def test_a_stray_print_does_no_harm(reader):
    assert run_limited(reader("print('hello'); return len(data)"), b"abc") == 3


class Harm:
    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize("answer", [Harm(), os.getcwd, ChildFailed("x"), run_limited])
def test_the_parent_unpickles_data_only(answer, tmp_path):
    with (tmp_path / "answer").open("wb+") as stream:
        pickle.dump(("done", answer), stream)
        stream.seek(0)
        with pytest.raises(pickle.UnpicklingError, match="is not data"):
            _Unpickler(stream).load()
