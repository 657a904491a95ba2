"""Jobs: run, retried, taken back from dead workers, and run by the clock."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from accord.core.jobs import forget_old_results, leases, schedule
from accord.core.jobs.leases import LIMIT, MOST_ATTEMPTS, Watch, beat, take_back
from accord.core.jobs.schedule import declared, enqueue_due, store
from accord.core.jobs.worker import PAUSE, Worker
from accord.core.models import Event, JobLease, ScheduledJob
from tests.core import jobs_to_run as jobs
from tests.installation import Installation, stop, wait_until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def work(name: str = "w") -> bool:
    """One step of a worker, the clock left out."""
    with mock.patch("accord.core.jobs.worker.enqueue_due"), mock.patch("accord.core.jobs.worker.close_old_connections"):
        return Worker(name).step()


def clock(moment: datetime) -> mock._patch[mock.MagicMock]:
    return mock.patch("django.utils.timezone.now", return_value=moment)


def the(result: object) -> DBTaskResult:
    return DBTaskResult.objects.get(pk=result.id)  # type: ignore[attr-defined]


@pytest.mark.django_db
class TestRunning:
    def test_result_is_kept_and_lease_is_gone(self) -> None:
        result = jobs.add.enqueue(2, b=3)
        assert work()
        assert (the(result).status, the(result).return_value) == (TaskResultStatus.SUCCESSFUL, 5)
        assert not JobLease.objects.exists()
        assert not work()

    def test_error_of_the_job_is_final(self) -> None:
        result = jobs.break_down.enqueue()
        work()
        assert the(result).status == TaskResultStatus.FAILED
        assert "nothing to be done about this" in the(result).traceback
        assert not JobLease.objects.exists()

    def test_value_that_cannot_be_kept_fails_the_job(self) -> None:
        result = jobs.answer_nonsense.enqueue()
        work()
        assert the(result).status == TaskResultStatus.FAILED
        assert not JobLease.objects.exists()

    def test_effect_of_a_failed_job_that_lands_once_is_rolled_back(self) -> None:
        result = jobs.land_and_break.enqueue()
        work()
        assert the(result).status == TaskResultStatus.FAILED
        assert not Event.objects.exists()

    def test_passing_trouble_is_tried_again_after_growing_pauses(self) -> None:
        result = jobs.need_patience.enqueue(3)
        moment = NOON
        with clock(moment):
            DBTaskResult.objects.update(enqueued_at=moment)
            for pause in (PAUSE, PAUSE * 4):
                with clock(moment):
                    assert work()
                    assert the(result).status == TaskResultStatus.READY
                    assert the(result).run_after == moment + pause
                    assert not work()
                moment += pause
            with clock(moment):
                assert work()
        assert the(result).return_value == 3

    def test_passing_trouble_that_does_not_pass_fails_the_job(self) -> None:
        result = jobs.need_patience.enqueue(MOST_ATTEMPTS + 1)
        for attempt in range(MOST_ATTEMPTS):
            with clock(timezone.now() + timedelta(hours=attempt)):
                assert work()
        assert the(result).status == TaskResultStatus.FAILED
        assert f"attempt {MOST_ATTEMPTS} of {MOST_ATTEMPTS}" in the(result).traceback

    def test_job_told_to_leave_is_handed_back(self) -> None:
        result = jobs.leave.enqueue()
        with pytest.raises(SystemExit):
            work()
        assert the(result).status == TaskResultStatus.READY
        assert not JobLease.objects.exists()

    def test_job_taken_meanwhile_is_not_recorded(self) -> None:
        result = jobs.land_if_not_yet.enqueue("/nowhere")

        def lose(folder: str) -> None:
            JobLease.objects.update(worker="another")

        with mock.patch.object(jobs, "begin", lose):
            work()
        assert the(result).status == TaskResultStatus.RUNNING
        assert JobLease.objects.get().worker == "another"

    def test_job_enqueued_in_a_transaction_that_fails_was_never_there(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            jobs.add.enqueue(1, 1)
            _ = 1 / 0
        assert not DBTaskResult.objects.exists()

    def test_old_results_are_forgotten(self) -> None:
        old, new = jobs.add.enqueue(1, 1), jobs.add.enqueue(2, 2)
        DBTaskResult.objects.filter(pk=old.id).update(finished_at=timezone.now() - timedelta(days=31))
        DBTaskResult.objects.filter(pk=new.id).update(finished_at=timezone.now())
        assert forget_old_results.func() == 1
        assert DBTaskResult.objects.get().pk == the(new).pk


@pytest.fixture
def leased() -> JobLease:
    """A job in the hands of a worker that does not say a word."""
    result = the(jobs.add.enqueue(1, 2))
    result.claim("silent")
    return JobLease.objects.create(result=result, worker="silent")


@pytest.mark.django_db
class TestWatch:
    def test_silent_worker_loses_its_job(self, leased: JobLease) -> None:
        watch = Watch()
        for _ in range(LIMIT):
            watch.look()
        assert the(leased.result).status == TaskResultStatus.RUNNING  # the first look only learns what there is
        watch.look()
        assert the(leased.result).status == TaskResultStatus.READY
        assert not JobLease.objects.exists()
        assert work()
        assert the(leased.result).return_value == 3

    def test_living_worker_keeps_its_job(self, leased: JobLease) -> None:
        watch = Watch()
        for _ in range(4 * LIMIT):
            watch.look()
            assert beat(leased.pk, "silent")
        assert JobLease.objects.get().worker == "silent"

    @pytest.mark.parametrize("watchers", [2, 5])
    def test_many_watchers_are_not_more_hasty_than_one(self, leased: JobLease, watchers: int) -> None:
        watches = [Watch() for _ in range(watchers)]
        for _ in range(LIMIT - 1):
            for watch in watches:
                watch.look()
        assert JobLease.objects.get().missed < LIMIT

    def test_own_job_is_not_looked_at(self, leased: JobLease) -> None:
        watch = Watch()
        for _ in range(2 * LIMIT):
            watch.look(but=leased.pk)
        assert JobLease.objects.get().missed == 0

    def test_job_that_kills_its_workers_is_given_up(self, leased: JobLease) -> None:
        for attempt in range(2, MOST_ATTEMPTS + 1):
            take_back("silent")
            result = the(leased.result)
            result.claim("silent")
            JobLease.objects.create(result=result, worker="silent")
            assert len(result.worker_ids) == attempt
        take_back("silent")
        assert the(leased.result).status == TaskResultStatus.FAILED
        assert "WorkerLost" in the(leased.result).exception_class_path

    def test_heartbeat_of_a_lost_job_is_refused(self, leased: JobLease) -> None:
        assert not beat(leased.pk, "another")

    def test_locked_database_is_no_proof_of_death(self, leased: JobLease) -> None:
        """Nothing is counted while nobody can write."""
        watch = Watch()
        with mock.patch.object(leases, "_hold", return_value=None):
            for _ in range(3 * LIMIT):
                watch.look()
        assert JobLease.objects.get().missed == 0


@pytest.mark.django_db
class TestSchedule:
    @pytest.fixture(autouse=True)
    def hourly(self) -> None:
        with clock(NOON):
            store({"sums": (jobs.add, timedelta(hours=1))})

    @pytest.fixture(autouse=True)
    def without_arguments(self) -> object:
        with mock.patch("accord.core.jobs.schedule.import_string", return_value=jobs.break_down) as found:
            yield found

    def due(self, moment: datetime) -> list[str]:
        """What is enqueued at ``moment``, the jobs of before being done."""
        DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
        with clock(moment):
            return enqueue_due()

    def test_runs_at_once_and_then_on_the_hour(self) -> None:
        assert self.due(NOON + timedelta(minutes=5)) == ["sums"]
        assert self.due(NOON + timedelta(minutes=59)) == []
        assert self.due(NOON + timedelta(minutes=60)) == ["sums"]

    def test_missed_runs_collapse_into_one(self) -> None:
        self.due(NOON)
        assert self.due(NOON + timedelta(days=3, minutes=1)) == ["sums"]
        assert self.due(NOON + timedelta(days=3, minutes=2)) == []
        assert self.due(NOON + timedelta(days=3, hours=1)) == ["sums"]

    def test_clock_put_back_a_little_repeats_nothing(self) -> None:
        self.due(NOON)
        self.due(NOON + timedelta(hours=1))
        assert self.due(NOON + timedelta(minutes=10)) == []
        assert self.due(NOON + timedelta(hours=1, minutes=10)) == []
        assert self.due(NOON + timedelta(hours=2)) == ["sums"]

    def test_clock_put_back_for_years_skips_nothing(self) -> None:
        self.due(NOON + timedelta(days=4000))
        assert self.due(NOON) == []
        assert self.due(NOON + timedelta(hours=1)) == ["sums"]

    def test_run_is_not_enqueued_while_the_one_before_is_unfinished(self) -> None:
        with clock(NOON):
            assert enqueue_due() == ["sums"]
        with clock(NOON + timedelta(hours=1)):
            assert enqueue_due() == []
        assert self.due(NOON + timedelta(hours=2)) == ["sums"]

    def test_of_two_workers_one_enqueues(self) -> None:
        read_by_the_slower = ScheduledJob.objects.get()
        with clock(NOON):
            assert enqueue_due() == ["sums"]
            assert not schedule.claim(read_by_the_slower, last_run_at=NOON)
        assert DBTaskResult.objects.count() == 1

    def test_disabled_job_rests_and_stays_disabled(self) -> None:
        ScheduledJob.objects.update(enabled=False)
        store({"sums": (jobs.add, timedelta(hours=2))})
        assert self.due(NOON + timedelta(days=1)) == []

    def test_table_follows_the_code(self) -> None:
        store({"others": (jobs.break_down, timedelta(days=1))})
        assert list(ScheduledJob.objects.values_list("name", "every")) == [("others", timedelta(days=1))]

    def test_every_room_declares_jobs_that_can_be_run(self) -> None:
        jobs_of_rooms = declared()
        assert "forget old job results" in jobs_of_rooms
        for task, every in jobs_of_rooms.values():
            assert every >= timedelta(minutes=1)
            assert task.func.__module__.startswith("accord.")


@given(
    moment=st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    every=st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
)
def test_next_slot_is_after_now_and_at_most_one_interval_away(moment: datetime, every: timedelta) -> None:
    job = ScheduledJob(every=every)
    slot = job.slot_after(moment)
    assert moment < slot <= moment + every
    assert job.slot_after(slot) == slot + every
    assert (slot - datetime(1970, 1, 1, tzinfo=UTC)) % every == timedelta()


def _enqueue(installation: Installation, job: str, *arguments: str) -> str:
    code = f"from tests.core.jobs_to_run import {job}; print({job}.enqueue({', '.join(map(repr, arguments))}).id)"
    return installation.python(code).strip()


def _statuses(installation: Installation, job: str) -> list[str]:
    sql = f"SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%{job}'"
    return [status for (status,) in installation.query(sql)]


def _landed(installation: Installation, verb: str) -> int:
    return int(installation.query(f"SELECT count(*) FROM core_event WHERE kind = '{verb}'")[0][0])


@pytest.mark.parametrize(("job", "verb"), [("land_once", "landed once"), ("land_if_not_yet", "landed")])
def test_killed_worker_s_job_runs_again_and_lands_once(
    installation: Installation, tmp_path: Path, job: str, verb: str
) -> None:
    """kill -9 in the middle of a job; another worker, which knows nothing of it, notices the silence."""
    _enqueue(installation, job, str(tmp_path))
    first = installation.start("worker", ACCORD_JOB_BEAT="0.2")
    wait_until(lambda: list(tmp_path.glob("began-*")), what="the job to begin")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _statuses(installation, job) == ["RUNNING"]
    (tmp_path / "go").touch()
    second = installation.start("worker", ACCORD_JOB_BEAT="0.2")
    wait_until(lambda: _statuses(installation, job) == ["SUCCESSFUL"], what="the job to be done")
    assert len(list(tmp_path.glob("began-*"))) == 2
    assert _landed(installation, verb) == 1
    # The lease is given back after the job is said to be done.
    wait_until(lambda: installation.query("SELECT count(*) FROM core_joblease") == [(0,)], what="the lease to end")
    assert stop(second) == 0


def test_stopped_worker_finishes_its_job(installation: Installation, tmp_path: Path) -> None:
    _enqueue(installation, "land_if_not_yet", str(tmp_path))
    worker = installation.start("worker")
    wait_until(lambda: list(tmp_path.glob("began-*")), what="the job to begin")
    worker.terminate()
    with pytest.raises(AssertionError):
        wait_until(lambda: worker.poll() is not None, 1.5)
    (tmp_path / "go").touch()
    assert worker.wait(60) == 0
    assert _statuses(installation, "land_if_not_yet") == ["SUCCESSFUL"]


def test_worker_stopped_twice_hands_its_job_back(installation: Installation, tmp_path: Path) -> None:
    _enqueue(installation, "land_once", str(tmp_path))
    worker = installation.start("worker")
    wait_until(lambda: list(tmp_path.glob("began-*")), what="the job to begin")
    wait_until(lambda: worker.terminate() or worker.poll() is not None, what="the worker to leave")
    assert worker.wait() == 128 + signal.SIGTERM
    assert _statuses(installation, "land_once") == ["READY"]
    assert _landed(installation, "landed once") == 0


def test_job_that_kills_every_worker_ends_as_failed(installation: Installation) -> None:
    result = _enqueue(installation, "fall")
    for attempt in range(MOST_ATTEMPTS):
        died = ["--died", f"w{attempt - 1}"] if attempt else []
        assert installation.run("worker", "--drain", "--name", f"w{attempt}", *died).returncode == -signal.SIGKILL
    assert installation.run("worker", "--drain", "--died", f"w{MOST_ATTEMPTS - 1}").returncode == 0
    assert _statuses(installation, "fall") == ["FAILED"]
    assert installation.query("SELECT count(*) FROM core_joblease") == [(0,)]
    assert result
