"""Server time and queries of the staff's pages at the demo firm, in one process after a warm-up.

    python benchmarks/pages.py [--runs 15] [--home var/demo]

Makes the demo firm where there is none. Each page is asked for through Django's whole stack (middleware, permission,
queries, templates) without a network; the median and the slowest of the runs are printed, and the processor's share
of the median, which a busy machine does not change. Exit code 1 where the account page, a project's page or a list
needs more than 15 queries or more than 100 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

REPOSITORY = Path(__file__).parents[1]
MOST_QUERIES, MOST_MS = 15, 100
# The row with the most to show, as in tests/browser/test_barriers.py.
BUSIEST = {
    "account": "SELECT account_id FROM projects_project GROUP BY account_id ORDER BY count(*) DESC LIMIT 1",
    "project": "SELECT p.id FROM projects_project p JOIN projects_task t ON t.project_id = p.id "
    "WHERE p.status = 'active' GROUP BY p.id ORDER BY count(*) DESC LIMIT 1",
    "person": "SELECT id FROM people_person ORDER BY id LIMIT 1",
    "invoice": "SELECT id FROM money_invoice ORDER BY id LIMIT 1",
    "deliverable": "SELECT id FROM projects_deliverable ORDER BY id LIMIT 1",
    "risk": "SELECT id FROM projects_risk ORDER BY id LIMIT 1",
}


def open_demo(home: Path) -> None:
    """Point Django at the demo firm, made first if need be."""
    environment = {"ACCORD_HOME": str(home), "ACCORD_ENV": "development", "ACCORD_LOG_LEVEL": "ERROR"}
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="accord.config.settings")
    os.environ.pop("DATABASE_URL", None)
    if not (home / "sign-ins.json").exists():
        command = [sys.executable, "-m", "accord.cli.main", "demo", "--no-serve"]
        subprocess.run(command, check=True, env=os.environ | {"ACCORD_DEMO_HOME": str(home)})
    from accord.cli.installation import gather_static_files, open_installation

    open_installation()
    gather_static_files()


def addresses() -> dict[str, str]:
    """Every page with a budget, by the name of its route."""
    from django.db import connection
    from django.urls import NoReverseMatch, reverse

    sys.path.insert(0, str(REPOSITORY))
    from tests.web.routes import ROUTES

    budgets = json.loads((REPOSITORY / "tests" / "web" / "budgets.json").read_text())
    found = {}
    with connection.cursor() as cursor:
        for name in budgets:
            route = ROUTES.get(name)
            if route is None or name in {"client", "project-plan-pdf"}:  # a paper is no page
                continue
            arguments: dict[str, Any] = dict(route.extra)
            wanted = dict(route.target)
            label, _, wanted_subject = route.about.partition(":")
            if route.about:
                wanted["subject"] = wanted_subject
            for keyword, thing in wanted.items():
                if thing not in BUSIEST:
                    break
                cursor.execute(BUSIEST[thing])
                row = cursor.fetchone()
                if row is None:
                    break
                arguments[keyword] = row[0]
            else:
                query = dict(route.query)
                if route.about:
                    query["subject"] = f"{label}:{arguments.pop('subject')}"
                try:
                    found[name] = reverse(name, kwargs=arguments) + (f"?{urlencode(query)}" if query else "")
                except NoReverseMatch:
                    continue
    return found


def note(queries: list[str], execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
    """Remember a query and let it pass."""
    queries.append(sql)
    return execute(sql, parameters, many, context)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=15)
    options.add_argument("--home", type=Path, default=REPOSITORY / "var" / "demo")
    chosen = options.parse_args()
    open_demo(chosen.home.resolve())
    from django.db import connection
    from django.test import Client

    from accord.config import wsgi  # loads what the server loads when it starts
    from accord.people.models import Role, User

    assert wsgi.application is not None
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(next(user for user in User.objects.order_by("pk") if user.has_role(Role.ADMINISTRATOR)))
    missed = 0
    print(f"{'page':24} {'queries':>8} {'median':>9} {'slowest':>9} {'processor':>10}")
    for name, url in addresses().items():
        client.get(url)  # fills what lives as long as the process
        queries: list[str] = []
        with connection.execute_wrapper(partial(note, queries)):
            answer = client.get(url)
        assert answer.status_code == 200, (name, url, answer.status_code)
        walls, processors = [], []
        for _ in range(chosen.runs):
            wall, processor = time.perf_counter(), time.process_time()
            client.get(url)
            processors.append(time.process_time() - processor)
            walls.append(time.perf_counter() - wall)
        median, slowest, own = (
            1000 * each for each in (statistics.median(walls), max(walls), statistics.median(processors))
        )
        is_page = not name.endswith("-export")  # a file of all rows is none
        over = is_page and (len(queries) > MOST_QUERIES or median > MOST_MS)
        missed += over
        print(f"{name:24} {len(queries):8} {median:6.0f} ms {slowest:6.0f} ms {own:7.0f} ms{'  over' if over else ''}")
    print(f"bar: at most {MOST_QUERIES} queries and {MOST_MS} ms (median): {'missed' if missed else 'met'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
