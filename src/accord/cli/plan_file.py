"""A project file at the terminal: the argument, the file as a plan, and what its reader has to say.

The file is read in this process: it belongs to the person at the terminal, and the reader has limits of its own
(uploads on the web go through a limited child process instead, ``accord.exchange.child``).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said

if TYPE_CHECKING:
    from accord.engines.planning.plan import Plan

PLAN = click.argument("plan", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help=gettext("Print JSON."))


def moment_of(ctx: click.Context, param: click.Parameter, value: str | None) -> date | datetime | None:
    """A day (``2026-03-31``) or a moment (``2026-03-31T17:00``)."""
    try:
        if value is None:
            return None
        return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        message = gettext("%(value)r is not a date; use the form 2026-03-31 or 2026-03-31T17:00.") % {"value": value}
        raise click.BadParameter(message, ctx, param) from None


def read_file(path: Path) -> Plan:
    """The plan, or one line saying why the file is no good."""
    from accord.exchange.errors import ImportFileError
    from accord.exchange.mspdi import read_plan

    try:
        return read_plan(path)
    except ImportFileError as error:
        raise BadInput(said(error.text)) from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None


def with_notes(document: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """The document with what the reader has to say, as the table prints it, in ``notes``."""
    return document | {"notes": [*document.get("notes", []), *plan.remarks]}


def print_remarks(plan: Plan) -> None:
    for remark in plan.remarks:
        click.echo(gettext("Note: %(remark)s") % {"remark": remark})
