"""What all tests share. ``ACCORD_CI=1`` turns skips into failures: in the gates nothing may be left out unseen."""

from __future__ import annotations

import copy
import gc
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.installation import Installation, Template, shared_by_processes

SHARED_DATA = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
CI = os.environ.get("ACCORD_CI") == "1"
HERE = Path(__file__).parent
OPTIONAL = "accord[spark]"  # 434 MB and Java, for the few who have such a source

# A loaded machine makes no input bad, nor an answer wrong.
settings.register_profile("accord", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("accord")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of example files; tests that want it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared data are not on this machine")
    return SHARED_DATA


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A migrated, empty Accord of which :func:`installation` and the test database are copies."""
    made = Template(shared_by_processes(tmp_path_factory.getbasetemp()) / "template")
    yield made
    made.remove()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, template: Template) -> None:
    """Before pytest-django makes the test database."""
    template.fill_test_database()


@pytest.fixture
def installation(template: Template, tmp_path: Path) -> Iterator[Installation]:
    """An Accord of its own on disk, with real processes, on the database that ``DATABASE_URL`` names."""
    made = template.copy(tmp_path / "home")
    yield made
    made.remove()


@pytest.fixture
def owner(db: None) -> Any:
    """An account manager."""
    from tests.factories import create_user

    return create_user()


@pytest.fixture
def account(owner: Any) -> Any:
    """A client that ``owner`` keeps."""
    from tests.factories import create_account

    return create_account(owner=owner)


@pytest.fixture
def manager(db: None) -> Any:
    """A project manager."""
    from accord.people.models import Role
    from tests.factories import create_user

    return create_user("Pia", Role.PROJECT_MANAGER)


@pytest.fixture
def admin(db: None) -> Any:
    """An administrator who signs in with a password."""
    from accord.people.models import Role, User

    return User.objects.create_user("ada@firm.test", "correct-horse-battery", name="Ada", roles=[Role.ADMINISTRATOR])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """One small firm for all tests of a module, everyone signed in; what they do to its rows is undone."""
    from django.conf import settings
    from django.db import connection, transaction

    from accord.people.models import User
    from tests.factories import SESSIONS, browser_of
    from tests.world import make_shared, make_world

    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world(), make_shared()
        for user in User.objects.filter(is_active=True):
            SESSIONS[user.pk] = browser_of(user).cookies[settings.SESSION_COOKIE_NAME].value
        connection.run_on_commit = []  # what made it is nothing that the first test did
        yield made
        SESSIONS.clear()
        transaction.set_rollback(True)


@pytest.fixture
def firm(world: tuple[Any, dict[str, Any]]) -> Any:
    """The firm of :func:`world` for one test, which may change its records in memory as well."""
    return copy.deepcopy(world[0])


@pytest.fixture(autouse=True, scope="session")
def _answers_as_declared() -> Iterator[None]:
    """Every answer of the API that a test gets is compared with its schema."""
    from accord.api import answers
    from tests.api.answers import check

    answers.CHECK = check
    yield
    answers.CHECK = None


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test changed the next one asks anew; and however slow the machine, no test asks twice."""
    from accord.core import remembered

    remembered.forget_all()
    monkeypatch.setattr(remembered, "SECONDS", float("inf"))


@pytest.fixture(autouse=True)
def _commits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is one transaction never commits: what is announced in a request or job is delivered at its end."""
    marker = request.node.get_closest_marker("django_db")
    if (marker is None and "db" not in request.fixturenames) or (marker and marker.kwargs.get("transaction")):
        return
    from django.db import connection

    from accord.core import events, subscribers

    announce, deliver = subscribers.announce, subscribers.deliver

    def announce_within(entries: list[Any]) -> None:
        if subscribers._unit.get() is not None:
            announce(entries)

    def deliver_pending(known: list[Any]) -> None:
        pending, others = [], []
        for each in connection.run_on_commit:  # what was rolled back to a savepoint is no longer there
            (pending if getattr(each[1], "func", None) is subscribers._committed else others).append(each)
        connection.run_on_commit = others
        deliver([*known, *(event for _, announced, _ in pending for event in announced.args[0])])

    monkeypatch.setattr(events, "announce", announce_within)
    monkeypatch.setattr(subscribers, "deliver", deliver_pending)


def _commits_for_good(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


ROWS_OF_MIGRATIONS = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """Remembers what migrations wrote, but for what Django itself puts back after a flush."""
    from django.db import connection

    with django_db_blocker.unblock():
        rows = json.loads(connection.creation.serialize_db_to_string())
    kept = [row for row in rows if not row["model"].startswith(("contenttypes.", "auth."))]
    request.config.stash[ROWS_OF_MIGRATIONS] = json.dumps(kept)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Any:
    """A test that commits leaves every table empty: what migrations wrote is put back for those that follow."""
    done = yield
    if _commits_for_good(item):
        from django.db import connection
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(item.config.stash[ROWS_OF_MIGRATIONS])
    return done


MEET_A_DATABASE = {"db", "transactional_db", "django_db_setup", "installation", "template"}


# Whatever takes a process more than half a minute, the longest first (`make test ARGS=--junitxml=…` says how long).
LONGEST = (
    "test_barriers", "test_permissions", "test_markup", "test_interrupted_runs", "test_relationship",
    "test_import_dates", "test_gantt_view", "test_odd_values", "test_gantt", "test_numbers", "test_first_look",
    "test_budgets", "test_serve", "test_policies", "test_jobs", "test_gantt_together", "test_phone",
    "test_gantt_rows", "test_mail", "test_gantt_sheet", "test_reactions",
)  # fmt: skip


def turn(item: pytest.Item) -> int:
    """Two processes take file after file: the longest first, the many short ones last, so that neither is left over.

    While the first one builds the demo firm for its pages, the second has other work than to wait for it.
    """
    return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first. ``make test-postgres`` repeats only what meets a database: the rest is the same on SQLite."""
    items.sort(key=turn)
    if os.environ.get("ACCORD_ONLY_DATABASE") != "1":
        return
    kept, others = [], []
    for item in items:
        meets = item.get_closest_marker("django_db") or MEET_A_DATABASE & set(getattr(item, "fixturenames", ()))
        (kept if meets and not item.get_closest_marker("one_database") else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = kept


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again is a twentieth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _left_out(report: Any) -> str:
    """Why a test was skipped; empty if it was not, or if it may be."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return ""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if "shared data" in reason and not SHARED_DATA.is_dir():
        return ""
    return "" if OPTIONAL in reason else reason


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if CI and (reason := _left_out(report)):
        report.outcome = "failed"
        report.longrepr = f"left out, which the gates do not allow: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    report = yield
    if CI and (reason := _left_out(report)):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} left out, which the gates do not allow: {reason}"
    return report
