"""`accord serve` and its parts as real processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.installation import Installation, answers, free_port, stop, wait_until

PASSWORD = "correct-horse-battery"


def children(pid: int) -> dict[str, int]:
    """``web`` and ``worker`` → process id, of the supervisor ``pid``."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            if "accord.cli.main" in words:
                found[words[words.index("accord.cli.main") + 1]] = int(child)
    return found


def body(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as response:
        return str(response.read().decode())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
def test_serve_keeps_pages_and_jobs_running_and_stops_in_order(installation: Installation, tmp_path: Path) -> None:
    environment = {
        "ACCORD_ADMIN_EMAIL": "Ada@firm.test",
        "ACCORD_ADMIN_PASSWORD": PASSWORD,
        "ACCORD_JOB_BEAT": "60",  # so that waiting for silence would take ten minutes
    }
    with installation.serving("--workers", "1", command="serve", **environment) as address:
        serve = installation.processes[-1]
        assert installation.query("SELECT email, roles FROM people_user")[0][0] == "ada@firm.test"
        page = body(f"{address}/sign-in/login/")
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert style
        assert answers(address + style[1])

        # A killed worker is replaced, and the one that replaces it runs its job again without waiting for silence.
        installation.python(f"from tests.core.jobs_to_run import land_once as j; j.enqueue({str(tmp_path)!r})")
        wait_until(lambda: list(tmp_path.glob("began-*")), what="the job to begin")
        os.kill(children(serve.pid)["worker"], signal.SIGKILL)
        (tmp_path / "go").touch()
        done = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%land_once'"
        wait_until(lambda: installation.query(done) == [("SUCCESSFUL",)], what="the job to be done")
        assert installation.query("SELECT count(*) FROM core_event WHERE verb = 'landed once'") == [(1,)]

        # So is a killed web server.
        former = children(serve.pid)["web"]
        os.kill(former, signal.SIGKILL)
        wait_until(lambda: children(serve.pid).get("web", former) != former, what="another web server")
        wait_until(lambda: answers(f"{address}/up"), what="its answer")

        remaining = children(serve.pid).values()
        assert len(remaining) == 2
        assert stop(serve) == 0
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in remaining), what="the children to leave")
        assert not answers(f"{address}/up")


def test_parts_refuse_a_database_of_another_version(tmp_path: Path) -> None:
    fresh = Installation(tmp_path)
    for part in ("web", "worker"):
        done = fresh.run(part)
        assert done.returncode == 1
        assert "run `accord migrate` first" in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.one_database
def test_busy_port_is_named(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for command in ("serve", "web"):
            done = installation.run(command, "--port", port)
            assert done.returncode == 1
            assert f"127.0.0.1:{port}" in done.stderr
            assert "--port" in done.stderr


@pytest.mark.one_database
def test_database_that_is_not_there_is_one_clear_line(installation: Installation) -> None:
    url = f"postgres://nobody:nothing@127.0.0.1:{free_port()}/nowhere"
    done = installation.run("worker", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("accord: cannot connect to the database")
    assert done.stderr.count("\n") == 1


def test_person_gets_a_sign_in_by_link_or_password(installation: Installation) -> None:
    by_link = installation.run(
        "create-user", "Grace@firm.test", "--name", "Grace", "--role", "finance", "--role", "member"
    )
    assert by_link.returncode == 0, by_link.stderr
    assert re.search(
        r"Created grace@firm\.test\. Set the password at http://localhost:8000/sign-in/password/reset/key/\S+",
        by_link.stdout,
    )
    by_password = installation.run("create-user", "alan@firm.test", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert by_password.returncode == 0, by_password.stderr
    users = installation.query("SELECT email, name FROM people_user ORDER BY email")
    assert users == [("alan@firm.test", "alan@firm.test"), ("grace@firm.test", "Grace")]
    checked = installation.python(
        "from accord.people.models import User as U;"
        f"print(U.objects.get(email='alan@firm.test').check_password({PASSWORD!r}),"
        "U.objects.get(name='Grace').has_usable_password(), U.objects.get(name='Grace').roles)"
    )
    assert checked.strip() == "True False ['finance', 'member']"


@pytest.mark.parametrize(
    ("arguments", "stdin", "reason"),
    [
        (["not an address"], "", "valid email"),
        (["a@firm.test", "--role", "king"], "", "king"),
        (["a@firm.test", "--password-stdin"], "short\n", "too short"),
    ],
)
def test_bad_sign_in_is_refused(installation: Installation, arguments: list[str], stdin: str, reason: str) -> None:
    done = installation.run("create-user", *arguments, stdin=stdin)
    assert done.returncode == 2
    assert reason in done.stderr
    assert installation.query("SELECT count(*) FROM people_user") == [(0,)]


def test_check_finds_a_production_installation_fit(installation: Installation) -> None:
    done = installation.run("check", ACCORD_ENV="production", ACCORD_HOSTS="accord.firm.test")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All checks passed."), done.stdout + done.stderr
    loose = installation.run("check")
    assert loose.returncode == 1
    assert "SECURE_SSL_REDIRECT" in loose.stdout
