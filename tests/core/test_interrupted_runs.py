"""Background work whose process was killed: queued again, and given up with words after three times."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from accord.core.jobs.leases import MOST_ATTEMPTS
from tests.installation import Installation, stop, wait_until

BEAT = "0.2"  # seconds between heartbeats: a dead process is noticed after ten of them

PLAN = """
from datetime import datetime
from accord.accounts.models import Account
from accord.people.models import Role, User
from accord.projects.actions.schedule import schedule
from accord.projects.models import Project, Task
user = User.objects.create(email="pia@firm.test", name="Pia", roles=[Role.ADMINISTRATOR])
project = Project.objects.create(account=Account.objects.create(name="C"), name="P", start=datetime(2026, 3, 2, 9),
                                 manager=user)
for n in range(1, 300):
    Task.objects.create(project=project, uid=n, name=str(n), order=n * 1024, duration_minutes=420)
schedule(plan=project.plan, by=None)
"""
SIMULATE = """
from accord.people.models import User
from accord.projects.actions.simulate_plan import simulate_plan
from accord.projects.models import Project, Simulation
user, project = User.objects.get(), Project.objects.get()
asked = Simulation(plan=project.plan, iterations=100_000, spread_low=20, spread_high=50)
made = simulate_plan(simulation=asked, by=user)
print(made.pk, made.status)
"""
LEVEL = """
from accord.people.models import User
from accord.projects.actions.level_plans import level_plans
from accord.projects.models import Levelling, Project, Task
Task.objects.exclude(uid__lt=100).update(active=False)
made = level_plans(levelling=Levelling(plan=Project.objects.get().plan, seconds=600), others=[], by=User.objects.get())
print(made.pk, made.status)
"""
SLOWLY = """
import time
from accord.engines.levelling import plan_levelling
from accord.engines.uncertainty import plan_simulation
def simulate(*args, progress, **kwargs):
    for done in range(100_000):
        progress(done % 100_000, 100_000)
        time.sleep(0.01)
def level(*args, watch, **kwargs):
    from types import SimpleNamespace
    for done in range(100_000):
        watch(SimpleNamespace(seconds=done / 100, gap=0.5))
        time.sleep(0.01)
plan_simulation.simulate_plan = simulate
plan_levelling.level_plans = level
from accord.core.jobs.worker import Worker
Worker(NAME).run(died=DIED)
"""


def slow_worker(installation: Installation, name: str, died: str = "") -> object:
    """A worker in whose hands a run takes long enough to be killed in the middle."""
    import subprocess
    import sys

    code = "import django; django.setup()\n" + SLOWLY.replace("NAME", repr(name)).replace("DIED", repr(died))
    with (installation.home / "slow.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=installation.environment(ACCORD_JOB_BEAT=BEAT), cwd=installation.home,
            stdout=log, stderr=log, text=True,
        )  # fmt: skip
    installation.processes.append(process)
    return process


@pytest.mark.parametrize(
    ("kind", "begin", "progress"),
    [
        ("simulation", SIMULATE, "SELECT status, progress > 0, error, id FROM projects_simulation ORDER BY id"),
        pytest.param(
            "levelling",
            LEVEL,
            "SELECT status, progress <> '{}', error, id FROM projects_levelling ORDER BY id",
            marks=pytest.mark.one_database,  # the lease is the same one
        ),
    ],
)
def test_a_run_whose_process_dies_is_queued_again_and_at_last_given_up(
    installation: Installation, kind: str, begin: str, progress: str
) -> None:
    if installation.url and kind == "levelling":
        progress = progress.replace("progress <> '{}'", "progress::text <> '{}'")
    installation.python(PLAN)
    assert installation.python(begin).split()[1] == "waiting"
    for attempt in range(MOST_ATTEMPTS):
        died = f"w{attempt - 1}" if attempt else ""
        worker = slow_worker(installation, f"w{attempt}", died)
        wait_until(
            lambda: installation.query(progress)[0][:2] in [("running", True), ("running", 1)], what=f"run {attempt}"
        )
        worker.kill()  # type: ignore[attr-defined]
        assert worker.wait() == -signal.SIGKILL  # type: ignore[attr-defined]
        # Another worker notices by the silence, or is told by the supervisor.
        code = f"from accord.core.jobs.leases import take_back\ntake_back('w{attempt}')"
        installation.python(code)
        status, far, error, _ = installation.query(progress)[0]
        if attempt < MOST_ATTEMPTS - 1:
            assert (status, bool(far), error) == ("waiting", False, "")
    assert status == "failed"
    assert error.startswith("The process that ran it ended 3 times, possibly because memory ran out. Run it again")
    assert installation.query("SELECT count(*) FROM core_joblease") == [(0,)]
    # It keeps nobody from the next one.
    assert installation.python(begin).split()[1] == "waiting"


def test_work_that_somebody_waits_for_is_taken_over_when_its_process_dies(installation: Installation) -> None:
    """A small simulation is done within the request: the web process may be killed too."""
    import subprocess
    import sys

    installation.python(PLAN)
    begin = SIMULATE.replace("100_000", "1_000")
    code = "import django; django.setup()\n" + SLOWLY.split("from accord.core.jobs.worker")[0] + begin
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=installation.environment(ACCORD_JOB_BEAT=BEAT), cwd=installation.home
    )
    state = "SELECT status FROM projects_simulation"
    wait_until(lambda: installation.query(state) == [("running",)], what="the simulation to begin")
    assert installation.query("SELECT count(*) FROM core_joblease") == [(1,)]
    worker = installation.start("worker", ACCORD_JOB_BEAT=BEAT)
    time.sleep(4)  # twenty looks: as long as its process lives, nobody takes it
    assert installation.query(state) == [("running",)]
    process.kill()
    process.wait()
    wait_until(lambda: installation.query(state) == [("done",)], what="the worker to do it")
    task = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%run_simul%'"
    wait_until(lambda: installation.query(task) == [("SUCCESSFUL",)], what="the worker to say so")
    assert stop(worker) == 0


IMPORT = """
from pathlib import Path
from django.core.files.base import ContentFile
from accord.exchange.actions.check import check
from accord.exchange.actions.confirm import confirm
from accord.exchange.actions.upload import upload
from accord.people.models import Role, User
user = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
rows = "".join(f"Client {n},Brewing\\n" for n in range(30_000))
run = upload(kind="accounts", file=ContentFile(("Name,Industry\\n" + rows).encode()), file_name="a.csv",
             source_name="old", by=user, now=True)
