"""``accord figures``: what the pages show, from the installation's own database."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import click

from accord.cli.figure_names import name_of_figure
from accord.cli.installation import open_installation, reach_database
from accord.cli.tables import UNKNOWN, amount, print_json, print_table
from accord.cli.texts import gettext


@click.command(help=gettext("Print the figures of accounts, projects or the firm."))
@click.argument("what", type=click.Choice(["accounts", "projects", "firm"]))
@click.option("--json", "as_json", is_flag=True, help=gettext("Print JSON."))
@click.option("--as", "email", metavar="EMAIL", help=gettext("Show what this person may see. Without it, everything."))
def figures(what: str, as_json: bool, email: str | None) -> None:
    open_installation()
    reach_database()
    from django.core.exceptions import PermissionDenied

    from accord.insight.queries_figures import account_figures, firm_figures, project_figures

    queries: dict[str, Callable[[Any], Any]] = {
        "accounts": account_figures,
        "projects": project_figures,
        "firm": firm_figures,
    }
    user = _user(email)
    try:
        found = queries[what](user)
    except PermissionDenied as error:
        raise click.ClickException(
            gettext("%(email)s doesn't have permission to see these figures.") % {"email": email}
        ) from error
    if as_json:
        print_json(found)
    else:
        _SHOWN[what](found)


def _user(email: str | None) -> Any:
    from accord.people.models import User

    if email is None:
        return None
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise click.UsageError(gettext("--as: no active user has the email address %(email)r.") % {"email": email})
    return user


def _accounts(rows: list[dict[str, Any]]) -> None:
    columns = [
        (gettext("Client"), "left"), (gettext("Churn risk"), "right"), (gettext("Interval"), "right"),
        (gettext("Health"), "right"),
        (gettext("Lifetime value"), "right"), (gettext("Strongest reason"), "left"),
    ]  # fmt: skip
    print_table(gettext("Clients, the most endangered first"), columns, [_account(row) for row in rows])


def _account(row: dict[str, Any]) -> list[str]:
    risk, interval, health = row["chance_of_leaving"], row["chance_interval"], row["health"]
    return [
        row["name"],
        UNKNOWN if risk is None else f"{risk['365']:.0%}",
        UNKNOWN if interval is None else f"{interval[0]:.0%}–{interval[1]:.0%}",
        UNKNOWN if health is None else f"{health:.0f}",
        amount(row["lifetime_value"]) + f" {row['currency']}" if row["lifetime_value"] is not None else UNKNOWN,
        row.get("why") or row["strongest_reason"],
    ]


def _projects(rows: list[dict[str, Any]]) -> None:
    columns = [(gettext("Project"), "left"), *((name.upper(), "right") for name in ("cv", "sv", "cpi", "spi", "eac"))]
    cells = [
        [row["name"], *(amount(row[name]) for name in ("cv", "sv", "cpi", "spi", "eac"))] for row in rows
    ]  # fmt: skip
    print_table(gettext("Projects"), columns, cells)


_HALVES = {"contracts": gettext("contract clients"), "projects": gettext("project clients")}


def _firm(found: dict[str, Any]) -> None:
    if found.get("why"):
        click.echo(found["why"])
    rows = [
        [name_of_figure(name), _plain(value)]
        for name, value in found.items()
        if name not in ("models", "why", *_HALVES) and value is not None
    ]
    for half, label in _HALVES.items():
        figures = found.get(half, {}).items()
        rows += [[f"{label}: {name_of_figure(name)}", _plain(value)] for name, value in figures if value is not None]
    print_table(gettext("The firm"), [(gettext("Figure"), "left"), (gettext("Value"), "right")], rows)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        low, high = map(_plain, value)
        return gettext("%(low)s to %(high)s") % {"low": low, "high": high}
    if isinstance(value, dict):
        if value.get("value") is None:
            return str(value.get("why"))
        interval = value.get("interval")
        share = f"{value['value']:.1%}"
        if interval is None:
            return share
        low, high = (f"{end:.1%}" for end in interval)
        return gettext("%(share)s (%(low)s to %(high)s)") % {"share": share, "low": low, "high": high}
    return amount(value) if isinstance(value, Decimal) else str(value)


_SHOWN: dict[str, Callable[[Any], None]] = {"accounts": _accounts, "projects": _projects, "firm": _firm}
