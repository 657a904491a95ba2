"""``accord figures``: what the pages show, printed."""

from __future__ import annotations

import json

from tests.installation import Installation

FIRM = """
from datetime import date
from accord.accounts.models import Account
from accord.insight.actions.update_client_figures import update_client_figures
from accord.people.models import Role, User
from accord.sales.models import Opportunity
User.objects.create(email="m@firm.example", name="M", roles=[Role.MEMBER])
for n in range(3):
    account = Account.objects.create(name=f"Client {n}", status="client")
    for year in (2024, 2025, 2026):
        Opportunity.objects.create(
            account=account, name=f"{n}-{year}", stage="won", closed_on=date(year, 1 + n, 5), amount=1000
        )
update_client_figures(as_of=date(2026, 6, 30), by=None)
"""


def test_figures_are_printed_from_the_installation_s_own_database(installation: Installation) -> None:
    assert json.loads(installation.run("figures", "accounts", "--json").stdout) == []
    assert "calculated yet" in json.loads(installation.run("figures", "firm", "--json").stdout)["why"]
    installation.python(FIRM)
    rows = json.loads(installation.run("figures", "accounts", "--json").stdout)
    assert {row["name"] for row in rows} == {"Client 0", "Client 1", "Client 2"}
    risks = [row["chance_of_leaving"]["365"] for row in rows]
    assert risks == sorted(risks, reverse=True)
    for row in rows:
        assert row["chance_interval"][0] <= row["chance_of_leaving"]["365"] <= row["chance_interval"][1]
        assert row["model"] and row["health"] is not None
    assert json.loads(installation.run("figures", "firm", "--json").stdout)["clients"] == 3
    assert "Client 1" in installation.run("figures", "accounts").stdout
    assert json.loads(installation.run("figures", "projects", "--json").stdout) == []


def test_as_shows_what_that_person_may_see(installation: Installation) -> None:
    installation.python(FIRM)
    assert json.loads(installation.run("figures", "accounts", "--json", "--as", "m@firm.example").stdout) == []
    refused = installation.run("figures", "firm", "--as", "m@firm.example")
    assert refused.returncode != 0
    assert "doesn't have permission" in refused.stderr
    unknown = installation.run("figures", "firm", "--as", "x@firm.example")
    assert unknown.returncode == 2
    assert "no active user has the email address" in unknown.stderr