check(run=run, mapping={"name": "Name", "industry": "Industry"}, options={}, by=user, now=True)
run.refresh_from_db()
assert run.status == "checked", (run.status, run.report)
confirm(run=run, by=user)
print(run.path)
"""
SLOW_IMPORT = """
import time
from accord.exchange.importers.run import Run
from accord.exchange import progress
real = progress.Progress.report
def report(self, label, done, total):
    real(self, label, done, total)
    if done >= 7_500:
        time.sleep(0.5)
progress.Progress.report = report
from accord.core.jobs.worker import Worker
Worker(NAME).run(died=DIED)
"""


def test_a_killed_import_says_nothing_that_is_not_so(installation: Installation) -> None:
    import subprocess
    import sys

    file = Path(installation.python(IMPORT).strip())
    stand = file.with_name(f"{file.name}.progress")
    state = "SELECT status, error FROM exchange_import"
    for attempt in range(MOST_ATTEMPTS):
        died = f"w{attempt - 1}" if attempt else ""
        code = "import django; django.setup()\n" + SLOW_IMPORT.replace("NAME", f"'w{attempt}'").replace(
            "DIED", repr(died)
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=installation.environment(ACCORD_JOB_BEAT=BEAT), cwd=installation.home
        )
        wait_until(lambda: stand.exists() and "30000" in stand.read_text(), what="the import to get somewhere")
        process.kill()
        process.wait()
        assert stand.exists()  # what it said for ever
        installation.python(f"from accord.core.jobs.leases import take_back; take_back('w{attempt}')")
        assert not stand.exists()
        if attempt < MOST_ATTEMPTS - 1:
            assert installation.query(state) == [("writing", "")]
    [(status, error)] = installation.query(state)
    assert status == "failed"
    assert error.endswith("Nothing was written. Check the file and import it again.")
    assert installation.query("SELECT count(*) FROM accounts_account") == [(0,)]


def test_mails_mailboxes_and_calendars_say_that_they_were_interrupted(installation: Installation) -> None:
    said = installation.python("""
from accord.correspondence import jobs
from accord.correspondence.models import CalendarSource, Mailbox, MailboxSync
from accord.core.jobs.leases import take_back
from accord.core.jobs.here import start
from accord.people.models import User
from django_tasks_db.models import DBTaskResult
user = User.objects.create(email="ada@firm.test", name="Ada")
box = Mailbox.objects.create(owner=user, address="ada@firm.test", imap_host="i.test", user_name="a")
source = CalendarSource.objects.create(owner=user, name="Work", url="https://c.test/a.ics")
for task, pk in ((jobs.read_one, box.pk), (jobs.read_calendar_of, source.pk)):
    held = start(task, pk, here=True)
    take_back(held.name)
    result = DBTaskResult.objects.get(pk=held.result.pk)
    assert result.status == "READY"
    DBTaskResult.objects.filter(pk=result.pk).update(worker_ids=["a", "b"], status="READY")
    from accord.core.models import JobLease
    result.refresh_from_db()
    result.claim("c")
    JobLease.objects.create(result=result, worker="c")
    take_back("c")
box.refresh_from_db()
source.refresh_from_db()
print(box.failure)
print(MailboxSync.objects.get().failure)
print(source.failure)
""")
    lines = said.strip().splitlines()
    assert len(lines) == 3
    assert all(line.startswith("The process that ran it ended 3 times") for line in lines)
    assert "Emails synced so far are saved." in lines[0] and lines[0] == lines[1]
    assert lines[2].endswith("The next sync is in a few minutes.")
