"""The demo firm's past is steady enough for a backtest of it to be believed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from accord.demo.accounts import make_accounts
from accord.demo.people import make_people
from accord.demo.portfolio import plan_jobs
from accord.demo.world import World

TODAY = date(2026, 3, 18)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [7, 8])
def test_as_many_projects_began_each_year_and_clients_of_today_bought_lately(seed: int) -> None:
    world = World(seed, TODAY, 1.0, lambda line: None)
    make_people(world)
    make_accounts(world)
    plan_jobs(world)
    jobs = [job for job in world.jobs if job.brief.service != "support" and job.brief.state != "planned"]
    began = Counter((TODAY - job.start).days // 365 for job in jobs)
    assert 0.75 < began[0] / began[1] < 1.5
    assert 0.75 < began[1] / began[2] < 1.5
    assert all(job.client.brief.status != "prospect" for job in jobs)
    clients = [client for client in world.clients if client.brief.status == "client"]
    last = [min((TODAY - job.start).days for job in client.jobs if job.brief.state != "planned") for client in clients]
    assert sum(days > 730 for days in last) <= 2
